"""Comparing versions costs what they are long: texts and copies with which an alignment would take hours."""

from dataclasses import replace

import pytest
from sqlite_utils import Database

from crawler.ground.clock import stamp
from crawler.ledger.documents import record
from extract.model import Report, Section
from extract.store.write import save
from monitor.changes.diff import between_versions
from monitor.changes.revisions import changed, plain
from monitor.checking.check import check
from monitor.findings import load
from tests.monitor.test_check import AGENCY, CONFIG, NOW, as_reading, bump, history, reading

MANY = 40_000


def report(text: str) -> Report:
    found = reading(history()[0]).result
    assert isinstance(found, Report)
    return replace(found, sections=(Section(1, "一、总体情况", text),))


@pytest.mark.parametrize("change", [between_versions, changed])
def test_sentences_that_repeat(change: object) -> None:
    assert callable(change)
    earlier, later = report("好。" * MANY), report("".join(f"好。坏{at}。" for at in range(MANY)))
    (part,) = change(earlier, later).prose
    assert (len(part.removed), len(part.added)) == (0, MANY)
    (part,) = change(later, earlier).prose
    assert (len(part.removed), len(part.added)) == (MANY, 0)


def test_everything_is_other() -> None:
    earlier, later = (report("".join(f"{word}{at}。" for at in range(MANY))) for word in ("甲", "乙"))
    (part,) = between_versions(earlier, later).prose
    assert (len(part.removed), len(part.added)) == (MANY, MANY)


def test_what_stands_elsewhere_neither_went_nor_came() -> None:
    earlier, later = report("甲。乙。丙。丁。"), report("丙。甲。丁。乙。")
    assert between_versions(earlier, later).prose == ()
    (part,) = between_versions(report("甲。甲。乙。"), report("乙。甲。丙。")).prose
    assert (part.removed, part.added) == (("甲。",), ("丙。",))


@pytest.mark.parametrize(
    "text",
    ["a" + "\u0301\u0323" * MANY, "好" + "\u0323\u0301" * MANY + "。", "\n" * MANY, "附件" * MANY, "点击" + "1" * MANY],
)
def test_marks_and_lines_that_never_end(text: str) -> None:
    assert changed(report(text), report(text)).prose == ()
    assert plain(report(text)).sections[0].number == 1


def test_a_report_at_hundreds_of_addresses(db: Database) -> None:
    """Links with a counter behind them: what says the same is compared once, and few addresses are named."""
    right, wrong = reading(history()[0]).result, reading(bump(history()[0])).result
    assert isinstance(right, Report)
    assert isinstance(wrong, Report)
    stored = []
    for at in range(400):
        one = as_reading(wrong if at % 2 else right, AGENCY, 2022, at)
        stored.append(replace(one, url=f"http://127.0.0.1/nb/1.html?t={at}", first_seen=stamp(NOW)))
        record(db, sha256=one.document, url=stored[-1].url, now=NOW, portal="qingshi", agency_name=AGENCY, year=2022)
    save(db, stored, "1", NOW)
    assert check(db, CONFIG, NOW).whole
    (told,) = load(db, "rule = 'pub.copies'")
    assert len(told.evidence["copies"]) == 400
    assert told.message.count("http://") <= 21
