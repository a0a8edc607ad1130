"""The breaker: a mass of flips is held and told to the operator alone, until a later sweep or a person lets it go."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.ground.clock import stamp
from crawler.ground.config import Config, MailSettings, Portal, Subscription
from crawler.ground.data import DataDir
from crawler.ground.errors import UsageError
from monitor.alerts.alert import alert
from monitor.alerts.feed import entries
from monitor.checking.breaker import Flips, held_scopes, release, trip
from monitor.checking.check import check, fingerprint
from monitor.findings import load
from tests.monitor.mailing import NOW, FreePort, Mailbox, change, config, parts, put, rows

BEFORE, DAY = NOW - timedelta(days=1), timedelta(days=1)
OPERATOR, READER = "op@example.org", "reader@example.org"


def settings(port: int = 1, **changes: Any) -> Config:
    mail = config(port, recipients=(), operators=(OPERATOR,), heartbeat=False, **changes)
    return replace(
        mail,
        portals=(Portal("qingshi", "http://127.0.0.1/", "青石市"),),
        subscriptions=(Subscription(READER, divisions=("3415",), heartbeat=False),),
    )


def bodies(db: Database, count: int, *, portal: str = "qingshi", division: str = "341503", first: int = 0) -> list[str]:
    """Registered bodies, each with a report that was seen, and judged, before."""
    codes = [f"{division}-{number:02}" for number in range(first, first + count)]
    for code in codes:
        db.execute(
            "insert into agencies (code, name, portal, division, kind, source) "
            "values (?, ?, ?, ?, 'institution', 'document')",
            [code, f"{code}局", portal, division],
        )
        db.execute(
            "insert into reports (agency, agency_name, year, document, status, parser, first_seen, checked) "
            "values (?, ?, 2025, ?, 'complete', '1', ?, ?)",
            [code, code, code, stamp(BEFORE), fingerprint()],
        )
    return codes


def healthy(db: Database) -> None:
    db.execute(
        "insert or replace into portals (id, state, state_since, checked_at, last_ok) values "
        "('qingshi', 'ok', ?, ?, ?)",
        [stamp(BEFORE), stamp(NOW), stamp(NOW)],
    )


def flip(db: Database, codes: list[str], *, at: Any = NOW, **changes: Any) -> None:
    for code in codes:
        put(db, agency=code, at=at, message=f"{code}：表三不平", **changes)


def test_so_many_flips_are_held_and_the_operator_gets_one_mail(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox
) -> None:
    codes = bodies(db, 10)
    healthy(db)
    check(db, settings(), BEFORE)
    flip(db, codes[:6])
    check(db, settings(), NOW)
    assert held_scopes(db) == {"qingshi"}
    result = alert(db, data, settings(server.port), NOW)
    assert (result.sent, result.on_hold) == (1, 6)
    (letter,) = mailbox.letters
    text = parts(letter)[0]
    assert letter["To"] == OPERATOR
    assert "门户「青石市」：一次核对中 6 个机关（共 10 个）同时出现新情况，超过 30%" in text
    assert "gouji alert --release qingshi" in text
    assert entries(db, settings()) == []  # nor does the feed tell it
    # The day after, with no healthy sweep in between, nothing moves and nobody is told twice.
    check(db, settings(), NOW + DAY)
    assert alert(db, data, settings(server.port), NOW + DAY).sent == 0


def test_a_later_healthy_sweep_releases(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    codes = bodies(db, 10)
    healthy(db)
    check(db, settings(), BEFORE)
    flip(db, codes[:6])
    check(db, settings(), NOW)
    alert(db, data, settings(server.port), NOW)
    for hours, seen in ((2, 1), (24, 0)):  # too soon after; not healthy
        at = NOW + timedelta(hours=hours)
        db.execute(
            "insert into sweeps (portal, at, ended, crawl, state, seen) values ('qingshi', ?, ?, ?, 'ok', ?)",
            [stamp(at), stamp(at), hours, seen],
        )
        check(db, settings(), at)
        assert held_scopes(db) == {"qingshi"}
    # One of the six was a fault of ours and is gone again: it is never told.
    gone = load(db, "agency = ? and rule = 't3.row_sum'", [codes[0]])[0]
    change(db, gone, NOW + DAY, status="resolved")
    at = NOW + timedelta(hours=25)
    db.execute(
        "insert into sweeps (portal, at, ended, crawl, state, seen) values ('qingshi', ?, ?, 25, 'ok', 1)",
        [stamp(at), stamp(at)],
    )
    check(db, settings(), at)
    assert held_scopes(db) == frozenset()
    assert alert(db, data, settings(server.port), at).sent == 2
    told = {letter["To"]: parts(letter)[0] for letter in mailbox.letters[1:]}
    assert "■ 新发现（5）" in told[READER]
    assert codes[0] not in told[READER]
    assert "已放行" in told[OPERATOR]


def test_a_person_releases(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    codes = bodies(db, 10)
    healthy(db)
    check(db, settings(), BEFORE)
    flip(db, codes[:6])
    check(db, settings(), NOW)
    with pytest.raises(UsageError, match="held now: qingshi"):
        release(db, "yunxi", NOW)
    assert release(db, "qingshi", NOW) == 6
    assert alert(db, data, settings(server.port), NOW).sent == 1  # the operator never heard of it, and need not now
    assert mailbox.receivers == [READER]
    (note,) = rows(db, "select note from findings where rule = 'pub.sweep'")[0]
    assert "由人工放行" in note


def test_another_portal_is_not_concerned(db: Database, data: DataDir, server: FreePort, mailbox: Mailbox) -> None:
    codes, others = bodies(db, 10), bodies(db, 30, portal="yunxi", first=10)
    healthy(db)
    check(db, settings(), BEFORE)
    flip(db, [*codes[:6], others[0]])
    check(db, settings(), NOW)
    assert held_scopes(db) == {"qingshi"}
    alert(db, data, settings(server.port), NOW)
    told = {letter["To"]: parts(letter)[0] for letter in mailbox.letters}
    assert "■ 新发现（1）" in told[READER]
    assert others[0] in told[READER]


def test_a_province_without_a_portal_in_common(db: Database) -> None:
    codes = [bodies(db, 2, portal=f"p{number}", first=number * 2)[0] for number in range(8)]
    check(db, settings(), BEFORE)
    flip(db, codes)
    check(db, settings(), NOW)
    assert held_scopes(db) == {"340000"}
    assert "省级区划 340000" in load(db, "rule = 'pub.sweep'")[0].message


@pytest.mark.parametrize(
    "changes",
    [
        {"rule": "year.jump", "finding_class": "info"},
        {"status": "shadow"},
        {"opened_at": stamp(BEFORE - DAY), "evidence": {"left": 50}},
    ],
)
def test_what_is_no_flip(db: Database, changes: dict[str, Any]) -> None:
    codes = bodies(db, 10)
    check(db, settings(), BEFORE)
    flip(db, codes, **changes)
    check(db, settings(), NOW)
    assert held_scopes(db) == frozenset()


def test_the_first_judgement_of_new_reports_is_no_flip(db: Database) -> None:
    codes = bodies(db, 10)
    flip(db, codes)
    check(db, settings(), NOW)  # the first check there was
    assert held_scopes(db) == frozenset()
    db.execute("update reports set first_seen = ?", [stamp(NOW + DAY)])
    flip(db, codes, at=NOW + DAY, subject="granted")
    check(db, settings(), NOW + DAY)  # reports that came in since the last check
    assert held_scopes(db) == frozenset()


def test_a_regress_is_a_flip_and_a_killed_check_hides_none(db: Database) -> None:
    codes = bodies(db, 10)
    check(db, settings(), BEFORE)
    # As left by a check that was killed before its end.
    flip(db, codes[:6], at=BEFORE + timedelta(hours=1), status="regressed", opened_at=stamp(BEFORE - DAY))
    check(db, settings(), NOW)
    assert held_scopes(db) == {"qingshi"}


FEW, SOME, MANY = frozenset("abcd"), frozenset("abcde"), frozenset("abcdefghij")


@pytest.mark.parametrize(
    ("absent", "other", "total", "tripped"),
    [
        (frozenset(), FEW, 4, False),  # fewer than five say nothing
        (frozenset(), SOME, 16, True),
        (frozenset(), SOME, 17, False),
        (SOME, frozenset(), 10, False),  # on a due day half may be late
        (MANY, frozenset(), 12, True),
        (MANY, frozenset(), 13, False),
    ],
)
def test_when_it_trips(absent: frozenset[str], other: frozenset[str], total: int, tripped: bool) -> None:
    assert (trip("x", Flips(absent, other), total, MailSettings()) is not None) is tripped
