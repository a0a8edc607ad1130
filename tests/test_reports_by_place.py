"""A column of bare names, and reports that name nobody: whose each is, by where it stands; and who is excused by it."""

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime

import pytest

from crawler.agencies.register_import import import_csv
from crawler.ground.clock import stamp
from extract.run import extract
from monitor.asking.missing import answer
from monitor.checking.check import check
from monitor.schema import open_database
from tests.crawler.crawling import Bench
from tests.hostile.road import query
from tests.portals.site import Reply, Site, serving

NOW = datetime(2026, 4, 20, 2, tzinfo=UTC)
COLUMN = "/zfxxgknb/"
PLAIN = "2025年政府信息公开工作年度报告"
PUBLISHED, OPEN, OVERDUE = ("published", "published_late"), ("not_assessable",), ("overdue", "overdue_confirmed")

# Entries of a column that bear no report's title, and whose each is. Their pages bear no name either.
BARE: Mapping[str, str] = {
    "县教育局": "望溪县教育局",
    "望溪县财政局（2025年）": "望溪县财政局",
    "2025年人社局": "望溪县人力资源和社会保障局",
    "水务局年报": "望溪县水务局",
    "望溪县商务局政府信息公开情况": "望溪县商务局",
    "关于印发望溪县信访局2025年政府信息公开工作年度报告的通知": "望溪县信访局",
    "望溪县医疗保障局2025年工作报告": "望溪县医疗保障局",
    "岔河镇": "望溪县岔河镇人民政府",
}
# Reports that name nobody: what stands around their entry, and on their page. {e} is the entry.
AROUND: Mapping[str, tuple[str, str]] = {
    "望溪县民政局": ("<h2>民政局</h2><ul>{e}</ul>", ""),
    "望溪县林业局": ("<table><tr><td>1</td><td>林业局</td><td>{e}</td></tr></table>", ""),
    "望溪县档案馆": ("<dl><dt>县档案馆</dt><dd>{e}</dd></dl>", ""),
    "望溪县科学技术局": ("<ul><li>{e}</li></ul>", '<meta name="ContentSource" content="望溪县科学技术局">'),
    "望溪县外事办公室": ("<ul><li>{e}</li></ul>", "<p>发布机构：望溪县外事办公室</p>"),
    "望溪县公安局": ("<ul><li>{e}</li></ul>", "<!--end--><p>望溪县公安局</p><p>2026年1月20日</p>"),
    "望溪县气象局": ("<ul><li>{e}</li></ul>", "<!--end--><p>望溪县气象局 2026年1月20日</p>"),
}
ABSENT = ("望溪县审计局", "望溪县司法局", "望溪县地震局")
UNREAD = "望溪县统计局"  # a dead link bears its name
TOWNS = ("望溪县城关镇人民政府", "望溪县灵溪镇人民政府")  # one has published, and nothing says which: not a department


def report(number: int, title: str, around: str = "") -> str:
    before, end, behind = around.partition("<!--end-->")
    if not end:
        before, behind = around, ""
    meta = before if before.startswith("<meta") else ""
    text = "".join(
        f"<p>{line}</p>"
        for line in (
            "一、总体情况",
            f"2025年，本单位主动公开信息{number}条。",
            "二、主动公开政府信息情况",
            "三、收到和处理政府信息公开申请情况",
            "四、政府信息公开行政复议、行政诉讼情况",
            "五、存在的主要问题及改进情况",
            "六、其他需要报告的事项",
            "无。",
        )
    )
    return (
        f'<html><head><meta charset="utf-8">{meta}</head><body><div id="zoom"><h1>{title}</h1>'
        f"{'' if meta else before}{text}{behind}</div></body></html>"
    )


def portal() -> Site:
    pages: dict[str, bytes | str | Reply] = {}
    parts = list[str]()
    for number, (title, _) in enumerate(BARE.items(), 1):
        pages[f"{COLUMN}{number}.html"] = report(number, "年度报告")
        parts.append(f'<li><a href="{number}.html">{title}</a><span>2026-01-20</span></li>')
    parts.append('<li><a href="98.html">县统计局</a><span>2026-01-20</span></li>')
    parts.append('<li><a href="99.html">县司法局</a><span>2026-01-20</span></li>')
    pages[f"{COLUMN}99.html"] = '<meta charset="utf-8"><h1>县司法局</h1><p>负责行政复议、行政应诉。</p>'
    text = f"<ul>{''.join(parts)}</ul>"
    for number, (around, inside) in enumerate(AROUND.values(), 200):
        pages[f"{COLUMN}{number}.html"] = report(number, PLAIN, inside)
        text += f"<div>{around.format(e=f'<a href={number}.html>{PLAIN}</a>')}</div>"
    pages[f"{COLUMN}300.html"] = report(300, PLAIN)
    # Of a group of other kinds: it excuses none of the absent departments.
    text += f"<div><h2>乡镇街道</h2><ul><li><a href=300.html>{PLAIN}</a></li></ul></div>"
    menu = '<div class="nav"><a href="/bm/401.html">县审计局</a><a href="/bm/402.html">县地震局</a></div>'
    pages[COLUMN] = (
        f'<html><head><meta charset="utf-8"><title>政府信息公开年报</title></head><body>{menu}{text}</body></html>'
    )
    return Site("127.0.22.1", pages)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> tuple[Mapping[str, str], Mapping[int, str], list[str]]:
    """How each body stands for 2025; whose each page is taken for, by its number; what was asked for."""
    folder = tmp_path_factory.mktemp("places")
    bench = Bench(folder)
    bench.options["wx"] = 'name = "望溪县人民政府"'
    names = (*BARE.values(), *AROUND, *ABSENT, UNREAD, *TOWNS)
    register = folder / "register.csv"
    register.write_text("name,first_year\n" + "".join(f"{name},2025\n" for name in names), encoding="utf-8")
    with serving(site := portal()), closing(open_database(bench.data)) as db:
        bench.watch({"wx": site.url + COLUMN})
        import_csv(db, register)
        assert bench.crawl(now=stamp(NOW)).status == 0
        assert extract(db, bench.data, now=NOW, workers=1).whole
        assert check(db, bench.data.config(), NOW).whole
        standing = {one.agency: one.state for one in answer(db, bench.data.config(), NOW, year=2025).entries}
        asked = [one.path for one in site.asked()]
    owners = {
        int(str(url).rsplit("/", 1)[1].split(".")[0]): str(agency)
        for url, agency in query(bench.data, "select url, agency from documents")
    }
    return standing, owners, asked


Seen = tuple[Mapping[str, str], Mapping[int, str], list[str]]


@pytest.mark.parametrize("title", BARE)
def test_a_bare_entry_of_a_column_is_its_bodys_report(seen: Seen, title: str) -> None:
    assert seen[0][BARE[title]] in PUBLISHED
    assert seen[1][list(BARE).index(title) + 1] == BARE[title]


@pytest.mark.parametrize("name", AROUND)
def test_a_report_that_names_nobody_is_of_the_body_that_stands_around_it(seen: Seen, name: str) -> None:
    assert seen[0][name] in PUBLISHED
    assert seen[1][list(AROUND).index(name) + 200] == name


@pytest.mark.parametrize("name", ABSENT)
def test_who_has_not_published_is_overdue(seen: Seen, name: str) -> None:
    assert seen[0][name] in OVERDUE


def test_a_dead_link_under_a_bare_name_leaves_its_body_open(seen: Seen) -> None:
    assert seen[0][UNREAD] in OPEN


def test_no_menu_of_departments_is_asked_for(seen: Seen) -> None:
    assert not [path for path in seen[2] if path.startswith("/bm/")]
