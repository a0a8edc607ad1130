"""Entries that may be reports and say nowhere whose they are: fetched, named by their group, shown to the operator."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.agencies.agency import Agency
from crawler.agencies.learn import unmatched
from crawler.agencies.register import enter
from crawler.crawl.reading import read_answer
from crawler.crawl.records import ListPage, PageQuestion, ReportPage
from crawler.discovery.comparison import compare
from crawler.discovery.sighting import ListedReport, SearchResult, SiteSection
from crawler.ground.config import Portal
from crawler.ground.data import DataDir, connect
from crawler.ground.schema import migrations
from crawler.ledger import documents
from crawler.pages.asks import Ask, Source
from crawler.pages.signs import may_be_a_report
from crawler.pages.titles import TitleInfo
from crawler.pages.verdicts import Answer

NOW = datetime(2026, 2, 1, tzinfo=UTC)
URL = "http://127.0.0.1/zfxxgknb/"
PAGE = "<html><body><h1>{title}</h1><p>一、总体情况</p><p>二、主动公开政府信息情况</p></body></html>"
PLAIN = "2025年政府信息公开工作年度报告"


def shown(url: str, text: str, ask: Ask) -> object:
    return read_answer(PageQuestion(Answer(url, 200, text.encode()), ask, NOW)).shown


@pytest.mark.parametrize(
    ("title", "may"),
    [
        ("政府信息公开工作报告（教育局）", True),
        ("望溪县教育局政府信息公开报告", True),
        ("望溪县教育局2025年政府信息公开工作年度报告", False),  # it is one
        ("2025年政府信息公开年度报告公布情况", False),
        ("一图读懂2025年政府信息公开年度报告", False),
        ("关于报送2025年政府信息公开工作年度报告的通知", False),
        ("政府信息公开年报", False),
        ("望溪县2025年政府工作报告", False),
        ("望溪县教育局2025年度报告", True),
        ("望溪县教育局2025年政府信息年报", True),
        ("2025年政府信息公开（望溪县教育局）", True),
        ("望溪县教育局政府信息公开2025", True),
        ("望溪县教育局2025年度依法公开政府信息报告", True),
        ("望溪县教育局2025年信息公开工作总结", True),
        ("望溪县教育局2025年法治政府建设年度报告", False),
        ("望溪县教育局2025年度部门决算公开报告", False),
        ("2025年望溪县政务公开工作要点", False),
    ],
)
def test_what_may_be_a_report_is_told_by_its_words(title: str, *, may: bool) -> None:
    assert may_be_a_report(title) == may


def test_an_entry_that_may_be_a_report_is_fetched_and_kept_where_its_page_is_one() -> None:
    title = "政府信息公开工作报告（教育局）"
    page = shown(URL, f'<ul><li><a href="1.html">{title}</a></li><li><a href="2.html">{PLAIN}</a></li></ul>', Ask(URL))
    assert isinstance(page, ListPage)
    assert [(one.item.title, one.info) for one in page.found] == [(title, None), (PLAIN, TitleInfo("", 2025))]
    kept = shown(f"{URL}1.html", PAGE.format(title="报告"), Ask(f"{URL}1.html", "detail", title=title))
    assert isinstance(kept, ReportPage)
    assert (kept.title, kept.info) == (title, TitleInfo("", None))
    assert not isinstance(
        shown(f"{URL}1.html", "<html><body><p>会议纪要</p></body></html>", Ask(f"{URL}1.html", "detail", title=title)),
        ReportPage,
    )


def test_a_title_without_a_name_takes_it_from_the_list_of_one_body() -> None:
    ask = Ask(f"{URL}1.html", "detail", title=PLAIN, source=Source("generic", agency="县教育局"))
    page = shown(f"{URL}1.html", PAGE.format(title=PLAIN), ask)
    assert isinstance(page, ReportPage)
    assert page.info == TitleInfo("县教育局", 2025)
    own = "望溪县水务局2025年政府信息公开工作年度报告"
    page = shown(f"{URL}1.html", PAGE.format(title=own), ask)
    assert isinstance(page, ReportPage)
    assert page.info == TitleInfo("望溪县水务局", 2025), "what the page says of itself is stronger"


def test_they_are_shown_to_the_operator(tmp_path: Path) -> None:
    db = connect(DataDir(tmp_path), [migrations])
    db.execute("insert into portals (id, name, start_url) values ('wx', '望溪县人民政府', ?)", [URL])
    for name in ("望溪县综合行政执法局", "望溪县城市管理局", "望溪县教育局"):
        enter(db, Agency(name, name, "county", "department", None, None, None, 2025, None, "import"))
    titles = (PLAIN, "县执法局" + PLAIN, "县盐务局" + PLAIN, "县教育局" + PLAIN, "2024年政府信息公开工作年度报告")
    named = ("", "县执法局", "县盐务局", "县教育局", "")
    for number, (title, name) in enumerate(list(zip(titles, named, strict=True))[:4]):
        documents.record(
            db, sha256=f"{number}" * 64, url=f"{URL}{number}.html", now=NOW, portal="wx", title=title, agency_name=name, year=2025
        )  # fmt: skip
    assert [(one.name, one.why, one.candidates, one.title) for one in unmatched(db)] == [
        ("县执法局", "short", ("望溪县城市管理局", "望溪县综合行政执法局"), ""),
        ("县盐务局", "unknown", (), ""),
        ("", "nameless", (), PLAIN),
    ]
    column = SiteSection(URL, "年报", named=True)
    column.add(
        [
            ListedReport(title, name, 2025, "", f"{URL}{number}.html")
            for number, (title, name) in enumerate(zip(titles, named, strict=True))
        ],
        [],
    )
    result = SearchResult(
        asked=URL, reached=True, moved=(), site_name="", columns=(column,), rosters=(), sights=(), exhausted=False
    )
    told = compare(db, Portal("wx", URL), result, 0.5)
    assert [one.title for one in told.unattributed] == [titles[0], titles[1], titles[2], titles[4]]
