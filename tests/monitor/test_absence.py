"""Absence: who owes by which day, told after it and not before, never while the portal is not healthy."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from sqlite_utils import Database

from crawler.agencies.register import ensure_agency
from crawler.ground.clock import SHANGHAI, stamp
from crawler.ground.config import Config, Portal
from crawler.ledger.documents import record
from crawler.ledger.portals import State, set_state, sync
from monitor.checking.check import check
from monitor.duty.absence import judge_absence
from monitor.duty.coverage import measure_coverage
from monitor.duty.deadlines import deadline_for, deadlines, texts
from monitor.duty.debtor import Debtor, Published, Watch
from monitor.duty.sources import Source
from monitor.findings import Finding, load

PORTAL = Portal("qingshi", "http://127.0.0.1/nb/", "青石市人民政府")
CONFIG = Config(portals=(PORTAL,))
BODIES = [
    ("青石市人民政府", "government"),
    ("青石市人民政府办公室", "office"),
    *((f"青石市{name}局", "department") for name in ("教育", "财政", "民政", "统计", "审计", "商务")),
    ("青石市河口镇人民政府", "township"),
    ("青石市第一中学", "institution"),
]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def debtor(**changes: str | int | None) -> Debtor:
    values: dict[str, str | int | None] = {
        "code": "qs-jy",
        "name": "青石市教育局",
        "kind": "department",
        "level": "county",
        "portal": "",
        "first_year": None,
        "last_year": None,
    }
    return Debtor(**(values | changes))  # type: ignore[arg-type]  # the values of the row


OVER = local("2026-02-01T00:00:00")
HEALTHY = Watch((Source("qingshi", "青石市人民政府", "ok", None, stamp(OVER)),))


# --- the day ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "level", "year", "due"),
    [
        ("government", "county", 2025, date(2026, 3, 31)),
        ("government", "", 2019, date(2020, 3, 31)),
        ("government", "national", 2025, None),
        ("government", "township", 2025, None),
        ("office", "county", 2025, date(2026, 1, 31)),
        ("department", "province", 2019, date(2020, 1, 31)),
        ("vertical", "prefecture", 2025, date(2026, 1, 31)),
        ("zone", "prefecture", 2025, None),
        ("township", "township", 2025, None),
        ("street", "township", 2025, None),
        ("institution", "county", 2025, None),
        ("department", "county", 2018, date(2019, 3, 31)),
        ("township", "township", 2018, date(2019, 3, 31)),
        ("institution", "county", 2018, None),
        ("department", "county", 2007, None),
    ],
)
def test_the_legal_day(kind: str, level: str, year: int, due: date | None) -> None:
    found = deadline_for(kind, level, year)
    assert (found.due(year) if found else None) == due
    if found:
        assert "政府信息公开条例" in found.basis


def test_the_day_counts_until_midnight_in_china_on_any_weekday() -> None:
    found = deadline_for("department", "county", 2025)
    assert found is not None
    assert found.over(2025) == datetime(2026, 1, 31, 16, tzinfo=UTC)
    # 31 January 2026 is a Saturday: nothing rolls forward.
    assert found.due(2025).weekday() == 5


def test_every_text_of_the_file_is_there_in_both_languages() -> None:
    assert all(entry.basis and entry.basis_en for entry in deadlines())
    assert set(texts().message) == {
        "overdue",
        "overdue_confirmed",
        "published_late",
        "published_late_seen",
        "published",
        "not_due",
        "not_yet",
        "source",
        "loss",
        "no_loss",
        "local_overdue",
        "local_late",
        "local_late_seen",
    }
    assert (texts().confirm_sweeps, texts().confirm_days) == (3, 7)


# --- the judgement, pure ---------------------------------------------------------------------------------------


def test_nothing_is_said_before_the_day_is_over() -> None:
    assert judge_absence(debtor(), 2025, None, HEALTHY, OVER - timedelta(seconds=1)) is None
    late = judge_absence(debtor(), 2025, None, HEALTHY, OVER)
    assert late is not None
    assert (late.effect, late.verdict, late.finding_class, late.key.rule) == (
        "broken",
        "overdue",
        "explain",
        "pub.state",
    )
    assert late.key == ("qs-jy", 2025, "pub.state", "report")


def test_it_names_the_body_the_day_the_basis_and_what_was_looked_at() -> None:
    late = judge_absence(debtor(), 2025, None, HEALTHY, OVER)
    assert late is not None
    assert "青石市教育局（qs-jy）" in late.message
    assert "2026-01-31" in late.message
    assert "尚未见到" in late.message
    assert "未公开" not in late.message
    assert "qs-jy" in late.message_en
    assert late.evidence["due"] == "2026-01-31"
    assert "第四十九条" in late.evidence["basis"]
    assert late.evidence["portals"][0]["last_ok"] == stamp(OVER)


@pytest.mark.parametrize("state", ["empty", "unreachable", "challenge", "forbidden", "never_seen", "not_watched"])
def test_a_portal_in_trouble_settles_nothing(state: str) -> None:
    watch = Watch((Source("qingshi", "青石市人民政府", state, stamp(OVER), stamp(OVER)),))
    seen = judge_absence(debtor(), 2025, None, watch, OVER)
    assert seen is not None
    assert (seen.effect, seen.verdict) == ("unknown", "not_assessable")
    assert "青石市人民政府" in seen.reason


def test_a_portal_not_looked_at_since_the_day_settles_nothing() -> None:
    watch = Watch((Source("qingshi", "", "ok", None, stamp(OVER - timedelta(hours=1))),))
    seen = judge_absence(debtor(), 2025, None, watch, OVER + timedelta(days=30))
    assert seen is not None
    assert seen.effect == "unknown"


def test_one_portal_of_several_in_trouble_settles_nothing() -> None:
    watch = Watch((*HEALTHY.sources, Source("other", "", "unreachable")))
    seen = judge_absence(debtor(), 2025, None, watch, OVER)
    assert seen is not None
    assert seen.effect == "unknown"


def test_only_files_no_portal() -> None:
    seen = judge_absence(debtor(), 2025, None, Watch(()), OVER)
    assert seen is not None
    assert seen.verdict == "overdue"
    assert "所收集的文件中没有" in seen.message


@pytest.mark.parametrize(
    ("days", "verdict"),
    [
        ([0, 1, 2], "overdue"),
        ([0, 7], "overdue"),
        ([0, 3, 6.9], "overdue"),
        ([-1, 0, 6], "overdue"),
        ([0, 0.005, 7], "overdue"),  # a crawl that was cut off and begun again
        ([0, 3, 7], "overdue_confirmed"),
        ([0, 1, 2, 3, 7], "overdue_confirmed"),
    ],
)
def test_only_three_sweeps_over_seven_days_confirm(days: Iterable[float], verdict: str) -> None:
    sweeps = tuple(stamp(OVER + timedelta(days=day)) for day in days)
    seen = judge_absence(debtor(), 2025, None, Watch(HEALTHY.sources, sweeps), OVER + timedelta(days=8))
    assert seen is not None
    assert seen.verdict == verdict
    assert ("仍未公开" in seen.message) == (verdict == "overdue_confirmed")


def published(at: datetime, printed: str | None = None) -> Published:
    return Published(stamp(at), printed, "ab" * 32, "http://127.0.0.1/nb/1.html")


def test_published_late_counts_from_what_we_saw() -> None:
    seen = judge_absence(
        debtor(), 2025, published(OVER + timedelta(days=9), "2026-01-20"), HEALTHY, OVER + timedelta(days=9)
    )
    assert seen is not None
    assert (seen.effect, seen.verdict) == ("holds", "published_late")
    assert "2026-02-10" in seen.message
    assert "迟10天" in seen.message


@pytest.mark.parametrize(
    ("printed", "verdict"),
    [(None, "published"), ("2026-01-31", "published"), ("2026-02-03", "published_late"), ("2026-06-30", "published")],
)
def test_of_collected_files_only_a_printed_date_can_be_late(printed: str | None, verdict: str) -> None:
    # A date after the file was in our hands is no day of publication.
    seen = judge_absence(
        debtor(), 2025, published(OVER + timedelta(days=60), printed), Watch(()), OVER + timedelta(days=60)
    )
    assert seen is not None
    assert (seen.effect, seen.verdict) == ("holds", verdict)


@pytest.mark.parametrize("changes", [{"last_year": 2024}, {"first_year": 2026}, {"kind": "institution"}])
def test_who_owes_nothing_is_never_late(changes: dict[str, str | int | None]) -> None:
    seen = judge_absence(debtor(**changes), 2025, None, HEALTHY, OVER)
    assert seen is not None
    assert (seen.effect, seen.verdict) == ("holds", "not_due")


# --- a register of ten bodies ----------------------------------------------------------------------------------


@pytest.fixture
def register(db: Database) -> Database:
    """Ten bodies of which 教育局 and 人民政府 have not published; the other reports are on the portal."""
    for number, (name, kind) in enumerate(BODIES):
        db.execute(
            "insert into agencies (code, name, kind, level, source) values (?, ?, ?, 'prefecture', '登记册')",
            [f"qs{number}", name, kind],
        )
    sync(db, CONFIG)
    for name, _ in BODIES[1:2] + BODIES[3:]:
        publish(db, name, local("2026-01-20T09:00:00"))
    return db


def publish(db: Database, name: str, at: datetime, year: int = 2025) -> None:
    name_of = sha256(f"{name}{year}".encode()).hexdigest()
    record(
        db,
        sha256=name_of,
        url=f"http://127.0.0.1/nb/{name_of[:9]}.html",
        now=at,
        portal="qingshi",
        title=f"{name}{year}年政府信息公开工作年度报告",
        agency_name=name,
        year=year,
    )


def sweep(db: Database, at: datetime, state: State = "ok") -> None:
    """One finished crawl of the portal in this state."""
    crawl = db.execute(
        "insert into crawls (started_at, finished_at, outcome) values (?, ?, 'done')", [stamp(at), stamp(at)]
    ).lastrowid
    db.execute(
        "insert into fetches (crawl, portal, url, at, verdict, kind) values (?, 'qingshi', ?, ?, ?, 'list')",
        [crawl, PORTAL.start_url, stamp(at), "unchanged" if state == "ok" else state],
    )
    set_state(db, "qingshi", state, at)


def states(db: Database) -> dict[str, tuple[str, str]]:
    return {one.key.agency: (one.verdict, one.status) for one in load(db, "rule = 'pub.state'")}


def only(db: Database, rule: str, agency: str | None = None) -> Finding:
    (found,) = load(db, "rule = ? and agency = coalesce(?, agency)", [rule, agency])
    return found


def test_told_after_its_day_and_not_before(register: Database) -> None:
    sweep(register, local("2026-01-31T23:00:00"))
    result = check(register, CONFIG, local("2026-01-31T23:59:59"))
    assert (result.opened, states(register)) == (0, {})
    check(register, CONFIG, local("2026-02-01T00:00:00"))
    assert states(register) == {}, "nobody looked since midnight"
    sweep(register, local("2026-02-01T02:30:00"))
    result = check(register, CONFIG, local("2026-02-01T02:31:00"))
    assert (result.opened, states(register)) == (1, {"qs2": ("overdue", "open")})
    # The government itself has until 31 March, the township and the school have no day in law.
    sweep(register, local("2026-04-01T02:30:00"))
    check(register, CONFIG, local("2026-04-01T02:31:00"))
    assert set(states(register)) == {"qs0", "qs2"}


def test_not_told_while_its_portal_is_down_and_the_operator_hears_of_the_portal(register: Database) -> None:
    sweep(register, local("2026-02-01T02:30:00"), "unreachable")
    check(register, CONFIG, local("2026-02-01T02:31:00"))
    assert states(register) == {}
    source = only(register, "pub.source")
    assert (source.key.agency, source.finding_class, source.verdict, source.status) == (
        "qingshi",
        "health",
        "unreachable",
        "open",
    )
    assert "2026-02-01" in source.message
    sweep(register, local("2026-02-02T02:30:00"))
    check(register, CONFIG, local("2026-02-02T02:31:00"))
    assert states(register) == {"qs2": ("overdue", "open")}
    assert only(register, "pub.source").status == "resolved"


def test_an_open_absence_stays_while_the_portal_is_down(register: Database) -> None:
    sweep(register, local("2026-02-01T02:30:00"))
    check(register, CONFIG, local("2026-02-01T02:31:00"))
    before = only(register, "pub.state")
    sweep(register, local("2026-02-02T02:30:00"), "challenge")
    check(register, CONFIG, local("2026-02-02T02:31:00"))
    after = only(register, "pub.state")
    assert (after.status, after.verdict, after.changed_at) == ("open", "overdue", before.changed_at)
    assert "人机验证" in after.evidence["not_assessable"]["reason"]


def test_confirmed_by_healthy_sweeps_only_then_published_late(register: Database) -> None:
    for day, state in ((1, "ok"), (4, "unreachable"), (8, "ok")):
        sweep(register, local(f"2026-02-{day:02}T02:30:00"), state)  # type: ignore[arg-type]  # a str that is one of the Literal
        check(register, CONFIG, local(f"2026-02-{day:02}T02:31:00"))
    assert states(register) == {"qs2": ("overdue", "open")}
    sweep(register, local("2026-02-09T02:30:00"))
    result = check(register, CONFIG, local("2026-02-09T02:31:00"))
    assert (result.updated, states(register)) == (1, {"qs2": ("overdue_confirmed", "open")})
    publish(register, "青石市教育局", local("2026-02-10T09:00:00"))
    result = check(register, CONFIG, local("2026-02-10T09:01:00"))
    done = only(register, "pub.state")
    assert (result.resolved, done.verdict, done.status) == (1, "published_late", "resolved")
    assert "2026-02-10" in (done.note or "")
    assert "2026-02-10" in done.evidence["resolved_by"]["message_en"]
    assert done.evidence["resolved_by"]["first_seen"] == stamp(local("2026-02-10T09:00:00"))


def test_a_report_of_the_government_does_not_serve_its_office(db: Database) -> None:
    for code, (name, kind) in zip(("a", "b"), BODIES[:2], strict=True):
        db.execute("insert into agencies (code, name, kind, level) values (?, ?, ?, 'county')", [code, name, kind])
    publish(db, "青石市人民政府", local("2026-01-20T09:00:00"))
    check(db, Config(), local("2026-05-01T09:00:00"))
    assert states(db) == {"b": ("overdue", "open")}


def collect(db: Database, *years: int) -> None:
    """A file of each year was taken in: without any, nobody would have looked."""
    for year in years:
        db.execute(
            "insert into documents (sha256, url, year, first_seen) values (?, ?, ?, ?)",
            ["cd" * 32, f"{year}.html", year, stamp(OVER - timedelta(days=9))],
        )
        db.execute(
            "insert into readings (document, url, parser, at, outcome) values (?, ?, 'test', ?, 'complete')",
            ["cd" * 32, f"{year}.html", stamp(OVER - timedelta(days=9))],
        )


def unread(db: Database, name: str, portal: str | None = None) -> None:
    """A document that no reader could open: all that is known is the title it was listed under."""
    db.execute(
        "insert into documents (sha256, url, agency_name, year, first_seen, portal) values (?, ?, ?, 2025, ?, ?)",
        ["ab" * 32, name, name, stamp(OVER - timedelta(days=9)), portal],
    )


def test_an_unread_report_serves_under_any_spelling_and_former_name(db: Database) -> None:
    for code, name in (("a", "青石市商务局"), ("b", "青石市人民政府办公室"), ("c", "青石市卫生健康委员会")):
        db.execute("insert into agencies (code, name, kind, level) values (?, ?, 'department', 'county')", [code, name])
    db.execute("insert into agency_names (agency, name, to_year) values ('a', '青石市经济贸易局', 2025)")
    for name in ("青石市经济贸易局", "青石市政府办", "青石市卫生健康委"):
        unread(db, name)
    check(db, Config(), OVER)
    assert states(db) == {}


def test_a_namesakes_report_on_another_portal_settles_nothing(db: Database) -> None:
    sync(db, replace(CONFIG, portals=(*CONFIG.portals, Portal("elsewhere", "http://127.0.9.9/nb/", "青石市"))))
    db.execute(
        "insert into agencies (code, name, kind, level, portal, source) "
        "values ('b', '青石市统计局', 'department', 'county', 'qingshi', '名录')"
    )
    for day in (0, 4, 9):
        sweep(db, OVER + timedelta(days=day))
    check(db, CONFIG, OVER + timedelta(days=9))
    assert states(db)["b"] == ("overdue_confirmed", "open")
    other = ensure_agency(db, "青石市统计局", source="document", portal="elsewhere")
    assert other != "b"
    record(
        db,
        sha256="ab" * 32,
        url="http://127.0.9.9/nb/1.html",
        now=OVER,
        portal="elsewhere",
        agency_name="青石市统计局",
        year=2025,
    )
    assert db.execute("select agency from documents").fetchall() == [(other,)]
    check(db, CONFIG, OVER + timedelta(days=10))
    assert "同名" in only(db, "pub.state", "b").evidence["not_assessable"]["reason"]


def test_a_report_that_may_be_a_namesakes_settles_nothing(db: Database) -> None:
    collect(db, 2025)
    for code in ("b", "c"):
        db.execute(
            "insert into agencies (code, name, kind, level) values (?, '统计局', 'department', 'county')", [code]
        )
    check(db, Config(), OVER)
    assert set(states(db)) == {"b", "c"}
    unread(db, "统计局")
    check(db, Config(), OVER + timedelta(days=1))
    assert {status for _, status in states(db).values()} == {"open"}
    assert "同名" in only(db, "pub.state", "b").evidence["not_assessable"]["reason"]
    assert measure_coverage(db, Config(), OVER).not_assessable == 2


def test_bodies_met_only_in_documents_are_no_register(db: Database) -> None:
    db.execute(
        "insert into agencies (code, name, kind, level, source) "
        "values ('x', '示例县财政局', 'department', 'county', 'document')"
    )
    check(db, Config(), OVER)
    assert states(db) == {}


def test_other_years_are_judged_when_asked_or_still_open(db: Database) -> None:
    collect(db, 2023, 2025)
    db.execute("insert into agencies (code, name, kind, level) values ('a', '示例县财政局', 'department', 'county')")
    check(db, Config(), OVER, years=[2023])
    assert {(one.key.year, one.status) for one in load(db, "1 = 1")} == {(2023, "open"), (2025, "open")}
    db.execute("insert into agencies (code, name, kind, level) values ('b', '示例县审计局', 'department', 'county')")
    publish(db, "示例县财政局", OVER, 2023)
    check(db, Config(), OVER + timedelta(days=1))
    assert {(one.key.agency, one.key.year, one.status) for one in load(db, "1 = 1")} == {
        ("a", 2023, "resolved"),
        ("a", 2025, "open"),
        ("b", 2025, "open"),
    }


def test_a_body_that_was_abolished_after_all_is_told_as_such(db: Database) -> None:
    collect(db, 2025)
    db.execute("insert into agencies (code, name, kind, level) values ('a', '示例县财政局', 'department', 'county')")
    check(db, Config(), OVER)
    db.execute("update agencies set last_year = 2024")
    check(db, Config(), OVER)
    done = only(db, "pub.state")
    assert (done.status, done.verdict) == ("resolved", "not_due")
    assert "名录" in (done.note or "")


def test_an_outage_over_new_year_is_one_finding(register: Database) -> None:
    sweep(register, local("2025-12-30T02:30:00"), "unreachable")
    check(register, CONFIG, local("2025-12-30T02:31:00"))
    sweep(register, local("2026-01-02T02:30:00"), "unreachable")
    check(register, CONFIG, local("2026-01-02T02:31:00"))
    assert only(register, "pub.source").status == "open"
    sweep(register, local("2026-01-03T02:30:00"))
    check(register, CONFIG, local("2026-01-03T02:31:00"))
    assert only(register, "pub.source").status == "resolved"


def test_a_portal_that_was_never_looked_at_or_is_no_longer_watched(db: Database) -> None:
    db.execute(
        "insert into agencies (code, name, kind, level, portal) "
        "values ('a', '示例县财政局', 'department', 'county', 'qingshi')"
    )
    check(db, CONFIG, OVER)
    assert states(db) == {}
    assert only(db, "pub.source").verdict == "never_seen"
    check(db, Config(portals=(Portal("other", "http://127.0.0.1/"),)), OVER)
    sources = {one.key.agency: one.status for one in load(db, "rule = 'pub.source'")}
    assert sources == {"qingshi": "resolved", "other": "open"}


def test_coverage(register: Database) -> None:
    sweep(register, local("2026-02-01T02:30:00"))
    found = measure_coverage(register, CONFIG, local("2026-02-01T02:31:00"))
    assert (found.year, found.due, found.found, found.not_assessable) == (2025, 8, 6, 0)
    assert found.not_yet == 1
    assert (found.sources, found.unhealthy) == (1, 0)
    sweep(register, local("2026-02-02T02:30:00"), "forbidden")
    found = measure_coverage(register, CONFIG, local("2026-02-02T02:31:00"))
    assert (found.not_assessable, found.unhealthy) == (1, 1)
