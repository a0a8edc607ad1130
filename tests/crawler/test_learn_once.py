"""`learn` proposes no body twice, however it is spelled, and says what must be done before it can propose any."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.agencies.learn import accept, propose
from crawler.agencies.proposal import Proposal, one_each
from crawler.agencies.register import ensure_agency
from tests.crawler.test_learn import show
from tests.crawler.test_register import rows, whole
from tests.monitor.test_cli_road import Gouji

__all__ = ["whole"]
HOMES = {"wx": ("青石市", "望溪县"), "qs": ("青石市",)}


def body(name: str, *years: int, portal: str = "wx", code: str = "") -> Proposal:
    return Proposal(code, name, "department", "county", "", portal, min(years, default=None), years, "title", "")


def once(*bodies: Proposal) -> list[tuple[str, tuple[int, ...]]]:
    return sorted((one.name, one.years) for one in one_each(bodies, HOMES))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("望溪县发展和改革局", "望溪县发改局"),
        ("望溪县人力资源和社会保障局", "人社局"),
        ("青石市望溪县财政局", "望溪县财政局"),
        ("望溪县教育局", "教育局"),
        ("望溪县人民政府办公室", "望溪县府办"),
        ("青石市望溪县灵溪镇人民政府", "灵溪镇人民政府"),
        ("望溪县卫生健康局", "望溪县卫健局"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_two_spellings_of_one_body_are_one_proposal(one: str, two: str, turned: bool) -> None:
    first, second = body(one, 2023), body(two, 2024)
    (found,) = one_each([second, first] if turned else [first, second], HOMES)
    assert found.years == (2023, 2024)
    assert {found.name, *found.spellings} == {one, two}


@pytest.mark.parametrize(
    "names",
    [
        ("望溪县人民政府", "望溪县人民政府办公室"),
        ("望溪县财政局", "青石市财政局"),
        ("云岭区青年街道办事处", "金山区青年街道办事处", "青年街道办事处"),
        ("望溪县水利局", "望溪县水务局"),
        ("望溪县教育局", "望溪县民政局"),
    ],
)
def test_two_bodies_stay_two_proposals(names: Sequence[str]) -> None:
    assert len(one_each([body(name, 2024) for name in names], HOMES)) == len(names)


def test_the_same_name_on_two_portals_is_two_bodies() -> None:
    assert len(one_each([body("统计局", 2024), body("统计局", 2024, portal="qs")], HOMES)) == 2
    assert len(one_each([body("统计局", 2024, portal=""), body("统计局", 2023, portal="")], HOMES)) == 2


def test_a_joined_proposal_knows_the_rows_of_both() -> None:
    (found,) = one_each([body("望溪县发改局", 2024, code="a"), body("望溪县发展和改革局", 2023, code="b")], HOMES)
    assert (found.code, found.others, found.spellings) == ("b", ("a",), ("望溪县发改局",))
    assert replace(found, code="", others=()) != found


def test_accepting_it_joins_the_rows_under_which_it_was_met(whole: Database) -> None:
    whole.execute("insert into portals (id, name) values ('hz', '淮安市洪泽区人民政府')")
    for name, year in (("洪泽区审计局", 2024), ("淮安市洪泽区审计局", 2023)):
        whole.execute("insert into agencies (code, name, portal, source) values (?, ?, 'hz', 'document')", [name, name])
        show(whole, name, year)
        whole.execute("update documents set agency = ? where agency_name = ?", [name, name])
    (found,) = propose(whole, 2024)
    assert (found.name, found.years) == ("淮安市洪泽区审计局", (2023, 2024))
    accept(whole, [found])
    assert rows(whole, "select name, source from agencies") == [("淮安市洪泽区审计局", "publisher")]
    assert rows(whole, "select distinct agency from documents") == [(found.code,)]
    assert propose(whole, 2024) == []


def test_it_says_what_must_be_done_before(tmp_path: Path, whole: Database) -> None:
    gouji = Gouji(tmp_path / "数据")
    gouji("init")
    told = gouji("agencies", "learn").stdout
    assert "gouji portal add 网址" in told
    assert "gouji agencies import 名录.xlsx" in told
    assert "gouji crawl" in gouji("--lang", "en", "agencies", "learn").stdout
    (gouji.root / "gouji.toml").write_text(
        '[[portal]]\nid = "a"\nstart_url = "http://127.0.0.1:9/"\n', encoding="utf-8"
    )
    assert "先抓取：gouji crawl" in gouji("agencies", "learn").stdout
    ensure_agency(whole, "示例县教育局", source="import")
    whole.table("documents").insert({"sha256": "a", "url": "u", "first_seen": "x"})
    assert "1 份文件还没有读：先 gouji extract" in Gouji(tmp_path)("agencies", "learn").stdout
