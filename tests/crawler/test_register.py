"""The register: what a file may say, how a body is known again, how a better code spreads."""

import contextlib
import sqlite3
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from crawler.agencies.codes import check_character, is_credit_code
from crawler.agencies.names import classify, spellings
from crawler.agencies.recode import rename_code
from crawler.agencies.register import ensure_agency, find_agency
from crawler.agencies.register_file import read_register
from crawler.agencies.register_import import ImportResult, import_csv
from crawler.ground import schema
from crawler.ground.data import DataDir, connect
from crawler.ground.errors import GoujiError, UsageError
from crawler.ground.vocabulary import KINDS, LEVELS
from extract.store.schema import migrations as extract_migrations
from monitor.schema import migrations as monitor_migrations

USCC = "11999901000000001" + check_character("11999901000000001")
OTHER = "11999901000000002" + check_character("11999901000000002")


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return connect(DataDir(tmp_path), [schema.migrations])


@pytest.fixture
def whole(tmp_path: Path) -> Database:
    return connect(DataDir(tmp_path), [schema.migrations, extract_migrations, monitor_migrations])


def csv(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "名册.csv"
    path.write_bytes(text.encode(encoding))
    return path


def refused(db: Database, path: Path) -> str:
    before = list(db.query("select * from agencies order by code"))
    with pytest.raises(UsageError) as caught:
        import_csv(db, path)
    assert list(db.query("select * from agencies order by code")) == before, "nothing may be imported"
    assert str(path) in str(caught.value)
    return str(caught.value)


def rows(db: Database, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in db.execute(sql).fetchall()]


# --- the file ---------------------------------------------------------------------------------------------


def test_a_whole_line(db: Database, tmp_path: Path) -> None:
    path = csv(
        tmp_path,
        "code,name,level,kind,parent,division,portal,first_year,last_year,source\n"
        f"{USCC},示例县教育局,county,department,示例县人民政府,999901,shili,2015,2024,名册\n"
        ",示例县人民政府,,,,999901,,,,\n",
    )
    assert import_csv(db, path) == ImportResult(added=2, updated=0, unchanged=0)
    assert rows(db, "select * from agencies order by rowid") == [
        (USCC, "示例县教育局", "county", "department", "999901-示例县人民政府", "999901", "shili", 2015, 2024, "名册"),
        ("999901-示例县人民政府", "示例县人民政府", "county", "government", None, "999901", None, None, None, "import"),
    ]
    assert import_csv(db, path) == ImportResult(added=0, updated=0, unchanged=2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings(db: Database, tmp_path: Path, encoding: str) -> None:
    path = csv(tmp_path, "name\r\n示例县教育局\r\n\r\n,,\r\n“龙山”乡人民政府\r\n", encoding)
    assert import_csv(db, path).added == 2
    assert find_agency(db, "示例县教育局") == "示例县教育局"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("name\n示例县".encode("utf-16"), "CSV UTF-8"),
        ("name\nÄgypten".encode("latin-1"), "CSV UTF-8"),
        (b"PK\x03\x04\x14\x00", "workbook"),
        (b"", "is empty"),
        (b'name\n"open\n', "line 2"),
        (b"name\nA\x00B", "control character"),
        (b"name;kind\nA;office\n", "separated by commas"),
        ("name,电话\n示例县,1\n".encode(), "unknown column '电话'"),
        (b"name,\x1b[31m\n", "unknown column '\\x1b[31m'"),
        (b"kind\noffice\n", "'name' is missing"),
        (b"name,kind,name\n", "stands twice"),
        (b"name\n" + b"x" * 200_000, "line 2"),
    ],
)
def test_files_that_are_no_register(db: Database, tmp_path: Path, body: bytes, told: str) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(body)
    assert told in refused(db, path)


@pytest.mark.parametrize("name", ["absent.csv", ".", "nul\0.csv"])
def test_paths_that_are_no_file(db: Database, tmp_path: Path, name: str) -> None:
    refused(db, tmp_path / name)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (",office,,,,", "'name' is empty"),
        ("示例县教育局,机关,,,,", "kind '机关' is unknown"),
        ("示例县教育局,,县,,,", "level '县' is unknown"),
        ("示例县教育局,,,2024年,,", "first_year '2024年' is not a year"),
        ("示例县教育局,,,1899,,", "first_year '1899'"),
        ("示例县教育局,,,2020,2019,", "after last_year"),
        ("示例县教育局,,,,,3.6E+05", "division '3.6E+05'"),
        ("示例县教育局,,,,,,多", "7 cells for 6 columns"),
        ('"示例县\n教育局",,,,,', "'name' holds a line break"),
        ("示例县\x1b[31m教育局,,,,,", "control character"),
        ("示" * 101 + ",,,,,", "longer than 100"),
    ],
)
def test_bad_lines(db: Database, tmp_path: Path, line: str, told: str) -> None:
    path = csv(tmp_path, f"name,kind,level,first_year,last_year,division\n示例县粮食局,,,,,\n{line}\n")
    message = refused(db, path)
    assert "line 3: " in message
    assert told in message


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (USCC[:17] + ("0" if USCC[17] != "0" else "1"), "check character"),
        (USCC[:17], "has 17 characters"),
        ("1.13605E+17", "no 统一社会信用代码"),
        ("A-001", "no body of the register has it"),
    ],
)
def test_bad_codes(db: Database, tmp_path: Path, code: str, told: str) -> None:
    assert told in refused(db, csv(tmp_path, f"code,name\n{code},示例县教育局\n"))


def test_every_bad_line_is_listed_up_to_twenty(db: Database, tmp_path: Path) -> None:
    path = csv(tmp_path, "name,kind\n" + "".join(f"示例县第{n}局,坏\n" for n in range(25)))
    message = refused(db, path)
    assert message.count("is unknown") == 20
    assert "line 2:" in message
    assert "… and 5 more" in message


def test_line_numbers_count_lines_not_records(db: Database, tmp_path: Path) -> None:
    message = refused(db, csv(tmp_path, 'name,kind\n"示例\n县",\n\n示例县教育局,坏\n'))
    assert "line 2: " in message
    assert "line 5: " in message


@pytest.mark.parametrize(
    ("second", "fine"),
    [
        (",示例县府办,", False),
        (",示例县政府办公室,", False),
        (",示例县人民政府,", True),
        (",示例县人民政府办公室,999902", False),
        (f"{USCC},青石镇人民政府,", False),
    ],
)
def test_duplicate_lines(db: Database, tmp_path: Path, second: str, fine: bool) -> None:
    path = csv(tmp_path, f"code,name,division\n{USCC},示例县人民政府办公室,\n{second}\n")
    if fine:
        assert import_csv(db, path).added == 2
    else:
        assert "line 3: " in refused(db, path)


def test_namesakes_of_two_divisions_are_two_bodies(db: Database, tmp_path: Path) -> None:
    path = csv(tmp_path, "name,division\n教育局,999901\n教育局,999902\n")
    assert import_csv(db, path).added == 2
    assert find_agency(db, "教育局") is None
    assert find_agency(db, "教育局", division="999902") == "999902-教育局"
    assert "several bodies" in refused(db, csv(tmp_path, "name\n教育局\n"))


# --- known again ------------------------------------------------------------------------------------------


def test_empty_cells_change_nothing(db: Database, tmp_path: Path) -> None:
    import_csv(db, csv(tmp_path, "name,kind,portal,first_year\n示例县教育局,institution,shili,2012\n"))
    result = import_csv(db, csv(tmp_path, "name,kind,portal,first_year\n示例县教育局,,,\n"))
    assert result == ImportResult(0, 0, 1)
    assert import_csv(db, csv(tmp_path, "name,last_year\n示例县教育局,2020\n")) == ImportResult(0, 1, 0)
    assert rows(db, "select kind, portal, first_year, last_year from agencies") == [
        ("institution", "shili", 2012, 2020)
    ]


def test_a_body_met_in_a_document_is_registered_under_its_better_code(db: Database, tmp_path: Path) -> None:
    code = ensure_agency(db, "示例县府办", source="document")
    db.table("documents").insert({"sha256": "a", "url": "file:///a", "first_seen": "x", "agency": code})
    result = import_csv(db, csv(tmp_path, f"code,name,division\n{USCC},示例县人民政府办公室,999901\n"))
    assert result == ImportResult(0, 1, 0)
    assert rows(db, "select code, name, source from agencies") == [(USCC, "示例县人民政府办公室", "import")]
    assert rows(db, "select agency from documents") == [(USCC,)]
    assert {find_agency(db, name) for name in ("示例县府办", "示例县政府办", "示例县人民政府办公厅")} == {USCC}
    assert rows(db, "pragma foreign_key_check") == []


def test_codes_get_better_step_by_step(db: Database, tmp_path: Path) -> None:
    assert ensure_agency(db, "示例县教育局", source="document") == "示例县教育局"
    assert ensure_agency(db, "示例县教育局", source="portal", division="999901") == "999901-示例县教育局"
    import_csv(db, csv(tmp_path, f"code,name\n{USCC.lower()},示例县教育局\n"))
    import_csv(db, csv(tmp_path, "name,division\n示例县教育局,999901\n"))
    assert rows(db, "select code, division from agencies") == [(USCC, "999901")]


def test_a_renamed_body_keeps_its_code_and_its_old_name(db: Database, tmp_path: Path) -> None:
    import_csv(db, csv(tmp_path, f"code,name\n{USCC},示例县卫生局\n"))
    assert import_csv(db, csv(tmp_path, f"code,name\n{USCC},示例县卫生健康委员会\n")).updated == 1
    assert find_agency(db, "示例县卫生局") == find_agency(db, "示例县卫生健康委") == USCC


def test_a_renaming_told_late_joins_the_two_rows(db: Database, tmp_path: Path) -> None:
    import_csv(db, csv(tmp_path, f"code,name\n{USCC},示例县卫生局\n"))
    met = ensure_agency(db, "示例县卫生健康委员会", source="document", portal="shili")
    assert met != USCC
    import_csv(db, csv(tmp_path, f"code,name\n{USCC},示例县卫生健康委员会\n"))
    assert rows(db, "select code, name, portal from agencies") == [(USCC, "示例县卫生健康委员会", "shili")]


def test_one_body_on_two_lines_by_an_old_name(db: Database, tmp_path: Path) -> None:
    import_csv(db, csv(tmp_path, f"code,name\n{USCC},示例县卫生局\n"))
    import_csv(db, csv(tmp_path, f"code,name\n{USCC},示例县卫生健康委员会\n"))
    message = refused(db, csv(tmp_path, f"code,name\n{USCC},示例县卫生健康委员会\n,示例县卫生局\n"))
    assert "line 3: this is the body of line 2" in message


def test_our_own_codes_are_taken_back(db: Database, tmp_path: Path) -> None:
    ensure_agency(db, "示例县教育局", source="document", division="999901")
    path = csv(tmp_path, "code,name,portal\n999901-示例县教育局,示例县教育体育局,shili\n")
    assert import_csv(db, path) == ImportResult(0, 1, 0)
    assert rows(db, "select code, name, portal from agencies") == [("999901-示例县教育局", "示例县教育体育局", "shili")]


def test_a_government_and_its_office_are_two_bodies(db: Database) -> None:
    names = ["示例县人民政府", "示例县人民政府办公室"]
    codes = [ensure_agency(db, name, source="document") for name in names]
    assert codes == names
    assert find_agency(db, "示例县") == find_agency(db, "示例县政府") == "示例县人民政府"
    assert find_agency(db, "示例县政府办") == "示例县人民政府办公室"


@pytest.mark.parametrize("name", ["", " ", "\u200b\n", "《》"])
def test_a_body_without_a_name(db: Database, name: str) -> None:
    with pytest.raises(GoujiError):
        ensure_agency(db, name, source="document")
    assert find_agency(db, name) is None


def test_names_that_leave_the_place_to_the_page(db: Database) -> None:
    for portal, name in (("qs", "青石市人民政府门户网站"), ("yl", "云岭市人民政府"), ("x", None), ("y", None)):
        db.table("portals").insert({"id": portal, "name": name})
    assert ensure_agency(db, "市人民政府办公室", source="portal", portal="qs") == "青石市人民政府办公室"
    assert ensure_agency(db, "市政府办", source="portal", portal="yl") == "云岭市政府办"
    codes = [ensure_agency(db, "教育局", source="portal", portal=portal) for portal in ("x", "y", "x", "y")]
    assert codes == ["教育局", "y-教育局", "教育局", "y-教育局"]
    assert find_agency(db, "教育局", portal="y") == "y-教育局"


def test_the_same_vertical_body_on_two_portals_is_one(db: Database) -> None:
    name = "国家统计局示例调查队"
    assert {ensure_agency(db, name, source="portal", portal=portal) for portal in ("a", "b")} == {name}


# --- codes ------------------------------------------------------------------------------------------------


def test_rename_in_every_table(whole: Database) -> None:
    db = whole
    ensure_agency(db, "示例县教育局", source="document")
    ensure_agency(db, "示例县第一中学", source="document")
    db.execute("update agencies set parent = '示例县教育局' where name = '示例县第一中学'")
    db.table("documents").insert({"sha256": "a", "url": "u", "first_seen": "x", "agency": "示例县教育局"})
    db.table("reports").insert(
        {"agency": "示例县教育局", "document": "a", "status": "complete", "parser": "1", "checked": "x"}
    )
    db.table("findings").insert(
        finding(
            "示例县教育局",
            message="示例县教育局（示例县教育局）2023年度",
            message_en="示例县教育局 (示例县教育局), 2023",
        )
    )
    rename_code(db, "示例县教育局", USCC)
    assert rows(db, "select message, message_en from findings") == [
        (f"示例县教育局（{USCC}）2023年度", f"示例县教育局 ({USCC}), 2023")
    ]
    for table, column in (
        ("agency_names", "agency"),
        ("documents", "agency"),
        ("reports", "agency"),
        ("findings", "agency"),
        ("agencies", "parent"),
        ("agencies", "code"),
    ):
        assert (USCC,) in rows(db, f"select {column} from {table}"), table
        assert ("示例县教育局",) not in rows(db, f"select {column} from {table}"), table
    assert rows(db, "select checked from reports") == [(None,)]
    assert rows(db, "pragma foreign_key_check") == []


def finding(agency: str, **more: str) -> dict[str, str | int]:
    return {
        "rule": "t3.row_sum",
        "class": "fatal",
        "agency": agency,
        "year": 2023,
        "subject": "granted",
        "status": "open",
        **more,
    }


def test_merging_keeps_what_a_person_decided_and_what_was_told(whole: Database) -> None:
    db = whole
    for name in ("示例县卫生局", "示例县卫生健康委员会"):
        ensure_agency(db, name, source="document")
    db.table("findings").insert(finding("示例县卫生局", status="explained", decided_at="x", note="已核实"))
    db.table("findings").insert(finding("示例县卫生健康委员会"))
    db.table("findings").insert({**finding("示例县卫生局"), "year": 2022})
    for number in (1, 2):
        db.table("notices").insert({"finding": number, "recipient": "a@example.org", "event": "new", "changed_at": "x"})
    rename_code(db, "示例县卫生局", "示例县卫生健康委员会")
    assert rows(db, "select id, agency, year, status, note from findings order by id") == [
        (1, "示例县卫生健康委员会", 2023, "explained", "已核实"),
        (3, "示例县卫生健康委员会", 2022, "open", None),
    ]
    assert rows(db, "select finding from notices") == [(1,)]
    assert rows(db, "pragma foreign_key_check") == []


def test_a_failed_rename_leaves_everything(db: Database) -> None:
    ensure_agency(db, "示例县教育局", source="document")
    db.execute("create trigger no before update on agency_names begin select raise(abort, 'no'); end")
    with pytest.raises(sqlite3.IntegrityError):
        rename_code(db, "示例县教育局", USCC)
    assert rows(db, "select code from agencies") == [("示例县教育局",)]
    with pytest.raises(GoujiError):
        rename_code(db, "没有", USCC)


def test_check_character() -> None:
    # Codes that stand in the handbook as printed by their bodies.
    for code in ("11620403013912770D", "12620600MB0523338C", "113325000026455663", "11341702486344515H"):
        assert is_credit_code(code)
        assert not is_credit_code(code[:5] + ("1" if code[5] != "1" else "2") + code[6:])


# --- names ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind", "level"),
    [
        ("示例县人民政府", "government", "county"),
        ("示例省人民政府", "government", "province"),
        ("青石市人民政府", "government", "prefecture"),
        ("青石市", "government", "prefecture"),
        ("上海市人民政府", "government", "province"),
        ("上海市浦东新区人民政府", "government", "county"),
        ("青石市云岭市人民政府", "government", "county"),
        ("松坪彝族自治县人民政府", "government", "county"),
        ("内蒙古自治区人民政府", "government", "province"),
        ("示例地区行政公署", "government", "prefecture"),
        ("示例县人民政府办公室", "office", "county"),
        ("示例县府办", "office", "county"),
        ("示例省人民政府办公厅", "office", "province"),
        ("国务院办公厅", "office", "national"),
        ("市人民政府办公室", "office", ""),
        ("教育部", "department", "national"),
        ("龙山镇人民政府", "township", "township"),
        ("示例县龙山乡", "township", "township"),
        ("示例区青年街道办事处", "street", "township"),
        ("示例高新技术产业开发区管委会", "zone", ""),
        ("青石市经济技术开发区管理委员会", "zone", "prefecture"),
        ("示例综合实验区", "zone", ""),
        ("国家税务总局示例县税务局", "vertical", "county"),
        ("国家统计局青石市调查队", "vertical", "prefecture"),
        ("示例县气象局", "vertical", "county"),
        ("青石海关", "vertical", ""),
        ("示例县人民医院", "institution", "county"),
        ("示例县水务集团", "institution", "county"),
        ("示例县教育局", "department", "county"),
        ("示例县地方金融监督管理局", "department", "county"),
        ("示例县人民政府国有资产监督管理委员会", "department", "county"),
        ("教育局", "department", ""),
        ("示例县住房和城乡建设局", "department", "county"),
        ("示例县城市管理局", "department", "county"),
        ("青石市市场监督管理局", "department", "prefecture"),
        ("示例县乡村振兴局", "department", "county"),
        ("", "department", ""),
    ],
)
def test_classify(name: str, kind: str, level: str) -> None:
    assert classify(name) == (kind, level)


@pytest.mark.parametrize(
    ("division", "level"),
    [
        ("990000", "province"),
        ("999900", "prefecture"),
        ("999981", "county"),
        ("999981000000", "county"),
        ("999981101", "township"),
    ],
)
def test_a_division_decides_the_level(division: str, level: str) -> None:
    assert classify("青石市人民政府", division) == ("government", level)


@settings(deadline=None)
@given(
    st.one_of(
        st.text(max_size=40), st.text("示例县市区州镇乡府办委局管政人民公室会旗盟街道开发新（）监督理", max_size=20)
    )
)
def test_any_name(name: str) -> None:
    kind, level = classify(name)
    assert kind in KINDS
    assert level in (*LEVELS, "")
    names = spellings(name)
    # Every spelling leads to the others, so that it does not matter which was met first.
    assert all(set(names) == set(spellings(other)) for other in names)
    assert len({classify(other)[0] == "office" for other in names}) == 1


@settings(deadline=None, max_examples=60)
@example(b"\xd8\x80")
@example("\ue000局".encode())
@given(st.binary(max_size=200))
def test_any_file(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    path = tmp_path_factory.mktemp("r") / "r.csv"
    path.write_bytes(b"name,kind\n" + body)
    with contextlib.suppress(UsageError):
        assert all(row.name.isprintable() for row in read_register(path))
