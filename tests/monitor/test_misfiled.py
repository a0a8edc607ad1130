"""`pub.misfiled`: what stands under a report's title and calls itself something else; silence wherever that may err."""

import subprocess
import tomllib
from contextlib import closing
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from crawler.agencies.register import ensure_agency
from crawler.ground.data import DataDir
from crawler.pages.signs import other_paper
from extract.model import Problem, Report
from extract.run import read_report
from monitor.checking.check import check
from monitor.demo.servers import serve_pages
from monitor.findings import Finding, load
from monitor.samples import make_history
from monitor.schema import open_database
from monitor.service.pipeline import run_once
from monitor.service.steps import Settings
from tests.monitor.service import COLUMN, Site, make_data

NOW = datetime(2026, 2, 3, 3, tzinfo=UTC)
HTML = "text/html; charset=utf-8"
TITLE = "青石市教育局2025年政府信息公开工作年度报告"
LETTER = "关于报送2025年政府信息公开工作年度报告的函"
SENT = "现将我局2025年政府信息公开工作年度报告随函报送，请查收。"
PLAN = "关于2025年政府信息公开工作要点落实情况的函"
ADDRESS = "http://127.0.0.1/nb/1.html"
PAPERS: list[dict[str, Any]] = tomllib.loads(
    (resources.files("crawler.pages") / "signs.toml").read_text(encoding="utf-8")
)["paper"]


def page(*lines: str, title: str = TITLE, more: str = "") -> str:
    text = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f'<html><head><meta charset="utf-8"><meta name="ArticleTitle" content="{title}"><title>{title}</title></head>'
        "<body><div>首页 政府工作报告</div><div>当前位置：首页 &gt; 政府信息公开年报</div>"
        f'<h1>{title}</h1><div>发布日期：2026-01-20 来源：青石市教育局</div><div class="TRS_Editor">{text}</div>{more}'
        "<div>版权所有 青石市人民政府</div></body></html>"
    )


def read(html: str, *, published: bool = True) -> Report | Problem:
    return read_report(html.encode(), ADDRESS, TITLE, published=published)


@pytest.mark.parametrize(("kind", "text"), [(entry["kind"], text) for entry in PAPERS for text in entry["fits"]])
def test_a_heading_that_is_certain(kind: str, text: str) -> None:
    paper = other_paper(text)
    assert paper is not None
    assert paper.kind == kind


@pytest.mark.parametrize("text", [text for entry in PAPERS for text in entry["fits_not"]])
def test_a_heading_that_is_not(text: str) -> None:
    assert other_paper(text) is None


@pytest.mark.parametrize(
    ("html", "heading", "kind"),
    [
        (page(LETTER, "市政府办公室：", SENT, "青石市教育局"), LETTER, "letter"),
        (page(PLAN, "市政府办公室：", "共主动公开政府信息530条。", title=PLAN), PLAN, "plan"),
        (
            page("青石市教育局2025年工作报告", "一、主要工作", "扎实推进各项工作。"),
            "青石市教育局2025年工作报告",
            "other_report",
        ),
        (page(LETTER, "市政府办公室：", SENT, f"附件：{TITLE}"), LETTER, "letter"),
    ],
)
def test_another_paper_says_so_itself(html: str, heading: str, kind: str) -> None:
    said = read(html)
    assert isinstance(said, Problem)
    assert (said.code, said.detail.partition("：")[0], said.where) == ("other_paper", heading, kind)


@pytest.mark.parametrize(
    "html",
    [
        page(LETTER, SENT, '附件：<a href="/f/1.pdf">年度报告.pdf</a>'),
        page(LETTER, SENT, '<img src="/f/1.png">'),
        page(LETTER, SENT, more='<iframe src="/viewer.html?file=/f/1.pdf"></iframe>'),
        page(LETTER, SENT, TITLE, "本年度报告按要求编制。"),
        page(LETTER, SENT, "一、总体情况", "主动公开政府信息30条。"),
        page(LETTER, SENT * 40),
        page("正文正在加载，请稍候。", more=f"<div>相关链接</div><div>{PLAN}</div>"),
        page("本局2025年主动公开政府信息30条。", more=f"<p>上一篇：{LETTER}</p>"),
        page(""),
        page(
            "总体情况见下表。",
            f"<table>{'<tr><td>1</td><td>2</td></tr>' * 9}</table>",
            title=TITLE,
            more=f"<p>{PLAN}</p>",
        ),
    ],
)
def test_silence_where_a_report_may_be(html: str) -> None:
    said = read(html)
    assert isinstance(said, Report) or said.code != "other_paper"


def test_a_draft_that_was_handed_to_us_is_asked_nothing() -> None:
    assert isinstance(read(page(LETTER, SENT), published=False), Report)


# --- the real road ---------------------------------------------------------------------------------------------


def publish(site: Site, pages: dict[str, str]) -> None:
    """A column that lists each body's page under the title of its report."""
    for number, html in enumerate(pages.values()):
        site[f"{COLUMN}{number}.html"] = (HTML, html.encode())
    listed = "".join(
        f'<li><a href="./{number}.html">{TITLE.replace("教育局", body)}</a></li>' for number, body in enumerate(pages)
    )
    site[COLUMN] = (HTML, f'<html><head><meta charset="utf-8"></head><body><ul>{listed}</ul></body></html>'.encode())


def run(data: DataDir) -> dict[str, Finding]:
    run_once(data, lambda: NOW, Settings(crawl_output=subprocess.DEVNULL))
    with closing(open_database(data)) as db:
        return {one.key.agency: one for one in load(db, "rule = 'pub.misfiled'")}


def test_papers_under_the_titles_of_reports_until_the_reports_stand_there(tmp_path: Path) -> None:
    site, [report] = Site(), make_history(3, "青石市教育局", [2025])
    other = "青石市水利局2025年工作总结"
    pages = {
        "教育局": page(LETTER, "市政府办公室：", SENT),
        "水利局": page("全年工作平稳。", title=other),
        "民政局": page(LETTER, '<a href="/f/1.pdf">附件.pdf</a>', title=TITLE.replace("教育", "民政")),
    }
    publish(site, pages)
    with serve_pages(site) as server:
        data = make_data(tmp_path, base=server.base)
        with closing(open_database(data)) as db, db.atomic():
            for body in pages:
                ensure_agency(db, f"青石市{body}", source="import", portal="qingshi")
        told = run(data)
        assert {agency: (one.verdict, one.status, one.finding_class) for agency, one in told.items()} == {
            "青石市教育局": ("letter", "open", "confirm"),
            "青石市水利局": ("other_report", "open", "confirm"),
        }
        for agency, heading in (("青石市教育局", LETTER), ("青石市水利局", other)):
            evidence = told[agency].evidence
            assert (evidence["heading"], evidence["title"][:6]) == (heading, agency)
            assert evidence["url"] in told[agency].message
            assert heading in told[agency].message_en
            assert len(evidence["document"]) == 64, "the archived page"
        assert SENT in told["青石市教育局"].evidence["sentence"]
        with closing(open_database(data)) as db:
            assert load(db, "rule = 'pub.state' and agency in ('青石市教育局', '青石市水利局')") == []
            before = [(one.key, one.status, one.changed_at) for one in load(db, "rule = 'pub.misfiled'")]
            check(db, data.config(), NOW)
            assert [(one.key, one.status, one.changed_at) for one in load(db, "rule = 'pub.misfiled'")] == before, (
                "told once"
            )
        publish(site, pages | {"教育局": report.html()})
        with closing(open_database(data)) as db, db.atomic():
            db.execute("update looks set looked_at = null")
        after = run(data)
    assert (after["青石市教育局"].status, after["青石市水利局"].status) == ("resolved", "open")
