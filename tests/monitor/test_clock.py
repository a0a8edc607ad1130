"""A clock that was set back or ahead: what rests on the day waits, nothing false is mailed, and it mends by itself."""

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.ground.clock import now, stamp
from crawler.ground.data import DataDir
from crawler.ledger.documents import record
from crawler.ledger.portals import set_state, sync
from monitor.alerts.alert import alert
from monitor.asking.missing import answer
from monitor.checking.check import CheckResult, check
from monitor.duty.clock import read_clock
from monitor.findings import Finding, decide, load
from monitor.schema import open_database
from tests.monitor.mailing import FreePort, Mailbox, config, parts
from tests.monitor.test_absence import BODIES, CONFIG, PORTAL, local
from tests.monitor.test_cli_edge import gouji

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
LATE = local("2026-02-09T11:00:00")
ABSENT, ABSENT_AT = "qs2", 2  # 青石市教育局


@pytest.fixture
def season(db: Database) -> Database:
    """Looked at on 2, 5 and 9 February: one body is missing, the others published in January."""
    for number, (name, kind) in enumerate(BODIES):
        db.execute(
            "insert into agencies (code, name, kind, level, source) values (?, ?, ?, 'prefecture', '登记册')",
            [f"qs{number}", name, kind],
        )
    sync(db, CONFIG)
    crawl(db, local("2026-01-20T09:00:00"), *(name for number, (name, _) in enumerate(BODIES) if number != 2))
    for day in (2, 5, 9):
        crawl(db, local(f"2026-02-{day:02}T10:50:00"))
        assert run(db, local(f"2026-02-{day:02}T11:00:00")).whole
    assert verdicts(db)[ABSENT] == ("overdue_confirmed", "open")
    return db


def run(db: Database, at: datetime, *, trust_clock: bool = False) -> CheckResult:
    return check(db, CONFIG, at, trust_clock=trust_clock)


def crawl(
    db: Database,
    at: datetime,
    *published: str,
    state: str = "ok",
    lasted: timedelta = MINUTE,
    printed: str | None = None,
) -> None:
    """One finished crawl, as the clock dates it, that found these bodies' reports for 2025."""
    crawl = db.execute(
        "insert into crawls (started_at, finished_at, outcome) values (?, ?, 'done') returning id",
        [stamp(at), stamp(at + lasted)],
    ).fetchone()[0]
    db.execute(
        "insert into fetches (crawl, portal, url, at, verdict, kind) values (?, 'qingshi', ?, ?, 'unchanged', 'list')",
        [crawl, PORTAL.start_url, stamp(at)],
    )
    for name in published:
        url = f"http://127.0.0.1/nb/{name}.html"
        db.execute(
            "insert into fetches (crawl, portal, url, at, verdict, kind) values (?, 'qingshi', ?, ?, 'new', 'detail')",
            [crawl, url, stamp(at)],
        )
        record(
            db,
            sha256=(name * 16).encode().hex()[:64],
            url=url,
            now=at,
            portal="qingshi",
            agency_name=name,
            year=2025,
            title=f"{name}2025年政府信息公开工作年度报告",
            published_on=printed,
        )
    set_state(db, "qingshi", state, at + lasted)  # type: ignore[arg-type]  # a str that is one of the Literal


def verdicts(db: Database) -> dict[str, tuple[str, str]]:
    return {one.key.agency: (one.verdict, one.status) for one in load(db, "rule = 'pub.state'")}


def doubt(db: Database) -> Finding:
    (found,) = load(db, "rule = 'check.clock'")
    return found


def standing(db: Database) -> list[tuple[object, ...]]:
    return db.execute("select * from findings where rule <> 'check.clock' order by id").fetchall()


@pytest.mark.parametrize(
    "back",
    [
        "2026-01-05T11:00:00",
        "2026-01-31T23:59:00",
        "2026-02-08T11:00:00",
        "2026-02-09T10:30:00",
        "2025-02-09T11:00:00",
        "2015-01-01T08:00:00",
        "2001-09-09T01:46:40",
        "1970-01-01T08:00:30",
    ],
)
def test_set_back_it_changes_nothing_and_forward_again_all_goes_on(season: Database, back: str) -> None:
    before = standing(season)
    held = run(season, local(back))
    assert (held.clock, held.whole, held.resolved) == ("back", False, 0)
    assert standing(season) == before
    assert (doubt(season).finding_class, doubt(season).status, doubt(season).verdict) == ("health", "open", "back")
    assert "2026-02-09" in doubt(season).message
    assert "--trust-clock" in doubt(season).message_en
    again = run(season, LATE + DAY)
    assert (again.whole, again.regressed, verdicts(season)[ABSENT]) == (True, 0, ("overdue_confirmed", "open"))
    assert standing(season) == before
    assert doubt(season).status == "resolved"


def test_a_few_minutes_are_no_jump_but_midnight_is_not_crossed_twice(db: Database) -> None:
    name, kind = BODIES[2]
    db.execute("insert into agencies (code, name, kind, level) values ('qs2', ?, ?, 'prefecture')", [name, kind])
    sync(db, CONFIG)
    midnight = local("2026-02-01T00:05:00")
    crawl(db, midnight - 2 * MINUTE)
    run(db, midnight)
    before = standing(db)
    assert verdicts(db) == {"qs2": ("overdue", "open")}
    assert run(db, midnight - 8 * MINUTE).whole  # 31 January by the clock, which was put right by some minutes
    assert standing(db) == before


@pytest.mark.parametrize(
    "ahead", ["2027-02-09T11:00:00", "2026-06-01T11:00:00", "2038-01-19T11:14:08", "2099-12-31T23:59:00"]
)
def test_far_ahead_nobody_is_called_late_and_right_again_it_mends(season: Database, ahead: str) -> None:
    before = standing(season)
    at = local(ahead)
    crawl(season, at, "青石市审计署驻点办")  # the whole portal was looked at, by that clock long after every due day
    held = run(season, at + 5 * MINUTE)
    assert (held.clock, standing(season)) == ("ahead", before)
    assert season.execute("select max(at) from checks").fetchone()[0] == stamp(LATE)
    # Right again the day after: what was dated in the future bears the last instant beyond doubt, and is told once.
    result = run(season, LATE + DAY)
    assert result.whole
    assert doubt(season).verdict == "mended"
    limit = stamp(LATE + DAY)
    for table, column in (
        ("documents", "first_seen"),
        ("documents", "last_seen"),
        ("portals", "last_ok"),
        ("portals", "checked_at"),
        ("fetches", "at"),
        ("crawls", "started_at"),
        ("findings", "changed_at"),
        ("portal_states", "since"),
    ):
        assert season.execute(f"select max({column}) from {table}").fetchone()[0] <= limit, (table, column)
    assert season.execute("select count(*) from sweeps where seen = 1 and at > ?", [limit]).fetchone()[0] == 0
    crawl(season, LATE + 2 * DAY)
    run(season, LATE + 2 * DAY + 5 * MINUTE)
    assert doubt(season).status == "resolved"
    assert verdicts(season)[ABSENT] == ("overdue_confirmed", "open")


def test_a_clock_that_stays_a_year_ahead_is_never_believed_by_itself(season: Database) -> None:
    before = standing(season)
    for day in range(0, 40, 4):
        at = local("2027-02-09T11:00:00") + day * DAY
        crawl(season, at)
        assert run(season, at + 5 * MINUTE).clock == "ahead"
    assert standing(season) == before


def test_a_long_pause_is_believed_after_a_week_of_looks(season: Database) -> None:
    """A machine that was off from February to June is right, and nothing is lost but a week."""
    clocks = []
    for day in (0, 3, 6, 9):
        at = local("2026-06-20T11:00:00") + day * DAY
        crawl(season, at)
        clocks.append(run(season, at + 5 * MINUTE).clock)
    assert clocks == ["ahead", "ahead", "ahead", ""]
    assert doubt(season).status == "resolved"
    assert season.execute("select count(*) from checks where at > ?", [stamp(LATE)]).fetchone()[0] == 1


def test_pages_that_bear_later_dates_are_believed_at_once(season: Database) -> None:
    at = local("2026-05-20T11:00:00")
    for number in (4, 5):
        season.execute("update documents set published_on = '2026-05-12' where agency = ?", [f"qs{number}"])
    assert run(season, at).whole
    season.execute("update documents set published_on = null where agency = 'qs5'")
    assert run(season, at + 70 * DAY).clock == "ahead"  # one page may bear a slip


def test_a_person_may_say_that_the_clock_is_right(season: Database) -> None:
    assert run(season, LATE + 300 * DAY).clock == "ahead"
    trusted = run(season, LATE + 300 * DAY + MINUTE, trust_clock=True)
    assert trusted.whole
    assert doubt(season).status == "resolved"
    assert run(season, LATE + 301 * DAY).whole
    # And that it had been wrong until now: what a check believed is taken back as well.
    assert run(season, LATE + DAY).clock == "back"
    assert run(season, LATE + DAY + MINUTE, trust_clock=True).whole
    assert run(season, LATE + 2 * DAY).whole


def test_decisions_expire_by_no_wrong_clock(season: Database) -> None:
    one = load(season, "rule = 'pub.state'")[0]
    decide(season, one.id or 0, "acknowledged", "已催", LATE, until=local("2026-03-01T00:00:00").date())
    run(season, LATE + 400 * DAY)
    assert verdicts(season)[ABSENT][1] == "acknowledged"


def test_whoever_was_first_seen_after_the_due_day_is_late_by_no_clock_that_was_set_back(db: Database) -> None:
    """Set back half an hour between crawl and check, again and again: its looks count for nothing, not for more."""
    name = BODIES[ABSENT_AT][0]
    db.execute(
        "insert into agencies (code, name, kind, level, source) values (?, ?, ?, 'prefecture', '登记册')",
        [ABSENT, *BODIES[ABSENT_AT]],
    )
    sync(db, CONFIG)
    crawl(db, local("2026-01-06T02:30:00"))
    run(db, local("2026-01-06T02:32:00"))
    for at, found in (("2026-02-20T02:30:00", (name,)), ("2026-04-06T02:30:00", ())):
        crawl(db, local(at), *found, lasted=30 * MINUTE, printed="2026-01-10")
        run(db, local(at))
        assert not [one for one in verdicts(db).values() if one[0] == "published_late"]


def test_a_report_first_met_by_a_clock_set_back_is_not_early(season: Database) -> None:
    crawl(season, local("2026-01-05T09:00:00"), "青石市教育局")
    assert run(season, local("2026-01-05T09:05:00")).clock == "back"
    assert verdicts(season)[ABSENT] == ("overdue_confirmed", "open")
    run(season, LATE + 3 * DAY)
    (done,) = load(season, "rule = 'pub.state' and agency = ?", [ABSENT])
    assert (done.verdict, done.status) == ("published_late", "resolved")
    assert "2026-02-09" in (done.note or "")


def test_nothing_false_is_mailed_and_the_operator_is_told_once(
    season: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    mail = config(server.port)
    alert(season, data, mail, LATE)
    sent = len(mailbox.letters)
    for day in ("2026-01-05", "2026-01-06", "2027-03-03", "2027-03-04"):
        at = local(f"{day}T11:00:00")
        run(season, at)
        alert(season, data, mail, at + MINUTE)
    told = [parts(letter)[0] for letter in mailbox.letters[sent:]]
    assert len(told) == 1
    for text in told:
        assert "本机时钟" in text
        assert "已解决" not in text
        assert "青石市教育局" not in text.split("■")[1]
    run(season, LATE + DAY)
    alert(season, data, mail, LATE + DAY)
    assert not [one for one in mailbox.letters[sent:] if "2027" in one["Subject"] or "2026-01" in one["Subject"]]


def test_who_is_missing_is_told_of_the_last_day_beyond_doubt(season: Database) -> None:
    for wrong in (local("2026-01-05T11:00:00"), local("2027-03-03T11:00:00")):
        clock = read_clock(season, wrong)
        told = answer(season, CONFIG, clock.sure)
        assert (told.on, told.year) == ("2026-02-09", 2025)
        assert told.counts["overdue_confirmed"] == 1


def test_the_first_check_of_all_has_nothing_to_undo(db: Database) -> None:
    assert run(db, LATE).whole
    assert run(db, LATE).whole


def test_the_command_says_why_and_ends_with_3(tmp_path: Path) -> None:
    place = tmp_path / "数据"
    assert gouji("init", str(place)).exit_code == 0
    with closing(open_database(DataDir(place))) as db:
        db.execute("insert into checks (at, crawl) values (?, 0)", [stamp(now() + 20 * DAY)])
    for lang, word in (("zh", "本机时钟"), ("en", "clock")):
        ended = gouji("check", "--data", str(place), "--lang", lang)
        assert ended.exit_code == 3
        assert word in ended.stderr
        assert word in gouji("missing", "--data", str(place), "--lang", lang).stderr
        assert gouji("doctor", "--data", str(place), "--lang", lang).exit_code == 1
    assert gouji("check", "--trust-clock", "--data", str(place)).exit_code == 0
    assert gouji("check", "--data", str(place)).exit_code == 0
