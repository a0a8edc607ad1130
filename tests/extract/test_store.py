"""Readings in the database: what is stored comes back as read, versions supersede, parsers do not double."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.agencies.register import ensure_agency
from crawler.ground.data import DataDir, connect, create
from crawler.ground.schema import migrations as crawler_migrations
from crawler.ledger.documents import record
from extract.model import Problem, Report
from extract.run import read_report
from extract.store.current import settle_returned
from extract.store.load import load_reports, load_versions
from extract.store.schema import migrations as extract_migrations
from extract.store.write import Reading, save
from tests.corpus import NEEDED, Truth, texts

NOW = datetime(2026, 2, 1, tzinfo=UTC)
PAGE = """示例县教育局2023年政府信息公开工作年度报告
一、总体情况
本报告所列数据的统计期限为2023年1月1日至2023年12月31日。
二、主动公开政府信息情况
第二十条第（八）项
信息内容\t本年收费金额（单位：万元）
行政事业性收费\t{fee}
"""


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return connect(create(DataDir(tmp_path / "data")), (crawler_migrations, extract_migrations))


def reading(document: str, result: Report | Problem, *, url: str = "file:a.txt", seen: str = "2026-01-20") -> Reading:
    return Reading(document, url, result, f"{seen}T00:00:00.000000+00:00")


def report(fee: str) -> Report:
    result = read_report(PAGE.format(fee=fee).encode(), "a.txt")
    assert isinstance(result, Report)
    return result


def current(db: Database) -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in db.execute("select document, id from current_reports")]


@NEEDED
@pytest.mark.parametrize("truth", texts(), ids=lambda truth: truth.name)
def test_a_stored_report_comes_back_as_it_was_read(db: Database, truth: Truth) -> None:
    result = read_report(truth.path.read_bytes(), truth.path.name)
    assert isinstance(result, Report)
    save(db, [reading("a", result)], "1", NOW)
    [stored] = load_reports(db, db.execute("select code from agencies").fetchone()[0])
    assert [(row.code, row.raws, row.values, row.states, row.place) for row in stored.report.rows] == [
        (row.code, row.raws, row.values, row.states, row.place) for row in result.rows
    ]
    assert (stored.report.forms, stored.report.spent, stored.report.sections, stored.report.subtotals) == (
        result.forms,
        result.spent,
        result.sections,
        result.subtotals,
    )
    assert stored.report.problems == result.problems


def test_null_is_not_zero(db: Database) -> None:
    save(db, [reading("a", report("0")), reading("b", report(""), url="file:b.txt", seen="2026-01-21")], "1", NOW)
    values = db.execute(
        "select r.document, d.value from disclosure d join reports r on r.id = d.report "
        "where item = 'charges' order by 1"
    ).fetchall()
    assert values == [("a", 0), ("b", None)]
    states = db.execute("select state from cells where row = 'charges'").fetchall()
    assert states == [("blank",)]


def test_a_newer_version_at_the_same_address_supersedes(db: Database) -> None:
    [first] = save(db, [reading("a", report("1"))], "1", NOW)
    [second] = save(db, [reading("b", report("2"), seen="2026-02-01")], "1", NOW)
    assert current(db) == [("b", second)]
    assert db.execute("select superseded_by from reports where id = ?", (first,)).fetchone() == (second,)
    assert [version.document for version in load_versions(db, "示例县教育局", 2023)] == ["a", "b"]


def test_what_stands_there_again_is_current_again(db: Database) -> None:
    def look(document: str, url: str, day: int) -> None:
        record(db, sha256=document, url=url, now=datetime(2026, 2, day, tzinfo=UTC))

    page, copy = "http://x/a.html", "http://y/a.html"
    for day, (document, url) in enumerate([("a", page), ("b", page), ("c", copy)], 1):
        look(document, url, day)
        save(db, [reading(document, report(str(day)), url=url, seen=f"2026-02-0{day}")], "1", NOW)
    assert [document for document, _ in current(db)] == ["c"]
    for day, document in enumerate("aba", 4):
        look(document, page, day)
        settle_returned(db.conn)
        # It came to stand there after the copy.
        assert [document for document, _ in current(db)] == [document]
    assert len(load_versions(db, "示例县教育局", 2023)) == 3


def test_the_same_parser_reads_again_in_place_and_another_one_supersedes(db: Database) -> None:
    [first] = save(db, [reading("a", report("1"))], "1", NOW)
    assert save(db, [reading("a", report("1"))], "1", NOW) == [first]
    [again] = save(db, [reading("a", report("1"))], "2", NOW)
    assert again != first
    assert current(db) == [("a", again)]
    assert db.execute("select count(*) from disclosure where report = ?", (first,)).fetchone()[0] > 0


def test_a_reading_that_is_withdrawn_leaves_no_report(db: Database) -> None:
    save(db, [reading("a", report("1"))], "1", NOW)
    save(db, [reading("a", Problem("not_a_report", "不是年度报告"))], "1", NOW)
    assert current(db) == []
    assert db.execute("select code from problems").fetchall() == [("not_a_report",)]
    assert db.execute("pragma foreign_key_check").fetchall() == []


def test_an_attachment_gives_way_to_its_readable_page(db: Database) -> None:
    for document, url, parent in (("a", "http://x/a.html", None), ("b", "http://x/b.html", "http://x/a.html")):
        db.execute(
            "insert into documents (sha256, url, first_seen, attachment_of) values (?, ?, '2026', ?)",
            (document, url, parent),
        )
    save(
        db,
        [
            reading("a", report("1"), url="http://x/a.html"),
            reading("b", report("1"), url="http://x/b.html", seen="2026-01-25"),
        ],
        "1",
        NOW,
    )
    assert [document for document, _ in current(db)] == ["a"]


def test_a_failed_batch_leaves_nothing_behind(db: Database) -> None:
    good, bad = report("1"), report("2")
    broken = reading("b", bad, url="file:b.txt")
    object.__setattr__(broken, "first_seen", object())
    with pytest.raises(Exception, match=r"(?i)bind"):
        save(db, [reading("a", good), broken], "1", NOW)
    assert db.execute("select count(*) from reports").fetchone()[0] == 0


def test_a_fraction_among_counts_is_kept_as_printed_and_stops_nothing(db: Database) -> None:
    rows = (
        "一、本年新收政府信息公开申请数量\t5.5\t0\t0\t0\t0\t0\t5.5\n"
        "二、上年结转政府信息公开申请数量\t2.0\t0\t0\t0\t0\t0\t2"
    )
    head = "自然人\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t总计"
    third = f"三、收到和处理政府信息公开申请情况\n\t{head}\n{rows}\n"
    result = read_report(f"{PAGE.format(fee='1')}{third}".encode(), "a.txt")
    assert isinstance(result, Report)
    save(db, [reading("a", result)], "1", NOW)
    assert db.execute(
        "select natural_person, business, total from applications where disposition = 'received'"
    ).fetchall() == [(None, 0, None)]
    assert db.execute("select natural_person from applications where disposition = 'brought_forward'").fetchone() == (
        2,
    )
    assert db.execute("select raw, state from cells where row = 'received' and member = 'total'").fetchall() == [
        ("5.5", "number")
    ]
    [stored] = load_reports(db, "示例县教育局")
    assert [row.values for row in stored.report.rows] == [row.values for row in result.rows]


@pytest.mark.parametrize(
    ("sentence", "body"),
    [
        ("本报告由示例县综合行政执法局编制。", "示例县综合行政执法局"),
        ("本报告由示例县教育局编制。", "示例县执法局"),
        ("", "示例县执法局"),
    ],
)
def test_the_text_settles_of_which_body_a_short_name_is(db: Database, sentence: str, body: str) -> None:
    for name in ("示例县综合行政执法局", "示例县城市管理局", "示例县教育局"):
        ensure_agency(db, name, source="import")
    text = PAGE.format(fee="0").replace("示例县教育局", "示例县执法局").replace("一、", f"{sentence}\n一、", 1)
    result = read_report(text.encode(), "a.txt")
    assert isinstance(result, Report)
    save(db, [reading("a", result)], "1", NOW)
    assert db.execute("select agency, agency_name from reports").fetchall() == [(body, body)]
