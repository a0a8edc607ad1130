"""Namesakes: a body of one county is found on its own portal, and on no portal of another county of that name."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.agencies.register import ensure_agency, find_agency, namesakes
from crawler.agencies.register_import import import_csv
from crawler.ground.data import DataDir, connect
from crawler.ground.schema import migrations

# Two counties of one name in two provinces, the city around the first, a district that the table of divisions knows.
PORTALS = (
    ("one", "示例县人民政府", "http://www.shili.gov.cn/nb/"),
    ("two", "示例县人民政府", "http://www.slx.gov.cn/nb/"),
    ("city", "青石市人民政府", "http://www.qingshi.gov.cn/nb/"),
    ("bare", None, "http://127.0.0.9/nb/"),
    ("jy", "示例县教育局", "http://jyj.shili.gov.cn/nb/"),
    ("nanjing", "南京市鼓楼区人民政府", "http://a.gov.cn/nb/"),
    ("fuzhou", "福州市鼓楼区人民政府", "http://b.gov.cn/nb/"),
    ("jiangsu", "江苏省人民政府", "http://c.gov.cn/nb/"),
)


@pytest.fixture
def db(tmp_path: Path) -> Database:
    db = connect(DataDir(tmp_path), [migrations])
    db.table("portals").insert_all({"id": id_, "name": name, "start_url": url} for id_, name, url in PORTALS)
    return db


def register(db: Database, tmp_path: Path, *lines: str) -> None:
    path = tmp_path / "名录.csv"
    path.write_text("\n".join(["name,division,portal", *lines]), encoding="utf-8")
    import_csv(db, path)


def test_each_namesake_is_found_on_its_portal(db: Database, tmp_path: Path) -> None:
    register(db, tmp_path, "示例县水利局,139999,one", "示例县水利局,419999,two")
    assert find_agency(db, "示例县水利局", portal="one") == "139999-示例县水利局"
    assert find_agency(db, "示例县水利局", portal="two") == "419999-示例县水利局"
    assert find_agency(db, "示例县水利局", portal="bare") is None
    assert find_agency(db, "示例县水利局") is None


def test_a_body_of_the_register_is_not_the_namesake_on_another_countys_portal(db: Database, tmp_path: Path) -> None:
    register(db, tmp_path, "示例县水利局,139999,one")
    assert find_agency(db, "示例县水利局", portal="two") is None
    other = ensure_agency(db, "示例县水利局", source="document", portal="two")
    assert other != "139999-示例县水利局"
    assert find_agency(db, "示例县水利局", portal="two") == other
    assert namesakes(db, "示例县水利局", portal="two") == {other, "139999-示例县水利局"}


def test_two_countys_bodies_that_nobody_registered_stay_two(db: Database) -> None:
    codes = [ensure_agency(db, "示例县水利局", source="document", portal=portal) for portal in ("one", "two", "one")]
    assert codes == ["示例县水利局", "two-示例县水利局", "示例县水利局"]


@pytest.mark.parametrize("portal", ["jy", "one"])
def test_other_hosts_of_the_same_site_are_at_home(db: Database, tmp_path: Path, portal: str) -> None:
    register(db, tmp_path, "示例县水利局,139999,one")
    assert find_agency(db, "示例县水利局", portal=portal) == "139999-示例县水利局"


def test_the_portal_of_the_place_around_it_is(db: Database, tmp_path: Path) -> None:
    register(db, tmp_path, "青石市云岭区教育局,,bare", "示例县民政局,,one")
    assert find_agency(db, "青石市云岭区教育局", portal="city") == "青石市云岭区教育局"
    assert find_agency(db, "示例县民政局", portal="city") is None, "示例县 may lie elsewhere"


def test_the_divisions_of_the_portals_tell(db: Database, tmp_path: Path) -> None:
    register(db, tmp_path, "鼓楼区教育局,320106,", "鼓楼区教育局,350102,", "鼓楼区审计局,320106,nanjing")
    assert find_agency(db, "鼓楼区教育局", portal="nanjing") == "320106-鼓楼区教育局"
    assert find_agency(db, "鼓楼区教育局", portal="fuzhou") == "350102-鼓楼区教育局"
    assert find_agency(db, "鼓楼区教育局", portal="jiangsu") == "320106-鼓楼区教育局"
    assert find_agency(db, "鼓楼区审计局", portal="jiangsu") == "320106-鼓楼区审计局"
    assert find_agency(db, "鼓楼区审计局", portal="fuzhou") is None


def test_a_bare_name_is_that_of_its_portal(db: Database, tmp_path: Path) -> None:
    register(
        db,
        tmp_path,
        "示例县教育局,139999,one",
        "示例县教育局,419999,two",
        "青石市教育局,,city",
        "青石市云岭区教育局,,city",
        "青石市云岭区民政局,,city",
        "示例县司法局,139999,",
    )
    assert find_agency(db, "教育局", portal="one") == "139999-示例县教育局"
    assert ensure_agency(db, "教育局", source="document", portal="two") == "419999-示例县教育局"
    assert find_agency(db, "教育局", portal="bare") is None
    assert find_agency(db, "教育局") is None
    # Of several the portal names none.
    assert find_agency(db, "教育局", portal="city") is None
    assert namesakes(db, "教育局", portal="city") == {"青石市教育局", "青石市云岭区教育局"}
    # The place of the portal completes it, where the register knows no portal.
    assert find_agency(db, "司法局", portal="one") == "139999-示例县司法局"
