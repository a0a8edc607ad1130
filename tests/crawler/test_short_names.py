"""Usual short names of bodies: expanded only where exactly one body of the register of that place fits."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.agencies.abbreviations import Fit, fit
from crawler.agencies.agency import Agency
from crawler.agencies.names import joined
from crawler.agencies.register import ensure_agency, enter, find_agency, maybe_theirs
from crawler.agencies.short_names import _of_place, _rest
from crawler.ground.data import DataDir, connect
from crawler.ground.schema import migrations

COUNTY = "望溪县"
FULL = [
    "发展和改革局",
    "人力资源和社会保障局",
    "住房和城乡建设局",
    "市场监督管理局",
    "卫生健康委员会",
    "自然资源和规划局",
    "退役军人事务局",
    "文化广电旅游体育局",
    "教育和体育局",
    "工业和信息化局",
    "应急管理局",
    "医疗保障局",
    "行政审批服务局",
    "交通运输局",
    "林业和草原局",
    "国有资产监督管理委员会",
    "民族宗教事务局",
    "供销合作社联合社",
    "残疾人联合会",
    "人民政府",
    "人民政府办公室",
    "灵溪镇人民政府",
    "城关街道办事处",
]
SHORT = [
    ("发改局", "发展和改革局"),
    ("发改委", "发展和改革局"),
    ("人社局", "人力资源和社会保障局"),
    ("住建局", "住房和城乡建设局"),
    ("市监局", "市场监督管理局"),
    ("市场监管局", "市场监督管理局"),
    ("卫健局", "卫生健康委员会"),
    ("卫健委", "卫生健康委员会"),
    ("自规局", "自然资源和规划局"),
    ("自然资源局", "自然资源和规划局"),
    ("退役军人局", "退役军人事务局"),
    ("文旅局", "文化广电旅游体育局"),
    ("教体局", "教育和体育局"),
    ("经信局", "工业和信息化局"),
    ("应急局", "应急管理局"),
    ("医保局", "医疗保障局"),
    ("政务局", "行政审批服务局"),
    ("交通局", "交通运输局"),
    ("林业局", "林业和草原局"),
    ("国资委", "国有资产监督管理委员会"),
    ("民宗局", "民族宗教事务局"),
    ("供销社", "供销合作社联合社"),
    ("残联", "残疾人联合会"),
    ("府办", "人民政府办公室"),
    ("政府办", "人民政府办公室"),
    ("办公室", "人民政府办公室"),
    ("灵溪镇", "灵溪镇人民政府"),
    ("城关街道", "城关街道办事处"),
    ("城关街道办", "城关街道办事处"),
]


def body(db: Database, name: str, source: str = "import") -> None:
    enter(db, Agency(name, name, "county", "department", None, None, None, 2025, None, source))


@pytest.fixture
def county(tmp_path: Path) -> Database:
    db = connect(DataDir(tmp_path), [migrations])
    for portal, name in (("wx", f"{COUNTY}人民政府"), ("ld", "临渡县人民政府"), ("unnamed", "")):
        db.execute(
            "insert into portals (id, name, start_url) values (?, ?, ?)", [portal, name, f"http://{portal}.example/nb/"]
        )
    for name in FULL:
        body(db, COUNTY + name)
    body(db, "临渡县农业农村局")
    return db


def test_a_short_name_is_the_one_body_of_the_place_that_fits(county: Database) -> None:
    expected = {
        name: COUNTY + full
        for short, full in SHORT
        for name in (short, COUNTY + short, *([] if short[:2] in ("办公", "灵溪", "城关") else [f"县{short}"]))
    }
    assert {name: find_agency(county, name, portal="wx") for name in expected} == expected


def test_a_short_name_is_of_its_own_place_alone(county: Database) -> None:
    assert find_agency(county, "人社局", portal="ld") is None
    assert not maybe_theirs(county, "人社局", portal="ld")
    assert find_agency(county, "临渡县人社局", portal="wx") is None
    assert find_agency(county, f"{COUNTY}人社局") == f"{COUNTY}人力资源和社会保障局"
    assert find_agency(county, "人社局") is None


def test_where_two_fit_it_may_be_of_either_and_is_of_none(county: Database) -> None:
    body(county, f"{COUNTY}住房城乡建设局")
    assert find_agency(county, "住建局", portal="wx") is None
    assert maybe_theirs(county, "住建局", portal="wx") == {f"{COUNTY}住房和城乡建设局", f"{COUNTY}住房城乡建设局"}


@pytest.mark.parametrize("name", ["执法局", "县城管局", "望溪县综合执法局"])
def test_bodies_that_may_stand_side_by_side_are_none_of_them_meant_where_both_do(county: Database, name: str) -> None:
    body(county, f"{COUNTY}综合行政执法局")
    expected = None if name == "县城管局" else f"{COUNTY}综合行政执法局"
    assert find_agency(county, name, portal="wx") == expected
    assert maybe_theirs(county, name, portal="wx") == {f"{COUNTY}综合行政执法局"}
    body(county, f"{COUNTY}城市管理局")
    assert find_agency(county, name, portal="wx") is None
    assert maybe_theirs(county, name, portal="wx") == {f"{COUNTY}综合行政执法局", f"{COUNTY}城市管理局"}


def test_a_body_is_known_by_a_short_form_of_what_it_was_once_called(county: Database) -> None:
    county.execute(
        "insert into agency_names (agency, name) values (?, ?)", [f"{COUNTY}医疗保障局", f"{COUNTY}粮食和物资储备局"]
    )
    assert find_agency(county, "粮储局", portal="wx") == f"{COUNTY}医疗保障局"
    body(county, f"{COUNTY}粮食局")
    assert find_agency(county, "粮储局", portal="wx") == f"{COUNTY}粮食局"


def test_of_two_bodies_of_one_field_the_one_of_the_same_ending_is_meant(county: Database) -> None:
    body(county, f"{COUNTY}卫生健康局")
    assert find_agency(county, "卫健局", portal="wx") == f"{COUNTY}卫生健康局"
    assert find_agency(county, "卫健委", portal="wx") == f"{COUNTY}卫生健康委员会"


def test_the_office_is_never_the_government_and_a_full_name_never_short(county: Database) -> None:
    assert find_agency(county, f"{COUNTY}人民政府", portal="wx") == f"{COUNTY}人民政府"
    body(county, f"{COUNTY}教育局")
    assert find_agency(county, "教育局", portal="wx") == f"{COUNTY}教育局"


def test_a_branch_of_the_prefectures_bureau_stands_in_its_county(county: Database) -> None:
    body(county, "青岩市生态环境局望溪分局")
    assert find_agency(county, f"{COUNTY}生态局", portal="wx") == "青岩市生态环境局望溪分局"


def test_what_was_met_by_its_short_name_is_known_once_the_register_has_it(county: Database) -> None:
    assert ensure_agency(county, "农业局", source="document", portal="wx") == "农业局"
    body(county, f"{COUNTY}农业农村局")
    assert find_agency(county, "农业局", portal="wx") == f"{COUNTY}农业农村局"


def test_where_the_place_is_not_known_nobody_is_named_but_may_be_meant(county: Database) -> None:
    assert find_agency(county, "人社局", portal="unnamed") is None
    assert maybe_theirs(county, "人社局", portal="unnamed") == {f"{COUNTY}人力资源和社会保障局"}


@pytest.mark.parametrize(
    ("short", "name", "how"),
    [
        ("教体局", "教育和体育局", Fit.USUAL),
        ("退役事务局", "退役军人事务局", Fit.LEFT_OUT),
        ("环保局", "生态环境局", Fit.USUAL),
        ("执法局", "城市管理局", Fit.PERHAPS),
        ("教育局", "教育和体育局", Fit.LEFT_OUT),
        ("审计局", "统计局", Fit.NONE),
        ("人社局", "人力资源局", Fit.NONE),
        ("管委会", "国有资产监督管理委员会", Fit.NONE),
        ("府办", "人民政府", Fit.NONE),
    ],
)
def test_how_well_a_short_name_fits(short: str, name: str, how: Fit) -> None:
    assert fit(short, name) == how


@pytest.mark.parametrize(
    ("name", "both"),
    [
        ("望溪县教育局（体育局）", ("望溪县教育局", "望溪县体育局")),
        ("望溪县教育局(望溪县体育局)", ("望溪县教育局", "望溪县体育局")),
        ("望溪县发展和改革局（粮食和物资储备局）", ("望溪县发展和改革局", "望溪县粮食和物资储备局")),
        ("望溪县水务局", ()),
        ("望溪县水务局（本级）", ()),
    ],
)
def test_a_name_with_another_in_brackets_bears_the_plates_of_two(name: str, both: tuple[str, ...]) -> None:
    assert joined(name) == both


IN_SHORT = [
    ("发改委", "发展和改革委员会"),
    ("卫健委", "卫生健康委员会"),
    ("人社局", "人力资源和社会保障局"),
    ("市监局", "市场监督管理局"),
    ("住建局", "住房和城乡建设局"),
]


@pytest.mark.parametrize(("listed", "full"), IN_SHORT)
def test_a_register_that_names_a_body_in_short_knows_it_by_its_full_name(
    tmp_path: Path, listed: str, full: str
) -> None:
    db = connect(DataDir(tmp_path), [migrations])
    enter(db, Agency(f"1-{listed}", COUNTY + listed, "county", "department", None, None, None, None, None, "register"))
    enter(db, Agency("1-财政局", COUNTY + "财政局", "county", "department", None, None, None, None, None, "register"))
    assert find_agency(db, COUNTY + full) == f"1-{listed}"
    assert find_agency(db, "青岩县" + full) is None
    assert find_agency(db, f"{COUNTY}{full}价格认证中心") is None


def test_a_full_name_is_not_taken_for_another_full_name_that_is_like_it(tmp_path: Path) -> None:
    db = connect(DataDir(tmp_path), [migrations])
    for name in ("自然资源局", "教育局", "发展和改革局"):
        enter(db, Agency(f"1-{name}", COUNTY + name, "county", "department", None, None, None, None, None, "register"))
    for name in ("自然资源和规划局", "教育和体育局", "发展改革和科技局"):
        assert find_agency(db, COUNTY + name) is None, name


PARTS = ("望溪", "望溪县", "望", "望溪市", "青岩市", "河东省青岩市望溪县", "国家税务总局", "国家税务总局望溪县")
ENDS = ("税务局", "教育局", "经济开发区管理委员会", "生态环境局望溪分局", "人民政府", "灵溪镇人民政府", "望溪路小学")


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("place", ["望溪县", "望溪市", "青岩市", "河东省"])
def test_the_bodies_of_a_place_are_those_of_whose_names_one_is_of_it(tmp_path: Path, place: str, wide: bool) -> None:
    """The same as where every body of the register is looked at, by what it is called and what it once was."""
    db = connect(DataDir(tmp_path), [migrations])
    names = [f"{part}{end}" for part in PARTS for end in ENDS]
    once = {name: names[(at * 5 + 3) % len(names)] for at, name in enumerate(names) if at % 3 == 0}
    for name in names:
        body(db, name)
    codes = {str(name): str(code) for code, name in db.execute("select code, name from agencies")}
    with db.atomic():
        db.conn.executemany(
            "insert or ignore into agency_names (agency, name) values (?, ?)",
            [(codes[name], former) for name, former in once.items() if name in codes],
        )
    borne: dict[str, set[str]] = {}
    for code, name in db.execute("select code, name from agencies union select agency, name from agency_names"):
        borne.setdefault(str(code), set()).add(str(name))
    named = dict(db.execute("select agency, group_concat(name, '|') from agency_names group by agency").fetchall())
    stem = place[:-1]
    expected = {
        code
        for code, some in borne.items()
        if any(stem in one if wide else one.startswith(stem) for one in str(named.get(code, "")).split("|"))
        and any(_rest(one, place) is not None for one in some)
    }
    assert expected
    assert {one.code for one in _of_place(db, place, wide=wide)} == expected
