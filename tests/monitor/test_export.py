"""`gouji export`: exact and inert cells, a package that holds what it says, a folder whole or untouched, releases."""

import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from crawler.ground.clock import now
from crawler.ground.data import DataDir
from crawler.ground.errors import GoujiError, UsageError
from monitor.cli import main
from monitor.codebook import code_lists, exported
from monitor.export import export, parquet
from monitor.export.cells import exact, guard, unguard, without_path, writer
from monitor.export.changes import ReleaseEntry, compare, parse_release
from monitor.export.described import MADE
from monitor.export.standing import SUMS
from monitor.schema import open_database
from tests.monitor.cookbook import CIVIL, EDUCATION, build

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    return build(tmp_path_factory.mktemp("export") / "数据")


@pytest.fixture
def stored(sample: DataDir) -> Iterator[Database]:
    with closing(open_database(sample)) as opened:
        yield opened


@pytest.fixture(scope="module")
def target(sample: DataDir, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out") / "数据集 [1]*'a"
    with closing(open_database(sample)) as opened:
        export(opened, sample, folder, now(), with_parquet=True)
    return folder


def rows(folder: Path, name: str) -> Rows:
    csv.field_size_limit(10**8)
    with (folder / "csv" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def described(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return found


def gouji(data: DataDir, *arguments: object, status: int = 0) -> Result:
    result = CliRunner().invoke(main, ["--data", str(data.root), *map(str, arguments)], env={"GOUJI_DATA": None})
    assert result.exit_code == status, result.output
    return result


# --- cells -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["=1+1", "+3", "-", "-4", "@SUM(A1)", "\t=1", "\r1", "\n=1", " =1", "＝1", "'x", "＋3"]
)
def test_what_could_be_a_formula_is_inert(text: str) -> None:
    assert guard(text) == "'" + text


@pytest.mark.parametrize("text", ["", "无", "12", "a=b", "—", "/", '{"a": -1}', "（一）"])
def test_other_texts_stand_as_they_are(text: str) -> None:
    assert guard(text) == text


@given(st.text())
def test_a_guard_can_always_be_taken_off(text: str) -> None:
    assert unguard(guard(text)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-4, "-4"),
        (638.8016, "638.8016"),
        (24252.311082, "24252.311082"),
        (1e-7, "0.0000001"),
        (5.0, "5"),
        (1e22, "10000000000000000000000"),
        (10**18, "1000000000000000000"),
    ],
)
def test_figures_are_exact_and_without_exponent(value: float, text: str) -> None:
    assert exact(value) == text
    assert float(text) == value


def test_what_is_no_figure_is_never_written_as_one() -> None:
    with pytest.raises(GoujiError, match="no number"):
        exact("12件")


def test_paths_of_the_machine_do_not_leave_it() -> None:
    one = without_path("file:///home/chen/%E6%8A%A5%E5%91%8A.html")
    assert one.endswith("/报告.html")
    assert "chen" not in one
    assert one != without_path("file:///home/li/%E6%8A%A5%E5%91%8A.html")
    assert without_path('{"url": "file:///home/a%20b.zip!/x/y.html", "n": 1}').endswith('!/x/y.html", "n": 1}')
    assert without_path("http://127.0.0.1/file.html") == "http://127.0.0.1/file.html"


def test_the_reason_of_an_earlier_decision_does_not_leave(db: Database) -> None:
    (column,) = [
        one for table in exported(db) if table.name == "findings" for one in table.public if one.name == "evidence"
    ]
    told = writer(column)(
        '{"left": 1.50, "earlier_explanation": {"reason": "已电话核实"}, "url": "file:///home/a/b.html"}'
    )
    assert "已电话核实" not in told
    assert '""left"": 1.5' in told
    assert "/home" not in told


# --- the package -----------------------------------------------------------------------------------------------


def test_every_table_is_there_with_all_its_rows(target: Path, stored: Database) -> None:
    for table in exported(stored):
        there = stored.execute(f'select count(*) from "{table.name}"').fetchone()[0]
        assert len(rows(target, table.name)) == there, table.name


def test_null_stays_empty_zero_stays_zero_and_an_empty_text_is_quoted(target: Path, stored: Database) -> None:
    wanted = {
        (str(report), code): total
        for report, code, total in stored.execute("select report, disposition, total from applications")
    }
    for row in rows(target, "applications"):
        total = wanted[row["report"], row["disposition"]]
        assert row["total"] == ("" if total is None else str(total))
    assert None in wanted.values()
    assert 0 in wanted.values()
    raw = (target / "csv" / "cells.csv").read_text(encoding="utf-8-sig")
    assert ',"",' in raw  # a blank cell is an empty text, no missing one


def test_amounts_are_those_of_the_page(target: Path) -> None:
    found = [row for row in rows(target, "disclosure") if row["measure"] == "amount_10k_yuan"]
    assert found
    assert all(Decimal(row["value"]) == Decimal(row["raw"]) for row in found)


def test_the_file_opens_in_a_spreadsheet(target: Path) -> None:
    body = (target / "csv" / "agencies.csv").read_bytes()
    assert body.startswith(b'\xef\xbb\xbf"code",')
    assert body.endswith(b"\r\n")


def test_no_path_and_no_reason_is_exported(target: Path, sample: DataDir) -> None:
    text = "".join(path.read_text(encoding="utf-8-sig") for path in (target / "csv").iterdir())
    assert str(sample.root) not in text
    assert "已电话核实" not in text


def test_the_package_says_what_is_there(target: Path) -> None:
    package = described(target)
    assert package["name"] == "gouji"
    assert package["licenses"][0]["name"] == "CC0-1.0"
    assert {"path": "http://www.qingshi.example/zwgk/nb/", "title": "青石市人民政府"} in package["sources"]
    names = [one["name"] for one in package["resources"]]
    assert len(names) == len(set(names))
    for resource in package["resources"]:
        body = (target / resource["path"]).read_bytes()
        assert resource["bytes"] == len(body)
        assert resource["hash"] == f"sha256:{sha256(body).hexdigest()}"


def test_every_row_keeps_to_its_schema(target: Path) -> None:
    """The rules of a tabular data resource: header, types, required, enum, key, references."""
    package = described(target)
    known = {one["name"]: rows(target, one["name"]) for one in package["resources"] if one["format"] == "csv"}
    for resource in package["resources"]:
        if resource["format"] != "csv":
            continue
        schema, found = resource["schema"], known[resource["name"]]
        fields = schema["fields"]
        assert all(field["title"] and field["description"] for field in fields)
        for row in found:
            assert list(row) == [field["name"] for field in fields]
            for field in fields:
                assert fits(field, row[field["name"]]), (resource["name"], field["name"], row)
        keys = [tuple(row[name] for name in schema.get("primaryKey", ())) for row in found]
        assert not schema.get("primaryKey") or len(set(keys)) == len(keys)
        for reference in schema.get("foreignKeys", ()):
            other = known[reference["reference"]["resource"] or resource["name"]]
            there = {row[reference["reference"]["fields"]] for row in other} | {""}
            assert {row[reference["fields"]] for row in found} <= there


def fits(field: dict[str, Any], text: str) -> bool:
    constraints = field.get("constraints", {})
    if not text:
        return not constraints.get("required") or field["type"] == "string"
    if "enum" in constraints and text not in constraints["enum"]:
        return False
    readers: dict[str, Any] = {"integer": int, "number": Decimal, "string": str}
    if field["type"] in readers:
        return readers[field["type"]](text) is not None
    return len(text) == (10 if field["type"] == "date" else 32)


def test_the_codebook_names_every_exported_column_and_code(target: Path, stored: Database) -> None:
    columns = {(row["table"], row["column"]) for row in rows(target, "codebook")}
    for resource in described(target)["resources"]:
        for field in resource.get("schema", {}).get("fields", ()):
            if resource["name"] not in ("manifest", "changes"):
                assert (resource["name"], field["name"]) in columns
    assert set(MADE) <= {table for table, _ in columns}
    page = (target / "codebook.md").read_text(encoding="utf-8")
    for table in exported(stored):
        assert f"### `{table.name}`" in page
        assert all(f"| `{one.name}` |" in page for one in table.public)
    codes = {(row["list"], row["code"]) for row in rows(target, "codes")}
    assert {("disposition", code) for code in code_lists()["disposition"]} <= codes
    assert "`t3.balance`" in page


# --- Parquet ---------------------------------------------------------------------------------------------------


def test_parquet_holds_the_same_with_types_and_without_guards(target: Path, stored: Database) -> None:
    import duckdb

    stored.execute("select 1")
    place = str(target / "parquet").replace("[", "[[]").replace("*", "[*]").replace("'", "''")
    with duckdb.connect(":memory:") as connection:
        figures = connection.execute(
            f"select report, item, measure, value, raw from '{place}/disclosure.parquet' order by 1, 2, 3"
        ).fetchall()
        kinds = {
            row[0]: row[1] for row in connection.execute(f"describe select * from '{place}/reports.parquet'").fetchall()
        }
        cells = connection.execute(f"select raw from '{place}/cells.parquet' where raw like '+%' limit 1").fetchall()
    wanted = stored.execute("select report, item, measure, value, raw from disclosure order by 1, 2, 3").fetchall()
    assert [(*row[:3], row[4]) for row in figures] == [(*row[:3], row[4]) for row in wanted]
    assert all(
        row[3] is None if known[3] is None else row[3] == Decimal(str(known[3]))
        for row, known in zip(figures, wanted, strict=True)
    )
    assert (kinds["year"], kinds["published_on"], kinds["first_seen"]) == ("BIGINT", "DATE", "TIMESTAMP WITH TIME ZONE")
    assert cells[0][0].startswith("+")
    package = json.loads((target / "datapackage.json").read_text(encoding="utf-8"))
    kinds = {one["path"].partition("/")[0]: one.get("type") for one in package["resources"]}
    assert kinds["parquet"] == "file", "a check of the package must not need a reader of Parquet"


def test_parquet_by_year_is_the_same_in_the_folders_that_hive_knows(
    target: Path, sample: DataDir, stored: Database, tmp_path: Path
) -> None:
    import duckdb

    made = tmp_path / "年"
    export(stored, sample, made, now(), with_parquet=True, by_year=True)
    places = [str(one / "parquet").replace("[", "[[]").replace("*", "[*]").replace("'", "''") for one in (target, made)]
    tables = {table.name: {one.name for one in table.public} for table in exported(stored)}
    with duckdb.connect(":memory:") as connection:
        for name, columns in tables.items():
            apart = (made / "parquet" / name).is_dir()
            rows_of = stored.execute(f'select count(*) from "{name}"').fetchone()[0]
            assert apart == bool(columns & {"year", "report"} and rows_of)
            listed = ", ".join(f'"{one}"::varchar' for one in sorted(columns))
            found = f"{places[1]}/{name}/*/*.parquet" if apart else f"{places[1]}/{name}.parquet"
            both = [
                connection.execute(f"select {listed} from read_parquet('{path}') order by all").fetchall()
                for path in (f"{places[0]}/{name}.parquet", found)
            ]
            assert both[0] == both[1], name
        pairs = connection.execute(
            f"select distinct f.year, r.year from '{places[1]}/disclosure/*/*.parquet' f "
            f"join '{places[1]}/reports/*/*.parquet' r on r.id = f.report"
        ).fetchall()
        assert pairs
        assert all(one == other for one, other in pairs)
        schema = connection.execute(f"select name from parquet_schema('{places[1]}/reports/*/*.parquet')").fetchall()
        assert ("year",) not in schema
    summed = subprocess.run(["sha256sum", "--check", "--quiet", SUMS], cwd=made, check=False)
    assert summed.returncode == 0
    package = json.loads((made / "datapackage.json").read_text(encoding="utf-8"))
    paths = {one["path"] for one in package["resources"]}
    assert {path.relative_to(made).as_posix() for path in (made / "parquet").rglob("*.parquet")} <= paths
    names = [one["name"] for one in package["resources"]]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[-a-z0-9._]+", name) for name in names)
    export(stored, sample, made, now(), with_parquet=True)
    assert not (made / "parquet" / "reports").exists()


def test_without_the_library_csv_is_written_and_parquet_names_the_extra(sample: DataDir, tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['duckdb'] = None; from monitor.cli import main; "
        "sys.argv = ['gouji', *sys.argv[1:]]; main()"
    )
    line = [sys.executable, "-c", program, "--data", str(sample.root), "export", str(tmp_path / "集")]
    wanted = subprocess.run([*line, "--parquet"], capture_output=True, text=True, check=False)
    assert wanted.returncode == 3
    assert "gouji[export]" in wanted.stderr
    assert "Traceback" not in wanted.stderr
    plain = subprocess.run(line, capture_output=True, text=True, check=False)
    assert plain.returncode == 0, plain.stderr
    assert "gouji[export]" in plain.stderr
    assert not (tmp_path / "集" / "parquet").exists()


def test_long_rows_and_hostile_text_come_through(db: Database, data: DataDir, tmp_path: Path) -> None:
    texts = ["=cmd|' /C calc'!A0", 'a"b,\r\nc', "长" * 2_000_000, "\ufeff行", "x\u202ey", ""]
    for number, text in enumerate(texts):
        db.execute("insert into agencies (code, name) values (?, ?)", [f"{number}", text])
    export(db, data, tmp_path / "out", now(), with_parquet=parquet.available())
    assert [unguard(row["name"]) for row in rows(tmp_path / "out", "agencies")] == texts


# --- the folder ------------------------------------------------------------------------------------------------


def test_the_folder_is_replaced_whole(sample: DataDir, stored: Database, tmp_path: Path) -> None:
    folder = tmp_path / "集"
    export(stored, sample, folder, now(), with_parquet=True)
    export(stored, sample, folder, now(), with_parquet=False)
    assert not (folder / "parquet").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["集"]


def test_other_files_are_left_alone(sample: DataDir, stored: Database, tmp_path: Path) -> None:
    (tmp_path / "我的").mkdir()
    (tmp_path / "我的" / "论文.docx").write_bytes(b"x")
    (tmp_path / "文件").write_bytes(b"x")
    for folder in (tmp_path / "我的", tmp_path / "文件", sample.root, sample.archive / "x"):
        with pytest.raises(UsageError):
            export(stored, sample, folder, now(), with_parquet=False)
    assert (tmp_path / "我的" / "论文.docx").read_bytes() == b"x"
    gouji(sample, "export", tmp_path / "我的", status=2)


def test_a_failed_export_leaves_the_one_before(sample: DataDir, stored: Database, tmp_path: Path) -> None:
    folder = tmp_path / "集"
    export(stored, sample, folder, now(), with_parquet=False)
    before = (folder / "datapackage.json").read_bytes()

    def stop(done: int, total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(stored, sample, folder, now(), with_parquet=False, progress=stop)
    assert (folder / "datapackage.json").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["集"]
    assert not stored.conn.in_transaction


def test_what_a_killed_export_left_is_cleared_and_put_back(sample: DataDir, stored: Database, tmp_path: Path) -> None:
    export(stored, sample, tmp_path / "集", now(), with_parquet=False)
    (tmp_path / "集").rename(tmp_path / ".集.old")
    (tmp_path / ".集.partial-1").mkdir()
    export(stored, sample, tmp_path / "集", now(), with_parquet=False)
    assert [path.name for path in tmp_path.iterdir()] == ["集"]


def test_one_instant_is_exported(sample: DataDir, stored: Database, tmp_path: Path) -> None:
    before = stored.execute("select count(*) from problems").fetchone()[0]

    def disturb(done: int, total: int) -> None:
        with closing(open_database(sample)) as other:
            other.execute("insert into problems (document, code) values ('x', 'x')")

    result = export(stored, sample, tmp_path / "集", now(), with_parquet=False, progress=disturb)
    assert result.tables["problems"] == before
    stored.execute("delete from problems where code = 'x'")


# --- releases --------------------------------------------------------------------------------------------------


def test_a_release_is_frozen_summed_and_compared(tmp_path: Path) -> None:
    data = build(tmp_path / "数据")
    folder = tmp_path / "历年"
    first = json.loads(gouji(data, "export", folder, "--release", "2024", "--no-parquet", "--json").stdout)
    assert (first["release"], first["before"], first["changes"]) == ("2024", "", {})
    with closing(open_database(data)) as db:
        db.execute(
            "update applications set total = 99 where report = (select id from current_reports where agency = ? "
            "and year = 2019) and disposition = 'granted'",
            [CIVIL],
        )
        db.execute(
            "update reports set document = replace(document, substr(document, 1, 8), 'ffffffff') "
            "where agency = ? and year = 2020 and superseded_by is null",
            [CIVIL],
        )
        db.execute("update reports set year = null where agency = ? and year = 2021", [EDUCATION])
        db.execute("update reports set year = 2025 where agency = ? and year = 2019", [EDUCATION])
    second = json.loads(gouji(data, "export", folder, "--release", "2025", "--json").stdout)
    assert second["before"] == "2024"
    assert second["changes"] == {"added": 1, "changed": 1, "reread": 1, "withdrawn": 2}
    changes = rows(folder / "2025", "changes")
    assert [(row["change"], row["agency"], row["year"]) for row in changes] == [
        ("added", EDUCATION, "2025"),
        ("changed", CIVIL, "2020"),
        ("reread", CIVIL, "2019"),
        ("withdrawn", EDUCATION, "2019"),
        ("withdrawn", EDUCATION, "2021"),
    ]
    page = (folder / "2025" / "CHANGES.md").read_text(encoding="utf-8")
    assert f"{CIVIL} 2020: `" in page
    for line in (folder / "2025" / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        assert sha256((folder / "2025" / name).read_bytes()).hexdigest() == digest
    assert "2025.1" in gouji(data, "export", folder, "--release", "2025", status=2).stderr
    gouji(data, "export", folder, status=2)  # would replace the releases
    gouji(data, "export", folder / "2025", "--release", "2026", status=2)
    manifest = folder / "2025" / "csv" / "manifest.csv"
    manifest.write_bytes(manifest.read_bytes() + b"x")
    assert "与定稿时不同" in gouji(data, "export", folder, "--release", "2026", status=3).stderr
    assert sorted(path.name for path in folder.iterdir()) == ["2024", "2025"]


@pytest.mark.parametrize("name", ["", "2025a", "20255", "2025.", "../2025", "25"])
def test_a_release_has_a_year_for_its_name(name: str) -> None:
    with pytest.raises(UsageError, match="2025"):
        parse_release(name)
    assert parse_release("2025.10") > parse_release("2025.9") > parse_release("2025")


def test_a_body_whose_code_changed_has_not_lost_its_reports() -> None:
    old, new = (
        ReleaseEntry(code, 2024, "青石市财政局", "2021", "d" * 64, "http://127.0.0.1/", "f" * 64)
        for code in ("青石市财政局", "370000-青石市财政局")
    )
    (change,) = compare([old], [new])
    assert (change.change, change.agency) == ("recoded", new.agency)
