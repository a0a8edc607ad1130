"""`gouji verify --data DIR DRAFT`: a draft beside the body's stored reports; nothing is stored, what is lacking is said."""

import hashlib
import json
from contextlib import closing
from pathlib import Path

import pytest

from crawler.ground.data import DataDir
from monitor.samples import SampleReport, make_history
from monitor.schema import open_database
from tests.monitor.service import make_data
from tests.monitor.test_cli_edge import gouji

BODY = "青石市教育局"
BROUGHT = "T3[brought_forward,total]"


@pytest.fixture(scope="module")
def years() -> list[SampleReport]:
    return make_history(5, BODY, [2022, 2023, 2024, 2025], dense=True)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, years: list[SampleReport]) -> DataDir:
    """The reports for 2023 and 2024 are stored; two other bodies bear one name."""
    folder = tmp_path_factory.mktemp("存")
    made = make_data(folder / "数据")
    for sample in years[1:3]:
        (folder / f"{sample.year}.html").write_text(sample.html(), encoding="utf-8")
    for name in ("2023", "2024"):
        assert gouji("add", "--data", str(made.root), str(folder / f"{name}.html")).exit_code == 0
    assert gouji("extract", "--data", str(made.root)).exit_code == 0
    with closing(open_database(made)) as db:
        for code in ("a", "b"):
            db.execute(
                "insert into agencies (code, name, kind, division, source) values (?, '第二水利局', 'department', ?, 'x')",
                [code, {"a": "110101", "b": "330101"}[code]],
            )
    return made


def verify(data: DataDir | None, *arguments: object, status: int = 0) -> str:
    given = ["--data", str(data.root)] if data else []
    result = gouji("verify", *given, *map(str, arguments))
    assert result.exit_code == status, result.output
    return result.stdout


@pytest.fixture
def draft(tmp_path: Path, years: list[SampleReport]) -> Path:
    path = tmp_path / "草稿.html"
    path.write_text(years[3].html(), encoding="utf-8")
    return path


def altered(path: Path, sample: SampleReport, by: int) -> Path:
    cells = {
        f"T3[brought_forward,{member}]": sample.count(f"T3[brought_forward,{member}]") + by
        for member in ("other", "total")
    }
    cells |= {
        f"T3[carried_forward,{member}]": sample.count(f"T3[carried_forward,{member}]") + by
        for member in ("other", "total")
    }
    path.write_text(sample.with_cells(cells).html(), encoding="utf-8")
    return path


def test_a_draft_that_follows_from_last_year_holds(data: DataDir, draft: Path) -> None:
    printed = verify(data, draft)
    assert f"{BODY}已存的 2023、2024 年度报告" in printed
    assert "year.carry" in printed, "among what holds"


def test_a_carry_over_that_does_not_is_told_only_beside_last_year(
    data: DataDir, tmp_path: Path, years: list[SampleReport]
) -> None:
    path = altered(tmp_path / "草稿.html", years[3], 7)
    verify(None, path)
    printed = verify(data, path, status=1)
    assert "上年年报的结转下年" in printed
    told = json.loads(verify(data, path, "--json", status=1))["files"][0]
    assert told["beside"] == {"agency": told["beside"]["agency"], "years": [2023, 2024], "lack": ""}
    assert "year.carry" in {one["rule"] for one in told["verdicts"] if one["verdict"] == "fail"}


def test_prose_taken_over_from_last_year_is_told(data: DataDir, tmp_path: Path, years: list[SampleReport]) -> None:
    path = tmp_path / "草稿.html"
    path.write_text(years[2].html().replace("2024", "2025"), encoding="utf-8")
    told = json.loads(gouji("verify", "--data", str(data.root), str(path), "--json").stdout)["files"][0]
    found = {one["rule"]: one["verdict"] for one in told["verdicts"]}
    assert found.get("reuse.last_year") == "fail"
    assert found.get("year.same_numbers") == "fail"


def test_the_draft_takes_the_place_of_what_is_stored_for_its_year(
    data: DataDir, tmp_path: Path, years: list[SampleReport]
) -> None:
    path = tmp_path / "草稿.html"
    path.write_text(years[2].html(), encoding="utf-8")
    told = json.loads(verify(data, path, "--json"))["files"][0]
    assert told["beside"]["years"] == [2023]


def test_drafts_of_two_years_stand_beside_what_is_stored(
    data: DataDir, tmp_path: Path, years: list[SampleReport]
) -> None:
    one = altered(tmp_path / "2024.html", years[2], 7)
    two = tmp_path / "2025.html"
    two.write_text(years[3].html(), encoding="utf-8")
    told = json.loads(verify(data, one, two, "--json", status=1))["files"]
    failed = [{each["rule"] for each in file["verdicts"] if each["verdict"] == "fail"} for file in told]
    assert all("year.carry" in rules for rules in failed), "2024 against what is stored, 2025 against the draft of 2024"


@pytest.mark.parametrize(
    ("change", "lack", "said"),
    [
        (lambda html: html.replace(BODY, "青石市从无此局"), "unknown_body", "名录里没有这个机关"),
        (lambda html: html.replace(BODY, "第二水利局"), "several", "名录里有几个机关叫这个名称"),
        (
            lambda html: html.replace("2025", "2023").replace("2024", "2022"),
            "nothing_earlier",
            "没有存下这个机关往年的报告",
        ),
        (lambda html: html.replace(BODY, ""), "no_agency", "看不出是哪个机关的"),
        (lambda html: html.replace("2025", "").replace("2024", ""), "no_year", "看不出是哪一年度的"),
    ],
)
def test_where_there_is_nothing_to_hold_it_against_it_says_so(
    data: DataDir, draft: Path, change: object, lack: str, said: str
) -> None:
    assert callable(change)
    draft.write_text(change(draft.read_text(encoding="utf-8")), encoding="utf-8")
    told = json.loads(gouji("verify", "--data", str(data.root), str(draft), "--json").stdout)["files"][0]
    assert told["beside"]["lack"] == lack
    assert said in gouji("verify", "--data", str(data.root), str(draft)).stdout


def test_a_file_that_cannot_be_read_is_held_against_nothing(data: DataDir, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("这不是年报。", encoding="utf-8")
    told = json.loads(verify(data, path, "--json", status=1))["files"][0]
    assert told["beside"]["lack"] == "unread"


def test_nothing_is_stored_and_no_directory_is_made(data: DataDir, draft: Path, tmp_path: Path) -> None:
    def content() -> dict[str, str]:
        with closing(open_database(data)) as db:
            names = [
                row[0]
                for row in db.execute(
                    "select name from sqlite_master where type = 'table' and name not like '\\_%' escape '\\' order by name"
                )
            ]
            return {
                name: hashlib.sha256(repr(db.execute(f'select * from "{name}"').fetchall()).encode()).hexdigest()
                for name in names
            }

    before = content()
    archived = sorted(data.archive.rglob("*"))
    verify(data, draft)
    assert content() == before
    assert sorted(data.archive.rglob("*")) == archived
    result = gouji("verify", "--data", str(tmp_path / "没有"), str(draft))
    assert result.exit_code == gouji("verify", str(draft)).exit_code
    assert "没有与往年对照" in result.output
    assert not (tmp_path / "没有").exists()


def test_without_data_on_the_line_none_is_asked(data: DataDir, draft: Path) -> None:
    result = gouji("verify", str(draft), "--json", env={"GOUJI_DATA": str(data.root)})
    assert "beside" not in json.loads(result.stdout)["files"][0]
