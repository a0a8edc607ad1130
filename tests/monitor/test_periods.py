"""One digest per reader and period over a whole year; reminders, heartbeats, second looks, threads, unsubscribing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlite_utils import Database

from crawler.ground.clock import SHANGHAI, local_date, stamp
from crawler.ground.config import Config, Portal, Subscription
from crawler.ground.data import DataDir
from crawler.ledger.documents import record
from crawler.ledger.looks import due, learned
from crawler.pages.asks import Ask
from monitor.alerts.alert import alert
from monitor.alerts.digest import Notice, due_event
from monitor.alerts.seasons import in_season
from monitor.checking.debounce import ask_again, note_check, settled
from monitor.findings import Finding, decide
from tests.monitor.mailing import CODE, NOW, FreePort, Mailbox, change, config, parts, put, rows

PORTAL = Portal("qingshi", "http://127.0.0.1/", "青石市")
DAY = timedelta(days=1)


def watching(port: int, **changes: object) -> Config:
    """A configuration with a portal: there is something to have a heartbeat about."""
    return replace(config(port, **changes), portals=(PORTAL,))


def looked(db: Database, at: datetime) -> None:
    db.execute(
        "insert or replace into portals (id, state, state_since, checked_at, last_ok) values (?, 'ok', ?, ?, ?)",
        [PORTAL.id, stamp(NOW), stamp(at), stamp(at)],
    )
    note(db, at)


def subjects(mailbox: Mailbox) -> list[str]:
    return [str(letter["Subject"]) for letter in mailbox.letters]


# --- the period ------------------------------------------------------------------------------------------------


def test_what_is_found_after_the_digest_waits_for_the_next_day(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    put(db)
    alert(db, data, config(server.port), NOW)
    put(db, subject="granted", at=NOW + timedelta(hours=1))
    again = alert(db, data, config(server.port), NOW + timedelta(hours=2))
    assert (again.sent, again.waiting) == (0, 1)
    assert alert(db, data, config(server.port), NOW + DAY).sent == 1
    assert len(mailbox.letters) == 2


def test_by_hand_it_need_not_wait(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    put(db)
    alert(db, data, config(server.port), NOW)
    put(db, subject="granted", at=NOW + timedelta(hours=1))
    assert alert(db, data, config(server.port), NOW + timedelta(hours=2), at_once=True).sent == 1
    assert len(mailbox.letters) == 2


def test_a_digest_that_failed_leaves_its_period_open(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    put(db)
    mailbox.refused = {"zhang@example.org"}
    assert alert(db, data, config(server.port), NOW).failed == 1
    mailbox.refused = set()
    assert alert(db, data, config(server.port), NOW + timedelta(hours=1)).sent == 1


def test_only_what_is_urgent_comes_between(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    settings = replace(
        config(server.port, recipients=("op@example.org",)),
        subscriptions=(Subscription("zhang@example.org", agencies=("示例县财政局",)),),
    )
    put(db, rule="year.carry", finding_class="explain", suspect=None)
    alert(db, data, settings, NOW)
    assert len(mailbox.letters) == 2
    later = NOW + timedelta(hours=1)
    put(db, subject="granted", at=later)  # does not add up, at a body that zhang named
    put(db, rule="year.jump", finding_class="confirm", suspect=None, at=later)
    put(db, rule="pub.changed", finding_class="explain", suspect=None, at=later)  # without a note: for everybody
    result = alert(db, data, settings, later)
    assert (result.sent, result.waiting) == (2, 2)
    told = {letter["To"]: parts(letter)[0] for letter in mailbox.letters[2:]}
    assert "■ 新发现（1）" in told["op@example.org"]
    assert "■ 新发现（2）" in told["zhang@example.org"]
    assert rows(db, "select kind, count(*) from deliveries group by kind") == [("digest", 2), ("urgent", 2)]
    assert alert(db, data, settings, later + timedelta(hours=1)).sent == 0
    assert alert(db, data, settings, NOW + DAY).sent == 2


def test_at_once_waits_for_no_period(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    settings = config(server.port, period="at_once")
    for hour in range(3):
        put(db, subject=f"s{hour}", at=NOW + timedelta(hours=hour))
        assert alert(db, data, settings, NOW + timedelta(hours=hour)).sent == 1


def test_a_whole_year(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    """An alert a day, now and then two, three readers, a finding each week: nobody hears twice in a period, nothing
    is lost."""
    settings = replace(
        watching(server.port, recipients=("season@example.org",)),
        subscriptions=(
            Subscription("daily@example.org", period="daily", heartbeat=False),
            Subscription("weekly@example.org", period="weekly"),
        ),
    )
    start = datetime(2026, 1, 1, 2, 30, tzinfo=SHANGHAI)
    made = 0
    for day in range(365):
        now = start + timedelta(days=day)
        looked(db, now - timedelta(hours=3))
        if day % 7 == 3 and day < 350:
            put(db, rule=f"t3.rule{made}", suspect=None, at=now.astimezone(UTC))
            made += 1
        alert(db, data, settings, now.astimezone(UTC))
        if day % 5 == 0:
            alert(db, data, settings, (now + timedelta(hours=9)).astimezone(UTC))
    sent: dict[str, list[tuple[datetime, str]]] = {}
    for recipient, at, kind in rows(db, "select recipient, at, kind from deliveries order by id"):
        sent.setdefault(recipient, []).append((datetime.fromisoformat(at), kind))
    # Daily for 120 days of season, then once a week; the season's reader meets the first week's end on 4 May.
    assert len(sent["season@example.org"]) == 120 + 35
    assert len(sent["weekly@example.org"]) == 53
    weeks = [local_date(at).isocalendar()[:2] for at, _ in sent["weekly@example.org"]]
    assert len(set(weeks)) == len(weeks)
    for name in ("season@example.org", "daily@example.org"):
        days = [local_date(at) for at, _ in sent[name]]
        assert len(set(days)) == len(days)
    off = [local_date(at).isocalendar()[:2] for at, _ in sent["season@example.org"] if not in_season(at)]
    assert len(set(off)) == len(off)
    assert {kind for _, kind in sent["daily@example.org"]} == {"digest"}
    # Each of the findings was new to each reader exactly once.
    assert rows(
        db,
        "select recipient, count(*), count(distinct finding) from notices where event = 'new' "
        "group by recipient order by recipient",
    ) == [(name, made, made) for name in ("daily@example.org", "season@example.org", "weekly@example.org")]


# --- heartbeat ---------------------------------------------------------------------------------------------------


def test_a_quiet_day_has_a_heartbeat_once(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    looked(db, NOW - timedelta(hours=9, minutes=20))
    assert alert(db, data, watching(server.port), NOW).sent == 1
    assert alert(db, data, watching(server.port), NOW + timedelta(hours=1)).sent == 0
    text, html = parts(mailbox.letters[0])
    assert "没有新情况：在看 1 个门户，其中最久未看的一个在 9 小时前看过。" in text
    assert "没有新情况" in html
    assert subjects(mailbox) == ["勾稽 2026-02-01：没有新情况，门户 1 个"]
    looked(db, NOW)
    alert(db, data, watching(server.port, language="en"), NOW + DAY)
    assert "Nothing new: 1 sources watched, the oldest check 24 h ago." in parts(mailbox.letters[1])[0]
    assert mailbox.letters[0]["Message-ID"] != mailbox.letters[1]["Message-ID"]


def test_who_wants_no_heartbeat_has_none(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    assert alert(db, data, watching(server.port, heartbeat=False), NOW).messages == []


def test_where_the_check_did_not_end_nobody_is_told_that_nothing_is_new(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    looked(db, NOW - DAY)
    db.execute("update portals set checked_at = ?", [stamp(NOW)])
    both = watching(server.port, recipients=("zhang@example.org",), operators=("op@example.org",))
    assert alert(db, data, both, NOW).sent == 1
    assert mailbox.receivers == ["op@example.org"]
    assert subjects(mailbox) == ["勾稽 2026-02-01：核对没有完成"]
    assert "没有新情况" not in parts(mailbox.letters[0])[0]


def test_a_portal_never_looked_at_is_said(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    alert(db, data, watching(server.port), NOW)
    assert "在看 1 个门户，1 个还没有看过。" in parts(mailbox.letters[0])[0]


# --- told again ----------------------------------------------------------------------------------------------------


def test_what_stays_open_is_told_again_at_growing_intervals(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    put(db)
    days = []
    for day in range(100):
        if alert(db, data, config(server.port), NOW + day * DAY).sent:
            days.append(day)
    assert days == [0, 7, 21, 51, 81]
    heads = [line for letter in mailbox.letters[1:] for line in parts(letter)[0].splitlines() if line.startswith("■")]
    assert heads == ["■ 仍未了结，再次提示（1）"] * 4
    assert [event for (event,) in rows(db, "select event from notices order by rowid")] == [
        "new",
        "reminder 1",
        "reminder 2",
        "reminder 3",
        "reminder 4",
    ]


def test_a_change_begins_the_intervals_anew(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    finding = put(db, rule="pub.state", finding_class="explain", verdict="overdue", suspect=None)
    for day in range(9):
        alert(db, data, config(server.port), NOW + day * DAY)
    change(db, finding, NOW + 9 * DAY, verdict="overdue_confirmed")
    for day in range(9, 18):
        alert(db, data, config(server.port), NOW + day * DAY)
    assert rows(db, "select event, substr(at, 1, 10) from notices order by rowid") == [
        ("new", "2026-02-01"),
        ("reminder 1", "2026-02-08"),
        ("changed", "2026-02-10"),
        ("reminder 1", "2026-02-17"),
    ]


@pytest.mark.parametrize(("rule", "verdict"), [("pub.state", "published_late"), ("pub.changed", "changed")])
def test_what_nothing_can_undo_is_told_again_three_times_and_then_rests(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox, rule: str, verdict: str
) -> None:
    put(db, rule=rule, finding_class="explain", verdict=verdict, suspect=None)
    for day in range(100):
        looked(db, NOW + day * DAY)
        alert(db, data, watching(server.port), NOW + day * DAY)
    assert rows(db, "select event, substr(at, 1, 10) from notices order by rowid") == [
        ("new", "2026-02-01"),
        ("reminder 1", "2026-02-08"),
        ("reminder 2", "2026-02-22"),
        ("reminder 3", "2026-03-24"),
    ]
    assert [letter for letter in mailbox.letters if "尚未了结" in parts(letter)[0]][-1]["Date"].datetime < (
        NOW + 60 * DAY
    ), "nor is it listed every week"
    assert rows(db, "select status from findings") == [("open",)]


def test_what_was_decided_is_not_told_again(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    finding = put(db)
    alert(db, data, config(server.port), NOW)
    assert finding.id is not None
    decide(db, finding.id, "acknowledged", "等更正", NOW + DAY)
    for day in range(2, 40):
        assert alert(db, data, config(server.port), NOW + day * DAY).sent == 0


def test_once_a_week_what_is_open_is_listed(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    for number in range(3):
        put(db, rule=f"t3.rule{number}", suspect=None)
    for day in range(9):  # 2026-02-01 is a Sunday
        looked(db, NOW + day * DAY)
        alert(db, data, watching(server.port), NOW + day * DAY)
    listing = [
        local_date(letter["Date"].datetime).day
        for letter in mailbox.letters
        if "此前已告知、尚未了结的还有 3 项：" in parts(letter)[0]
    ]
    assert listing == [2, 9]
    text, html = parts(mailbox.letters[1])
    assert text.count("尚未了结") == 1
    [line] = [line for line in text.splitlines() if "示例县财政局" in line]  # they read the same: one line tells all
    assert line.split()[:3] == ["1", "2", "3"]
    assert html.count("<li>") == 1


def test_reminders_by_the_calendar() -> None:
    finding = put_like("open")
    told = Notice("new", "2", stamp(NOW))
    # By days, not by hours: a run a little earlier than last time is no day late.
    assert due_event(finding, told, NOW + 7 * DAY - timedelta(minutes=5)) == "reminder"
    assert due_event(finding, told, NOW + 6 * DAY) is None
    assert due_event(finding, Notice("reminder 1", "2", stamp(NOW)), NOW + 13 * DAY) is None
    assert due_event(finding, Notice("reminder 1", "2", stamp(NOW)), NOW + 14 * DAY) == "reminder"
    assert due_event(finding, Notice("reminder 9", "2", stamp(NOW)), NOW + 30 * DAY) == "reminder"
    assert due_event(put_like("acknowledged"), told, NOW + 300 * DAY) is None


def put_like(status: str) -> Finding:
    from monitor.findings import Key

    return Finding(
        Key("a", 2025, "t3.row_sum", "x"),
        "fatal",
        "fail",
        status,
        "source",
        "",
        "",
        {},
        None,
        "1",
        "2",
        decided_at="3" if status == "acknowledged" else None,
    )


# --- a second look -------------------------------------------------------------------------------------------------


def test_arithmetic_waits_for_its_second_look(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    settings = config(server.port, settle_hours=20.0)
    finding = put(db)
    put(db, rule="pub.state", finding_class="explain", suspect=None)
    note(db, NOW)
    first = alert(db, data, settings, NOW)
    assert (first.sent, first.settling) == (1, 1)  # the absence has its own sweeps
    # A day later nobody has looked again.
    assert alert(db, data, settings, NOW + DAY).settling == 1
    # It changed in between: the second look begins anew.
    change(db, finding, NOW + DAY, suspect={"cell": "T3[received,business]", "value": 7, "rivals": []})
    note(db, NOW + DAY)
    assert alert(db, data, settings, NOW + DAY).settling == 1
    note(db, NOW + 2 * DAY)
    assert alert(db, data, settings, NOW + 2 * DAY).sent == 1
    assert "商业企业 印 未填，依其余各格应为 7" in parts(mailbox.letters[-1])[0]


def test_what_vanished_before_the_second_look_is_never_told(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    settings = config(server.port, settle_hours=20.0)
    finding = put(db)
    note(db, NOW)
    alert(db, data, settings, NOW)
    change(db, finding, NOW + DAY, status="resolved")
    for day in range(1, 4):
        note(db, NOW + day * DAY)
        assert alert(db, data, settings, NOW + day * DAY).messages == []


def note(db: Database, at: datetime) -> None:
    with db.atomic():
        note_check(db, at)


@pytest.mark.parametrize(
    ("rule", "kind", "hours", "last", "wanted"),
    [
        ("t3.row_sum", "fatal", 0.0, None, True),
        ("t3.row_sum", "fatal", 20.0, None, False),
        ("t3.row_sum", "fatal", 20.0, NOW + timedelta(hours=19), False),
        ("t3.row_sum", "fatal", 20.0, NOW + timedelta(hours=20), True),
        ("pub.state", "explain", 20.0, None, True),
        ("x", "health", 20.0, None, True),
    ],
)
def test_what_was_handed_to_us_is_looked_at_by_every_check(
    db: Database, rule: str, kind: str, hours: float, last: datetime | None, wanted: bool
) -> None:
    finding = put(db)
    if last:
        note(db, last)
    assert settled(db, finding.id or 0, rule, kind, stamp(NOW), hours) is wanted


URL = "http://127.0.0.1/nb/1.html"


def seen(db: Database, at: datetime, sha256: str = "ab" * 32) -> None:
    """The crawler saw the page of the body's report."""
    fresh = record(db, sha256=sha256, url=URL, now=at, portal=PORTAL.id, year=2025)
    learned(db, PORTAL.id, Ask(URL, "detail"), URL, "changed" if fresh else "same", at)


def read(db: Database, sha256: str = "ab" * 32) -> int:
    row = db.execute(
        "insert into reports (agency, year, status, document, parser, url) values (?, 2025, 'complete', "
        "?, '1', ?) returning id",
        [CODE, sha256, URL],
    ).fetchone()
    return int(row[0])


def checked(db: Database, at: datetime) -> None:
    """What a check leaves behind."""
    with db.atomic():
        ask_again(db, 20.0)
        note_check(db, at)


def looks_due(db: Database, at: datetime) -> list[str]:
    return [ask.url for ask in due(db, PORTAL.id, at, 7, None)]


def test_a_second_look_is_one_at_the_page(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    settings = config(server.port, settle_hours=20.0)
    put(db)
    seen(db, NOW - timedelta(minutes=5))
    db.execute("update findings set report = ?", [read(db)])
    checked(db, NOW)
    # Checks come and go, the page was not looked at: nothing is told, and the next crawl will look.
    for day in range(1, 4):
        checked(db, NOW + day * DAY)
        assert alert(db, data, settings, NOW + day * DAY).settling == 1
        assert looks_due(db, NOW + day * DAY) == [URL]
    seen(db, NOW + 4 * DAY)
    checked(db, NOW + 4 * DAY)
    assert looks_due(db, NOW + 5 * DAY) == []
    assert alert(db, data, settings, NOW + 4 * DAY).sent == 1


def test_another_version_of_the_page_is_no_second_look(db: Database, data: DataDir, server: FreePort) -> None:
    settings = config(server.port, settle_hours=20.0)
    finding = put(db)
    seen(db, NOW - timedelta(minutes=5))
    db.execute("update findings set report = ?", [read(db)])
    seen(db, NOW + DAY, "cd" * 32)
    note(db, NOW + DAY)
    assert alert(db, data, settings, NOW + DAY).settling == 1, "nobody has read it yet"
    db.execute("update findings set report = ?", [newer := read(db, "cd" * 32)])
    assert alert(db, data, settings, NOW + DAY).sent == 1, "it was read, and the finding stands as it was"
    # What is resolved rests on whatever stands there now.
    change(db, finding, NOW + 2 * DAY, status="resolved", report=newer)
    seen(db, NOW + 3 * DAY, "ef" * 32)
    assert alert(db, data, settings, NOW + 3 * DAY).sent == 1


# --- threads and leaving -------------------------------------------------------------------------------------------


def test_mails_about_one_body_and_year_are_one_thread(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    finding = put(db)
    alert(db, data, config(server.port), NOW)
    change(db, finding, NOW + DAY, message="另一个数")
    alert(db, data, config(server.port), NOW + DAY)
    put(db, agency="B", name="示例县教育局", at=NOW + 2 * DAY)
    alert(db, data, config(server.port), NOW + 2 * DAY)
    change(db, finding, NOW + 3 * DAY, message="又一个数")
    put(db, agency="C", name="示例县水利局", at=NOW + 3 * DAY)
    alert(db, data, config(server.port), NOW + 3 * DAY)
    first, second, other, several = mailbox.letters
    root = first["References"].split()[0]
    assert first["In-Reply-To"].strip() == root
    assert second["References"].split() == [root, first["Message-ID"]]
    assert second["In-Reply-To"].strip() == first["Message-ID"]
    assert other["References"].split()[0] != root
    assert several["References"] is None


def test_how_to_leave_stands_in_every_mail(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    put(db)
    domain = "a-very-long-name-of-the-office-in-charge.some-city.example.org"
    settings = config(
        server.port, recipients=("zhang@example.org",), operators=(f"op@{domain}",), sender=f"gouji@{domain}"
    )
    alert(db, data, settings, NOW)
    (letter,) = mailbox.letters
    assert letter["List-Unsubscribe"].strip() == (f"<mailto:op@{domain}?subject=unsubscribe%20zhang%40example.org>")
    assert letter["References"].split()[0].endswith(f"@{domain}>")  # no header is encoded as text


def test_who_left_gets_nothing(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    put(db)
    both = config(server.port, recipients=("zhang@example.org", "wang@example.org"), unsubscribed=("wang@example.org",))
    alert(db, data, both, NOW)
    assert mailbox.receivers == ["zhang@example.org"]
