"""After publication: what counts as a change and what is page furniture; copies, last year's page, vanished pages."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256

import pytest
from sqlite_utils import Database

from crawler.ground.clock import stamp
from crawler.ground.config import Config, Portal
from crawler.ledger import portals
from crawler.ledger.documents import record
from crawler.ledger.looks import learned
from crawler.ledger.portals import set_state, sync
from crawler.pages.asks import Ask
from extract.content import State
from extract.model import Report
from extract.run import read_report
from extract.store.current import settle_returned
from extract.store.write import Reading, save
from monitor.alerts.digest import Due, Notice, compose, due_event
from monitor.changes.revisions import brings_note, changed, disagreeing, likeness, notes
from monitor.changes.vanished import Probe, judge_vanished
from monitor.changes.versions import load_papers, load_standing
from monitor.checking.check import check
from monitor.duty.coverage import Coverage
from monitor.findings import Finding, load
from monitor.samples import SampleReport, make_history

AGENCY = "青石市数据局"
NOW = datetime(2025, 1, 20, 3, tzinfo=UTC)
CONFIG = Config(portals=(Portal("qs", "http://127.0.0.1/nb/", "青石市"),))
CELL = "T4[reconsideration,upheld]"


@cache
def samples() -> tuple[SampleReport, SampleReport]:
    first, second = make_history(7, AGENCY, (2023, 2024), dense=True)
    return first, second


def read(sample: SampleReport, extra: str = "") -> Report:
    return parsed(sample.html().replace("</body>", f"{extra}</body>"))


@cache
def parsed(page: str) -> Report:
    result = read_report(page.encode(), "page.html")
    assert isinstance(result, Report)
    return result


def bump(sample: SampleReport, cell: str = CELL, by: int = 2) -> SampleReport:
    return sample.with_cell(cell, sample.count(cell) + by)


def with_prose(report: Report, old: str, new: str) -> Report:
    assert any(old in section.text for section in report.sections)
    return replace(
        report, sections=tuple(replace(section, text=section.text.replace(old, new)) for section in report.sections)
    )


def publish(
    db: Database,
    report: Report,
    days: float = 0,
    url: str = "1.html",
    portal: str = "qs",
    title: str = "",
    parser: str = "1",
    year: int = 2024,
) -> str:
    """One version as the crawl and the reader leave it; its name."""
    at = NOW + timedelta(days=days)
    name = sha256(f"{url}/{days}/{title}".encode()).hexdigest()
    address = f"http://127.0.0.1/nb/{url}"
    record(
        db, sha256=name, url=address, now=at, portal=portal, agency_name=AGENCY, year=year, title=title or report.title
    )
    save(db, [Reading(name, address, report, stamp(at), portal=portal)], parser, at)
    return name


def found(db: Database, days: float, rule: str) -> list[Finding]:
    check(db, CONFIG, NOW + timedelta(days=days))
    return load(db, "rule = ?", [rule])


@pytest.fixture
def watched(db: Database) -> Database:
    sync(db, CONFIG)
    set_state(db, "qs", "ok", NOW)
    return db


# --- the comparison, pure --------------------------------------------------------------------------------------

FURNITURE = (
    "<p>浏览次数：1024</p><p>发布日期：2025-03-06</p><p>上一篇：没有了</p><p>打印本页</p>"
    "<p>2025-03-06 09:31</p><p>责任编辑：某某</p><p>分享到：微信</p>"
)


def test_counters_dates_and_navigation_are_no_change() -> None:
    report = read(samples()[1])
    difference = changed(report, with_prose(read(samples()[1], FURNITURE), "。", " 。"))
    assert (difference.changes, difference.prose) == ((), ())


def test_a_cell_and_a_sentence_are() -> None:
    one = read(samples()[1])
    two = with_prose(read(bump(samples()[1])), "。", "。另有说明。")
    difference = changed(one, two)
    assert [change.cell for change in difference.changes] == [CELL]
    assert any("另有说明。" in part.added for part in difference.prose)


def test_a_cell_that_was_not_read_is_no_change() -> None:
    one = read(samples()[1])
    unread: tuple[State, ...] = ("ambiguous",) * 7
    rows = tuple(
        row._replace(values=(None,) * len(row.values), states=unread[: len(row.states)])
        if row.code == "received"
        else row
        for row in one.rows
    )
    assert changed(one, replace(one, rows=rows)).changes == ()
    assert disagreeing(one, replace(one, rows=rows)) == ()


@pytest.mark.parametrize(
    ("text", "noted"), [("更正说明：表四有误。", True), ("现予勘误。", True), ("纠正行政行为。", False)]
)
def test_what_a_correction_note_is(text: str, noted: bool) -> None:
    report = read(samples()[1])
    assert (notes(with_prose(report, "。", f"。{text}")) > 0) == noted
    assert notes(report, "示例县教育局2024年政府信息公开工作年度报告（更正）") == 1


def test_a_note_above_the_report_is_read_and_the_menu_there_is_none() -> None:
    sample = samples()[1]
    menu = "<p>公告 政策解读 情况说明</p>"
    page = sample.html().replace("<!--TRS_Editor-->", f"<!--TRS_Editor-->{menu}", 1)
    noted = bump(sample).html().replace("<!--TRS_Editor-->", f"{menu}<p>更正说明：表三一处有误，现予更正。</p>", 1)
    silent = bump(sample).html().replace("<!--TRS_Editor-->", menu, 1)
    earlier, later, other = (parsed(html) for html in (page, noted, silent))
    assert brings_note(earlier, later)
    assert not brings_note(earlier, other)
    assert [change.cell for change in changed(earlier, later).changes] == [CELL]
    assert changed(earlier, later).prose == ()


def test_how_far_a_report_is_last_years() -> None:
    first, second = (read(sample) for sample in samples())
    assert likeness(first, second).verdict == ""
    again = with_prose(first, "2023", "2024")
    assert likeness(first, again).verdict == "same_text"
    assert likeness(first, replace(again, sections=second.sections)).verdict == "same_figures"
    assert likeness(first, replace(again, rows=second.rows)).verdict == "same_text", "the text alone, to the letter"
    zeros = tuple(row._replace(values=(0,) * len(row.values)) for row in first.rows)
    short = replace(first, sections=(), rows=zeros)
    assert likeness(short, short).verdict == "", "nothing but zeros proves nothing"


# --- changed ---------------------------------------------------------------------------------------------------


def test_a_silent_change_is_told_by_cell_and_again_when_it_changes_again(watched: Database) -> None:
    first = samples()[1]
    publish(watched, read(first))
    assert found(watched, 1, "pub.changed") == []
    after = publish(watched, read(bump(first)), days=45)
    [told] = found(watched, 46, "pub.changed")
    assert (told.key.subject, told.verdict, told.finding_class, told.status) == (
        "http://127.0.0.1/nb/1.html",
        "changed",
        "explain",
        "open",
    )
    assert CELL in told.message
    assert "2025-01-20" in told.message
    assert "2025-03-06" in told.message
    assert "没有见到更正说明" in told.message
    assert told.evidence["document"] == after
    assert told.evidence["operands"][0]["raw"] == f"{first.count(CELL)} → {first.count(CELL) + 2}"
    assert found(watched, 47, "pub.changed") == [told]
    publish(watched, read(bump(first, by=5)), days=50)
    [again] = found(watched, 51, "pub.changed")
    assert (again.id, again.status, len(again.evidence["versions"])) == (told.id, "open", 3)
    assert again.changed_at > told.changed_at


def test_a_change_that_was_undone_is_settled_and_its_history_stays(watched: Database) -> None:
    first = samples()[1]
    before, address = publish(watched, read(first)), "http://127.0.0.1/nb/1.html"
    publish(watched, read(bump(first)), days=10)
    [told] = found(watched, 11, "pub.changed")
    at = NOW + timedelta(days=20)
    record(watched, sha256=before, url=address, now=at)
    settle_returned(watched.conn)
    [settled] = found(watched, 20, "pub.changed")
    assert (settled.id, settled.status, settled.verdict) == (told.id, "resolved", "undone")
    assert "2025-02-09起又是2025-01-20见到的版本" in str(settled.note)
    assert watched.execute("select document from current_reports").fetchall() == [(before,)]
    versions = load_standing(watched, AGENCY, 2024, load_papers(watched, AGENCY))
    assert [one.stored.document == before for one in versions] == [True, False, True]
    assert versions[-1].since == stamp(at)
    record(watched, sha256=versions[1].stored.document, url=address, now=at + timedelta(days=5))
    settle_returned(watched.conn)
    [again] = found(watched, 26, "pub.changed")
    assert (again.id, again.status) == (told.id, "regressed")


def test_a_change_of_bytes_only_is_silence(watched: Database) -> None:
    publish(watched, read(samples()[1]))
    publish(watched, read(samples()[1], FURNITURE), days=3)
    assert found(watched, 4, "pub.changed") == []


def test_a_change_with_its_note_is_information(watched: Database) -> None:
    first = samples()[1]
    publish(watched, read(first))
    publish(watched, with_prose(read(bump(first)), "。", "。更正说明：表四数字有误，现予更正。"), days=5)
    [told] = found(watched, 6, "pub.changed")
    assert (told.verdict, told.finding_class) == ("changed_with_note", "info")
    assert "更正说明" in told.evidence["sentence"]


NOTE = "。更正说明：表四数字有误，现予更正。"


def test_a_silent_change_that_gets_its_note_is_settled_and_stays_known(watched: Database) -> None:
    first = samples()[1]
    publish(watched, read(first))
    publish(watched, read(bump(first)), days=10)
    [told] = found(watched, 11, "pub.changed")
    publish(watched, with_prose(read(bump(first)), "。", NOTE), days=20)
    [settled] = found(watched, 21, "pub.changed")
    assert (settled.id, settled.status, settled.verdict, settled.finding_class) == (
        told.id,
        "resolved",
        "noted_later",
        "explain",
    )
    assert settled.message.endswith(f"已附有更正说明。此前：{told.message}")
    assert CELL in settled.message
    assert "2025-02-09见到的版本已附有更正说明" in str(settled.note)
    assert len(settled.evidence["resolved_by"]["versions"]) == 3
    assert found(watched, 22, "pub.changed") == [settled]
    # The note that stands there says nothing of what is changed after it.
    publish(watched, with_prose(read(bump(first, by=5)), "。", NOTE), days=30)
    [again] = found(watched, 31, "pub.changed")
    assert (again.id, again.status, again.verdict) == (told.id, "regressed", "changed")
    # Nor does a second note hide it for good.
    publish(watched, with_prose(read(bump(first, by=5)), "。", f"{NOTE}再次更正说明：表四。"), days=40)
    [noted] = found(watched, 41, "pub.changed")
    assert (noted.status, noted.verdict) == ("resolved", "noted_later")


def test_a_note_that_came_before_anybody_checked_hides_nothing(watched: Database) -> None:
    first = samples()[1]
    publish(watched, read(first))
    found(watched, 1, "pub.changed")
    publish(watched, read(bump(first)), days=10)
    publish(watched, with_prose(read(bump(first)), "。", NOTE), days=20)
    [kept] = found(watched, 21, "pub.changed")
    assert (kept.status, kept.verdict, kept.finding_class) == ("resolved", "noted_later", "explain")
    assert "没有见到更正说明" in kept.message
    assert "已附有更正说明" in str(kept.note)
    assert found(watched, 22, "pub.changed") == [kept]


def test_a_silent_change_that_was_noted_is_told_calmly_and_once(watched: Database) -> None:
    first, moment = samples()[1], NOW + timedelta(days=21)
    publish(watched, read(first))
    publish(watched, read(bump(first)), days=10)
    [silent] = found(watched, 11, "pub.changed")
    publish(watched, with_prose(read(bump(first)), "。", NOTE), days=20)
    [noted] = found(watched, 21, "pub.changed")
    heard = Notice("new", silent.changed_at, silent.changed_at)
    assert due_event(noted, heard, moment) == "resolved", "who was told of a silent change"
    assert due_event(noted, None, moment) == "resolved", "and who was not"
    assert due_event(noted, Notice("resolved", noted.changed_at, stamp(moment)), moment) is None
    assert due_event(noted, None, moment + timedelta(days=90)) is None
    told = compose(
        [Due(noted, "resolved")],
        language="zh",
        day=moment.date(),
        names={},
        still_open=0,
        held=0,
        coverage=Coverage(2024),
    )
    sentence = told.sections[0].items[0].sentence
    assert "已附有更正说明" in sentence
    assert "没有见到更正说明" in sentence


def test_a_file_that_was_handed_over_is_no_publication(watched: Database) -> None:
    publish(watched, read(samples()[1]), portal="")
    publish(watched, read(bump(samples()[1])), days=5, portal="")
    assert found(watched, 6, "pub.changed") == []


def test_what_a_new_reader_reads_differently_is_no_change_and_settles_one(watched: Database) -> None:
    publish(watched, read(samples()[1]))
    publish(watched, read(bump(samples()[1])), days=5, parser="2")
    assert found(watched, 6, "pub.changed") == []
    publish(watched, read(bump(samples()[1])), parser="2")
    assert found(watched, 7, "pub.changed") == []


def test_the_change_stands_in_a_digest(watched: Database) -> None:
    publish(watched, read(samples()[1]))
    publish(watched, read(bump(samples()[1])), days=5)
    [told] = found(watched, 6, "pub.changed")
    digest = compose(
        [Due(told, "new")], language="zh", day=NOW.date(), names={}, still_open=0, held=0, coverage=Coverage(2024)
    )
    item = digest.sections[0].items[0]
    assert "→" in item.cells
    assert item.tables
    assert item.url == "http://127.0.0.1/nb/1.html"


# --- copies and last year's page -------------------------------------------------------------------------------


def test_two_copies_that_differ_and_then_agree(watched: Database) -> None:
    publish(watched, read(samples()[1]))
    publish(watched, read(bump(samples()[1])), url="twin.html")
    [told] = found(watched, 1, "pub.copies")
    assert (told.verdict, told.finding_class, told.key.subject) == ("differ", "explain", "report")
    assert CELL in told.message
    assert {copy["url"] for copy in told.evidence["copies"]} == {
        "http://127.0.0.1/nb/1.html",
        "http://127.0.0.1/nb/twin.html",
    }
    publish(watched, read(samples()[1]), url="twin.html", days=3)
    [after] = found(watched, 4, "pub.copies")
    assert (after.status, after.verdict) == ("resolved", "copies_agree")


def test_a_copy_that_is_gone_is_no_copy(watched: Database) -> None:
    publish(watched, read(samples()[1]))
    publish(watched, read(bump(samples()[1])), url="twin.html")
    probe(watched, "http://127.0.0.1/nb/1.html", 2, "not_found")
    assert found(watched, 3, "pub.copies") == []


def test_last_years_report_under_this_years_title(watched: Database) -> None:
    first = read(samples()[0])
    publish(watched, first, year=2023)
    publish(watched, replace(with_prose(first, "2023", "2024"), year=2024), url="2.html")
    [told] = found(watched, 1, "pub.republished")
    assert (told.key.year, told.verdict, told.finding_class) == (2024, "same_text", "explain")
    assert "2023年度报告的重复发布" in told.message
    publish(watched, read(samples()[1]), url="2.html", days=3)
    [after] = found(watched, 4, "pub.republished")
    assert (after.status, after.verdict) == ("resolved", "not_republished")


def test_last_years_bytes_listed_under_this_years_title(watched: Database) -> None:
    first = read(samples()[0])
    publish(watched, first, year=2023)
    publish(watched, first, url="2.html", title=f"{AGENCY}2024年政府信息公开工作年度报告", year=2023)
    [told] = found(watched, 1, "pub.republished")
    assert (told.key.year, told.verdict) == (2024, "titled")
    assert told.evidence["url"].endswith("2.html")
    publish(watched, read(samples()[1]), url="3.html", days=3)
    assert found(watched, 4, "pub.republished")[0].status == "resolved"


def test_two_honest_years_are_no_copy(watched: Database) -> None:
    publish(watched, read(samples()[0]), year=2023)
    publish(watched, read(samples()[1]), url="2.html")
    assert found(watched, 1, "pub.republished") == []


# --- vanished --------------------------------------------------------------------------------------------------


def test_dates_of_publication_that_do_not_go_together(watched: Database) -> None:
    def dated(chosen: str, **days: str) -> list[Finding]:
        said = json.dumps([{"source": source, "day": day} for source, day in days.items()])
        watched.execute("update documents set published_on = ?, dates = ?", [chosen, said])
        watched.execute("update reports set published_on = ?, checked = null", [chosen])
        return found(watched, 1, "pub.dates")

    publish(watched, read(samples()[1]))
    assert found(watched, 1, "pub.dates") == [], "nothing is known of its dates"
    assert dated("2025-01-20", meta="2025-01-20", list="2025-01-21", url="2025-01-14") == []
    [told] = dated("2025-01-20", meta="2025-01-20", url="2025-03-02")
    assert (told.finding_class, told.verdict, told.status) == ("info", "apart", "open")
    assert "网页标签 2025-01-20、网址 2025-03-02；采用 2025-01-20" in told.message
    [told] = dated("2024-12-30", meta="2024-12-30")
    assert (told.verdict, told.status) == ("early", "open")
    assert dated("2025-01-20", meta="2025-01-20")[0].status == "resolved"


def probe(db: Database, url: str, days: float, verdict: str) -> None:
    at = stamp(NOW + timedelta(days=days))
    crawl = db.execute("insert into crawls (started_at, finished_at) values (?, ?)", [at, at]).lastrowid
    db.execute(
        "insert into fetches (crawl, portal, url, at, verdict, kind) values (?, 'qs', ?, ?, ?, 'detail')",
        [crawl, url, at, verdict],
    )


def probes(*series: tuple[float, bool]) -> list[Probe]:
    return [Probe(stamp(NOW + timedelta(days=day)), gone) for day, gone in sorted(series, reverse=True)]


@pytest.mark.parametrize(
    ("series", "gone"),
    [
        ([(day, True) for day in range(14)], True),
        ([(day, True) for day in range(4)], False),  # an afternoon's work on the site
        ([(day, day > 3) for day in range(15)], False),
        ([(day, day > 3) for day in range(16)], True),
        ([(day, day % 2 == 0) for day in range(15)], False),  # flapping
        ([(day, day != 14) for day in range(15)], False),  # it is back
        ([(0, False), (7, True), (14, True), (21, True)], True),  # looked at weekly
        ([(0, False), (7, False), (14, True), (21, True)], False),
        # It comes and goes, and is looked at daily only while it is gone.
        ([(0, True), (1, True), (2, False), (9, True)], False),
        ([(0, True), (1, True), (2, False), (9, True), (10, True)], False),
        ([(7, True), (14, True)], False),
        ([], False),
    ],
)
def test_when_a_page_is_gone(series: Sequence[tuple[float, bool]], gone: bool) -> None:
    assert (judge_vanished(probes(*series)) is not None) == gone


def vanish(db: Database, state: portals.State = "ok") -> str:
    url = "http://127.0.0.1/nb/1.html"
    publish(db, read(samples()[1]))
    for day in range(1, 16):
        probe(db, url, day, "not_found" if day % 5 else "soft_404")
    set_state(db, "qs", state, NOW + timedelta(days=15))
    return url


def test_since_when_a_page_is_gone_does_not_move(watched: Database) -> None:
    series = [(0.0, False), *((float(day), True) for day in range(1, 40))]
    for upto in (16, 25, 40):
        gone = judge_vanished(probes(*series[:upto]))
        assert gone is not None
        assert (gone.since, gone.looks, gone.failed) == (stamp(NOW + timedelta(days=1)), upto - 1, upto - 1)


def test_a_vanished_page_is_told_and_so_is_its_return(watched: Database) -> None:
    url = vanish(watched)
    [told] = found(watched, 16, "pub.vanished")
    assert (told.key.subject, told.verdict, told.status) == (url, "vanished", "open")
    assert "存档件仍在" in told.message
    assert found(watched, 16.5, "pub.vanished") == [told]
    probe(watched, url, 17, "same")
    [back] = found(watched, 18, "pub.vanished")
    assert (back.status, back.verdict) == ("resolved", "back")


def test_where_something_else_stands_the_report_is_gone(watched: Database) -> None:
    publish(watched, read(samples()[1]))
    url = "http://127.0.0.1/nb/1.html"
    for day in (7, 14, 21, 28):
        probe(watched, url, day, "not_report")
        learned(watched, "qs", Ask(url, "detail"), url, "not_report", NOW + timedelta(days=day), year=2024)
        told = found(watched, day + 0.5, "pub.vanished")
    assert [(each.key.subject, each.verdict, each.status) for each in told] == [(url, "replaced", "open")]
    assert "打开的不是该报告" in told[0].message
    probe(watched, url, 29, "same")
    assert [(each.verdict, each.status) for each in found(watched, 30, "pub.vanished")] == [("back", "resolved")]


def test_a_page_that_never_was_a_report_is_no_loss(watched: Database) -> None:
    url = "http://127.0.0.1/nb/2.html"
    for day in (7, 14, 21, 28):
        probe(watched, url, day, "not_report")
        learned(watched, "qs", Ask(url, "detail"), url, "not_report", NOW + timedelta(days=day), year=2024)
    assert found(watched, 29, "pub.vanished") == []


def test_nothing_vanishes_while_the_site_is_in_trouble(watched: Database) -> None:
    vanish(watched, "challenge")
    assert found(watched, 16, "pub.vanished") == []


def test_troubles_of_the_site_are_no_probes_of_the_page(watched: Database) -> None:
    publish(watched, read(samples()[1]))
    for day in range(1, 16):
        probe(watched, "http://127.0.0.1/nb/1.html", day, "unreachable" if day % 2 else "challenge")
    assert found(watched, 16, "pub.vanished") == []


def test_a_page_that_moved_has_not_vanished(watched: Database) -> None:
    vanish(watched)
    publish(watched, read(samples()[1]), url="new.html", days=10)
    assert found(watched, 16, "pub.vanished") == []
