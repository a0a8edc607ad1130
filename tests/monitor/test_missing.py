"""`gouji missing`: any past day from the ledger; deadlines in two layers; lateness only where it can be known."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.agencies.names import core, may_succeed
from crawler.ground.clock import stamp
from crawler.ground.config import Config, DutySettings, LocalDeadline, read_config
from crawler.ground.data import DataDir
from crawler.ground.errors import UsageError
from crawler.ground.reasons import quoted
from crawler.ledger import fetches
from crawler.ledger import looks as looks_of
from crawler.ledger.documents import record
from crawler.ledger.portals import set_state, sync
from crawler.pages.asks import Ask
from monitor.asking.missing import Coverage, CoverageEntry, answer
from monitor.checking.check import check
from monitor.duty.absence import judge_absence
from monitor.duty.debtor import Published, Watch
from monitor.duty.sources import Source
from monitor.duty.standing import stand
from monitor.findings import load
from tests.monitor.test_absence import CONFIG, OVER, debtor, local, publish, sweep
from tests.monitor.test_cli_road import Gouji

ORDER = LocalDeadline("01-20", "青石市政务公开办〔2025〕3号", kinds=("department", "township"))
ORDERED = Config(portals=CONFIG.portals, deadlines=(ORDER,))


@pytest.fixture
def register(db: Database) -> Database:
    """Four bodies: two departments, a township, a school; nothing is published."""
    for code, name, kind in (
        ("jy", "青石市教育局", "department"),
        ("cz", "青石市财政局", "department"),
        ("zf", "青石市人民政府", "government"),
        ("hk", "青石市河口镇人民政府", "township"),
        ("zx", "青石市第一中学", "institution"),
    ):
        db.execute(
            "insert into agencies (code, name, kind, level, division, source) values (?, ?, ?, 'county', "
            "'990101', '登记册')",
            [code, name, kind],
        )
    sync(db, CONFIG)
    return db


def on(db: Database, day: str, config: Config = CONFIG, now: str = "2026-06-01T12:00:00") -> Coverage:
    return answer(db, config, local(now), year=2025, on=date.fromisoformat(day))


def states(told: Coverage) -> dict[str, str]:
    return {entry.agency: entry.state for entry in told.entries}


def one(told: Coverage, agency: str) -> CoverageEntry:
    return next(entry for entry in told.entries if entry.agency == agency)


def a_spring(db: Database) -> None:
    """Sweeps with an outage; 教育局 in time, 财政局 late, the government never."""
    sweep(db, local("2026-01-20T02:30:00"))
    publish(db, "青石市教育局", local("2026-01-25T02:31:00"))
    sweep(db, local("2026-01-25T02:32:00"))
    sweep(db, local("2026-02-01T02:30:00"))
    sweep(db, local("2026-02-02T02:30:00"), "challenge")
    sweep(db, local("2026-02-06T02:30:00"))
    sweep(db, local("2026-02-10T02:30:00"))
    publish(db, "青石市财政局", local("2026-02-14T02:30:30"))
    sweep(db, local("2026-02-14T02:31:00"))
    for day in ("2026-04-01", "2026-04-04", "2026-04-08"):
        sweep(db, local(f"{day}T02:30:00"))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-01-10", {"jy": "not_due", "cz": "not_due", "zf": "not_due"}),
        ("2026-01-20", {"jy": "due_soon", "cz": "due_soon", "zf": "not_due"}),
        ("2026-01-31", {"jy": "published", "cz": "due_soon", "zf": "not_due"}),
        ("2026-02-01", {"jy": "published", "cz": "overdue", "zf": "not_due"}),
        ("2026-02-03", {"jy": "published", "cz": "not_assessable", "zf": "not_due"}),
        ("2026-02-06", {"jy": "published", "cz": "overdue", "zf": "not_due"}),
        ("2026-02-11", {"jy": "published", "cz": "overdue_confirmed", "zf": "not_due"}),
        ("2026-02-14", {"jy": "published", "cz": "published_late", "zf": "not_due"}),
        ("2026-04-01", {"jy": "published", "cz": "published_late", "zf": "overdue"}),
        ("2026-05-01", {"jy": "published", "cz": "published_late", "zf": "overdue_confirmed"}),
    ],
)
def test_any_past_day_can_be_asked_for(register: Database, day: str, expected: dict[str, str]) -> None:
    a_spring(register)
    assert states(on(register, day)) == {**expected, "hk": "no_duty", "zx": "no_duty"}


def test_each_state_comes_with_the_ledger_behind_it(register: Database) -> None:
    a_spring(register)
    blocked = one(on(register, "2026-02-03"), "cz")
    assert "人机验证" in blocked.reason
    assert "2026-02-02" in blocked.reason, "since when"
    assert blocked.since == stamp(local("2026-02-02T02:30:00"))
    assert blocked.last_healthy == stamp(local("2026-02-01T02:30:00"))
    gone = one(on(register, "2026-02-11"), "cz")
    assert (gone.looks, gone.layer, gone.due) == (3, "legal", "2026-01-31")
    assert gone.first_look == stamp(local("2026-02-01T02:30:00"))
    assert gone.last_look == stamp(local("2026-02-10T02:30:00"))
    late = one(on(register, "2026-02-14"), "cz")
    assert (late.day, late.by, late.days_late) == ("2026-02-14", "first_seen", 14)
    told = on(register, "2026-05-01")
    assert (told.due, told.counts["published"], told.counts["published_late"], told.counts["overdue_confirmed"]) == (
        3,
        1,
        1,
        1,
    )


def test_a_day_before_anybody_looked_cannot_be_told(register: Database) -> None:
    sweep(register, local("2026-05-02T02:30:00"))
    assert states(on(register, "2026-04-20"))["cz"] == "not_assessable"
    publish(register, "青石市财政局", local("2026-05-03T02:30:00"))
    assert states(on(register, "2026-04-20"))["cz"] == "not_assessable"


def test_a_printed_date_tells_of_the_days_before_we_looked(register: Database) -> None:
    record(
        register,
        sha256="ab" * 32,
        url="http://127.0.0.1/nb/1.html",
        now=local("2026-05-03T02:30:00"),
        portal="qingshi",
        agency_name="青石市财政局",
        year=2025,
        published_on="2026-01-20",
    )
    sweep(register, local("2026-05-03T02:31:00"))
    assert states(on(register, "2026-02-05"))["cz"] == "published"
    assert states(on(register, "2026-01-15"))["cz"] == "not_due"


def test_a_backdated_report_was_not_there_when_we_looked(register: Database) -> None:
    for day in (1, 5, 9):
        sweep(register, local(f"2026-02-{day:02}T02:30:00"))
    record(
        register,
        sha256="ab" * 32,
        url="http://127.0.0.1/nb/1.html",
        now=local("2026-02-12T02:30:00"),
        portal="qingshi",
        agency_name="青石市财政局",
        year=2025,
        published_on="2026-01-20",
    )
    sweep(register, local("2026-02-12T02:31:00"))
    assert states(on(register, "2026-02-10"))["cz"] == "overdue_confirmed"
    late = one(on(register, "2026-02-12"), "cz")
    assert (late.state, late.by, late.published_on) == ("published_late", "first_seen", "2026-01-20")


def test_a_day_on_which_the_portal_was_closed_stays_unknown(register: Database) -> None:
    sweep(register, local("2026-02-01T02:30:00"))
    sweep(register, local("2026-02-03T02:30:00"), "challenge")
    record(
        register,
        sha256="ab" * 32,
        url="http://127.0.0.1/nb/1.html",
        now=local("2026-02-08T02:30:00"),
        portal="qingshi",
        agency_name="青石市财政局",
        year=2025,
        published_on="2026-02-04",
    )
    sweep(register, local("2026-02-08T02:31:00"))
    assert [states(on(register, f"2026-02-{day:02}"))["cz"] for day in (2, 5, 7, 8)] == [
        "overdue",
        "not_assessable",
        "not_assessable",
        "published_late",
    ]


def test_a_report_that_is_listed_and_could_not_be_read_is_not_called_missing(register: Database) -> None:
    """A dead link, another page, another host: the list says that there is one."""
    url = "http://127.0.1.1/jy.html"
    for day in ("2026-02-01", "2026-02-05", "2026-02-09"):
        sweep(register, local(f"{day}T02:30:00"))
        crawl = register.execute("select max(id) from crawls").fetchone()[0]
        ask = Ask(url, kind="detail", title="青石市教育局2025年政府信息公开工作年度报告")
        looks_of.listed(register, looks_of.ListPlace(crawl, "qingshi", "http://127.0.1.1/", 1), ask, "generic", 2025)
        fetches.enter(
            register, crawl, fetches.Fetch("qingshi", url, "detail", "not_found", 404), local(f"{day}T02:31:00")
        )
        looks_of.learned(register, "qingshi", ask, url, "not_found", local(f"{day}T02:31:00"))
    told = on(register, "2026-02-10")
    assert (one(told, "jy").state, one(told, "cz").state) == ("not_assessable", "overdue_confirmed")
    assert "列表里有" in one(told, "jy").reason
    assert one(on(register, "2026-01-31"), "jy").state == "due_soon"
    check(register, CONFIG, local("2026-02-10T12:00:00"))
    assert [key.agency for key in (finding.key for finding in load(register, "rule = 'pub.state'"))] == ["cz"]


@pytest.mark.parametrize(("year", "day"), [(2025, "2026-06-02"), (2026, "2026-05-01"), (1999, "2026-05-01")])
def test_what_cannot_be_asked(register: Database, year: int, day: str) -> None:
    with pytest.raises(UsageError, match=r"still to come|could be due"):
        answer(register, CONFIG, local("2026-06-01T12:00:00"), year=year, on=date.fromisoformat(day))


# --- lateness --------------------------------------------------------------------------------------------------


def found(seen: str, printed: str | None = None, *, handed: bool = False) -> Published:
    return Published(stamp(local(seen)), printed, "ab" * 32, None, handed)


def looks(*days: str) -> Watch:
    at = tuple(stamp(local(day)) for day in days)
    return Watch((Source("qingshi", "", "ok", None, at[-1]),), at, at)


@pytest.mark.parametrize(
    ("published", "watch", "state", "by"),
    [
        (found("2026-01-31T23:59:59", "2026-02-09"), looks("2026-01-30T02:30:00"), "published", "first_seen"),
        (found("2026-02-09T02:30:00"), looks("2026-02-01T00:00:00"), "published_late", "first_seen"),
        (found("2026-02-12T02:30:00", "2026-02-10"), looks("2026-02-05T02:30:00"), "published_late", "published_on"),
        (found("2026-02-12T02:30:00", "2026-02-05"), looks("2026-02-05T02:30:00"), "published_late", "published_on"),
        (found("2026-02-12T02:30:00", "2026-02-12"), looks("2026-02-05T02:30:00"), "published_late", "published_on"),
        (found("2026-02-12T02:30:00", "2026-02-04"), looks("2026-02-05T02:30:00"), "published_late", "first_seen"),
        (found("2026-02-12T02:30:00", "2026-01-20"), looks("2026-02-05T02:30:00"), "published_late", "first_seen"),
        (found("2026-02-12T02:30:00", "2026-02-13"), looks("2026-02-05T02:30:00"), "published_late", "first_seen"),
        (found("2026-02-09T02:30:00"), looks("2026-01-31T02:30:00"), "published", ""),
        (found("2026-02-09T02:30:00", "2026-01-31"), looks("2026-01-31T02:30:00"), "published", "published_on"),
        (found("2026-02-09T02:30:00", "2026-02-03"), looks("2026-01-31T02:30:00"), "published_late", "published_on"),
        (found("2026-02-09T02:30:00", "二月三日"), looks("2026-01-31T02:30:00"), "published", ""),
        (
            found("2026-06-09T02:30:00", "2026-01-20", handed=True),
            looks("2026-02-01T02:30:00"),
            "published",
            "published_on",
        ),
    ],
)
def test_late_only_where_it_can_be_known(published: Published, watch: Watch, state: str, by: str) -> None:
    told = stand(debtor().deadline(2025), 2025, published, watch, OVER)
    assert (told.state, told.by) == (state, by)


def test_between_two_looks_it_is_said_how_late_at_most() -> None:
    """Or how late, where the page's own day lies between them; the same of a day that a local order sets."""
    watch = looks("2026-02-05T02:30:00")
    for printed, told in (
        (None, "不晚于2026-02-12公布，法定期限为2026-01-31，至多迟12天"),
        ("2026-02-10", "已于2026-02-10公布，法定期限为2026-01-31，迟10天"),
    ):
        seen = judge_absence(debtor(), 2025, found("2026-02-12T02:30:00", printed), watch, local("2026-02-13T00:00:00"))
        assert seen is not None
        assert told in seen.message
        assert ("no later than" in seen.message_en) == (printed is None)


def test_the_sweep_that_found_a_report_is_no_look_without_it() -> None:
    begun, ended = stamp(local("2026-02-09T02:30:00")), stamp(local("2026-02-09T05:00:00"))
    watch = Watch((Source("qingshi", "", "ok", None, ended),), (begun,), (ended,))
    assert stand(debtor().deadline(2025), 2025, found("2026-02-09T02:30:05"), watch, OVER).state == "published"


def test_a_crawl_over_midnight_had_asked_before_the_day_was_over() -> None:
    begun, ended = stamp(local("2026-01-31T23:50:00")), stamp(local("2026-02-01T00:20:00"))
    watch = Watch((Source("qingshi", "", "ok", None, ended),), (begun,), (ended,))
    told = stand(debtor().deadline(2025), 2025, None, watch, local("2026-02-01T00:30:00"))
    assert told.state == "not_assessable"


def test_a_late_report_is_told_once_though_its_absence_never_was(register: Database) -> None:
    sweep(register, local("2026-02-01T02:30:00"))
    publish(register, "青石市财政局", local("2026-02-02T02:29:00"))
    publish(register, "青石市教育局", local("2026-01-20T02:29:00"))
    sweep(register, local("2026-02-02T02:30:00"))
    check(register, CONFIG, local("2026-02-02T03:00:00"))
    [late] = load(register, "rule = 'pub.state'")
    assert (late.key.agency, late.verdict, late.status) == ("cz", "published_late", "open")
    assert "迟2天" in late.message
    assert "首次见到" in late.message
    again = check(register, CONFIG, local("2026-02-03T03:00:00"))
    assert (again.opened, again.updated, again.resolved) == (0, 0, 0)


# --- the local layer -------------------------------------------------------------------------------------------


def partly(db: Database, at: datetime) -> None:
    """A sweep that read the list as far as known ground."""
    sweep(db, at)
    db.execute("update fetches set known_ground = 1 where at = ?", [stamp(at)])


def test_a_look_that_stopped_at_known_ground_tells_of_no_absence(register: Database) -> None:
    sweep(register, local("2026-01-20T02:30:00"))
    for day in (1, 5, 9):
        partly(register, local(f"2026-02-{day:02}T02:30:00"))
    blind = one(on(register, "2026-02-09"), "cz")
    assert (blind.state, "没有看到底" in blind.reason) == ("not_assessable", True)
    check(register, CONFIG, local("2026-02-09T03:00:00"))
    assert load(register, "rule = 'pub.state'") == []
    # It had been there all the time, further down.
    record(
        register,
        sha256="ab" * 32,
        url="http://127.0.0.1/nb/1.html",
        now=local("2026-02-10T02:30:00"),
        portal="qingshi",
        agency_name="青石市财政局",
        year=2025,
        published_on="2026-01-31",
    )
    sweep(register, local("2026-02-10T02:31:00"))
    assert one(on(register, "2026-02-10"), "cz").state == "published"
    assert one(on(register, "2026-02-10"), "jy").state == "overdue"


def test_a_report_of_another_body_under_its_title_does_not_make_a_body_missing(register: Database) -> None:
    record(
        register,
        sha256="cd" * 32,
        url="http://127.0.0.1/nb/2.html",
        now=local("2026-01-20T02:29:00"),
        portal="qingshi",
        agency_name="青石市教育局",
        year=2025,
        title="青石市财政局2025年政府信息公开工作年度报告",
    )
    for day in (1, 5, 9):
        sweep(register, local(f"2026-02-{day:02}T02:30:00"))
    answer = on(register, "2026-02-09")
    assert (one(answer, "cz").state, one(answer, "jy").state) == ("not_assessable", "published")
    assert "列表" in one(answer, "cz").reason


def test_a_body_that_may_have_been_renamed_is_not_called_missing(register: Database) -> None:
    publish(register, "青石市财政和国资局", local("2026-01-20T02:29:00"))
    for day in (1, 5, 9):
        sweep(register, local(f"2026-02-{day:02}T02:30:00"))
    check(register, CONFIG, local("2026-02-09T03:00:00"))
    assert [each.key.agency for each in load(register, "rule = 'pub.state'")] == ["jy"]
    unsure = one(on(register, "2026-02-09"), "cz")
    assert (unsure.state, "可能是更名" in unsure.reason) == ("not_assessable", True)
    # Once somebody has entered it as a body of its own, there is nothing to doubt.
    register.execute(
        "insert into agencies (code, name, kind, level, source) values ('gz', '青石市财政和国资局', "
        "'department', 'county', 'learned')"
    )
    assert one(on(register, "2026-02-09"), "cz").state == "overdue_confirmed"


@pytest.mark.parametrize(
    ("one_name", "other", "wanted"),
    [
        ("示例县统计局", "示例县数据统计局", True),
        ("示例县发展改革委", "示例县发展和改革委员会", True),
        ("示例县大数据中心", "示例县数据局", True),
        ("示例县水利局", "示例县交通运输局", False),
        ("示例县审计局", "示例县数据统计局", False),
        ("示例县教育局", "示例县教育局幼儿园", False),
        ("示例县人民政府", "示例县人民政府办公室", False),
        ("示例县统计局", "云岭县数据统计局", False),
    ],
)
def test_which_name_may_be_the_other_after_a_reform(one_name: str, other: str, wanted: bool) -> None:
    (place, field), (elsewhere, second) = core(one_name), core(other)
    assert (place == elsewhere and may_succeed(field, second)) is wanted


@pytest.mark.parametrize(
    ("day", "asked"), [("2026-01-10", False), ("2026-01-18", True), ("2026-02-20", True), ("2026-11-20", False)]
)
def test_where_a_report_is_awaited_the_next_crawl_reads_to_the_end(register: Database, day: str, asked: bool) -> None:
    register.execute("update portals set whole_at = '2026-01-01'")
    sweep(register, local(f"{day}T02:30:00"))
    check(register, CONFIG, local(f"{day}T03:00:00"))
    assert register.execute("select whole_at is null from portals").fetchall() == [(asked,)]


def test_the_local_day_warns_and_the_law_alerts(register: Database) -> None:
    publish(register, "青石市教育局", local("2026-01-15T02:29:00"))
    publish(register, "青石市河口镇人民政府", local("2026-01-15T02:29:00"))
    sweep(register, local("2026-01-21T02:30:00"))
    check(register, ORDERED, local("2026-01-21T03:00:00"))
    [warned] = load(register, "rule like 'pub.%' and rule <> 'pub.source'")
    assert warned.key == ("cz", 2025, "pub.due", "local")
    assert (warned.finding_class, warned.verdict) == ("confirm", "overdue")
    assert "本地规定的期限2026-01-20" in warned.message
    assert warned.evidence["basis"] == "青石市政务公开办〔2025〕3号"
    sweep(register, local("2026-02-01T02:30:00"))
    check(register, ORDERED, local("2026-02-01T03:00:00"))
    assert {
        (each.key.rule, each.verdict, each.status, each.finding_class) for each in load(register, "agency = 'cz'")
    } == {("pub.due", "overdue", "open", "info"), ("pub.state", "overdue", "open", "explain")}, "one of them is told"
    publish(register, "青石市财政局", local("2026-02-05T02:29:00"))
    sweep(register, local("2026-02-05T02:30:00"))
    for day in (5, 6, 7):
        check(register, ORDERED, local(f"2026-02-{day:02}T03:00:00"))
        assert {(each.key.rule, each.verdict, each.status) for each in load(register, "agency = 'cz'")} == {
            ("pub.due", "published_late", "resolved"),
            ("pub.state", "published_late", "resolved"),
        }


def test_late_for_the_local_day_only(register: Database) -> None:
    sweep(register, local("2026-01-21T02:30:00"))
    publish(register, "青石市财政局", local("2026-01-23T02:29:00"))
    sweep(register, local("2026-01-23T02:30:00"))
    check(register, ORDERED, local("2026-01-23T03:00:00"))
    late = next(each for each in load(register, "agency = 'cz'"))
    assert (late.key.rule, late.verdict, late.status) == ("pub.due", "published_late", "open")
    assert "未超过法定期限2026-01-31" in late.message
    assert one(on(register, "2026-01-24", ORDERED), "cz").local == "published_late"
    assert one(on(register, "2026-01-24", ORDERED), "cz").state == "published"


def test_days_of_grace_for_the_law(register: Database) -> None:
    graced = replace(CONFIG, duty=DutySettings(3))
    for day in (1, 3, 4):
        sweep(register, local(f"2026-02-{day:02}T02:30:00"))
    assert [states(on(register, f"2026-02-{day:02}", graced))["cz"] for day in (1, 3, 4)] == [
        "due_soon",
        "due_soon",
        "overdue",
    ]
    check(register, graced, local("2026-02-03T03:00:00"))
    assert load(register, "rule = 'pub.state'") == []
    publish(register, "青石市财政局", local("2026-02-03T12:00:00"))
    assert one(on(register, "2026-02-05", graced), "cz").state == "published"


def test_where_the_law_sets_no_day_the_local_one_decides(register: Database) -> None:
    for day in (21, 25, 29):
        sweep(register, local(f"2026-01-{day}T02:30:00"))
    check(register, ORDERED, local("2026-01-29T03:00:00"))
    gone = next(each for each in load(register, "rule = 'pub.state'"))
    assert (gone.key.agency, gone.verdict, gone.evidence["layer"]) == ("hk", "overdue_confirmed", "local")
    assert "超过本地规定的期限2026-01-20" in gone.message
    assert states(on(register, "2026-01-29", ORDERED))["zx"] == "no_duty", "no order names schools"


def test_a_longer_grace_settles_what_was_open(register: Database) -> None:
    sweep(register, local("2026-01-21T02:30:00"))
    check(register, ORDERED, local("2026-01-21T03:00:00"))
    eased = Config(portals=CONFIG.portals, deadlines=(LocalDeadline("02-20", "改期", kinds=("township",)),))
    check(register, eased, local("2026-01-22T03:00:00"))
    [settled] = load(register, "rule = 'pub.state'")
    assert (settled.status, settled.verdict) == ("resolved", "not_yet")


@pytest.mark.parametrize(
    ("order", "covered"),
    [
        (LocalDeadline("01-20", "令", division="9901"), True),
        (LocalDeadline("01-20", "令", division="9902"), False),
        (LocalDeadline("01-20", "令", portal="qs"), True),
        (LocalDeadline("01-20", "令", portal="other"), False),
        (LocalDeadline("01-20", "令", parent="青石市人民政府"), True),
        (LocalDeadline("01-20", "令", parent="zf"), True),
        (LocalDeadline("01-20", "令", parent="云岭县"), False),
        (LocalDeadline("01-20", "令", levels=("county",)), True),
        (LocalDeadline("01-20", "令", levels=("province",)), False),
        (LocalDeadline("01-20", "令", last_year=2024), False),
        (LocalDeadline("01-20", "令", first_year=2026), False),
        (LocalDeadline("01-20", "令", kinds=("street",)), False),
    ],
)
def test_whom_a_local_order_covers(order: LocalDeadline, covered: bool) -> None:
    body = debtor(division="990101", portal="qs", parents=("zf", "青石市人民政府"))  # type: ignore[arg-type]  # of the values only this is a tuple
    assert (body.duty(2025, [order]).local is not None) == covered


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ('due = "1月20日"\nbasis = "令"', 5, "no day of every year"),
        ('due = "02-29"\nbasis = "令"', 5, "02-29"),
        ('due = "01-20"', 4, "'basis'"),
        ('due = "01-20"\nbasis = " "', 6, "order"),
        ('due = "01-20"\nbasis = "令"\nkinds = ["局"]', 7, "局"),
        ('due = "01-20"\nbasis = "令"\nlevel = "county"', 7, "level"),
        ('due = "01-20"\nbasis = "令"\ndivision = "３４"', 7, "division"),
        ('due = "01-20"\nbasis = "令"\ngrace_days = -1', 7, "negative"),
    ],
)
def test_a_bad_deadline_names_its_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    path = tmp_path / "gouji.toml"
    path.write_text(f'[[deadline]]\ndue = "01-28"\nbasis = "怀政办"\n[[deadline]]\n{text}\n', encoding="utf-8")
    with pytest.raises(UsageError, match=f"line {line}: .*{told}"):
        read_config(path)


# --- history and the command -----------------------------------------------------------------------------------


def test_every_state_of_a_portal_is_kept(db: Database) -> None:
    sync(db, CONFIG)
    for day, state in ((1, "ok"), (2, "ok"), (3, "challenge"), (4, "challenge"), (5, "ok")):
        set_state(db, "qingshi", state, local(f"2026-02-{day:02}T02:30:00"), quoted("细节"))  # type: ignore[arg-type]  # a str that is one of the Literal
    assert db.execute("select state, since, until from portal_states order by since").fetchall() == [
        ("ok", stamp(local("2026-02-01T02:30:00")), stamp(local("2026-02-03T02:30:00"))),
        ("challenge", stamp(local("2026-02-03T02:30:00")), stamp(local("2026-02-05T02:30:00"))),
        ("ok", stamp(local("2026-02-05T02:30:00")), None),
    ]


def test_the_command_answers_a_supervisor(data: DataDir, register: Database) -> None:
    a_spring(register)
    data.config_path.write_text(
        '[[portal]]\nid = "qingshi"\nname = "青石市人民政府"\nstart_url = "http://127.0.0.1/nb/"\n', encoding="utf-8"
    )
    gouji = Gouji(data.root)
    told = gouji("missing", "--year", "2025", "--on", "2026-02-11").stdout
    assert "应公布 3（逾期未公布 1，未到期 1，已公布 1）；没有规定期限 2（已公布 0）" in told
    assert "查看 3 次均未见到（2026-02-01—2026-02-10）" in told
    assert gouji.json("missing", "--on", "2026-02-14")["counts"]["published_late"] == 1
    gouji("missing", "--on", "2026年2月", status=2)
    assert "cannot say 1" in gouji("--lang", "en", "missing", "--on", "2026-02-03").stdout


def test_a_body_of_another_place_is_not_missing_on_this_places_portal(register: Database) -> None:
    register.execute("update agencies set portal = 'qingshi' where code = 'jy'")
    for code, division in (("lin", "990102"), ("zhen", "990101100"), ("shi", "990100"), ("bu", None)):
        register.execute(
            "insert into agencies (code, name, kind, level, division, source) values (?, ?, 'department', "
            "'county', ?, '登记册')",
            [code, f"{code}局", division],
        )
    sweep(register, local("2026-02-01T02:30:00"))
    told = on(register, "2026-02-01")
    # No portal stands beside 财政局, but its place is that of a body that publishes there; nobody's place is unknown.
    assert {code: state for code, state in states(told).items() if code not in ("hk", "zx", "zf")} == {
        "jy": "overdue",
        "cz": "overdue",
        "zhen": "overdue",
        "bu": "overdue",
        "lin": "not_assessable",
        "shi": "not_assessable",
    }
    assert "其他地方" in one(told, "lin").reason
    assert one(told, "lin").portals == ()
    check(register, CONFIG, local("2026-02-01T09:00:00"))
    assert "lin" not in {finding.key.agency for finding in load(register, "rule = 'pub.state'", [])}
