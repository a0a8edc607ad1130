"""`pub.sweep` of a province: far fewer reports than on the same day last year hold what concerns its bodies."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlite_utils import Database

from crawler.ground.clock import stamp
from crawler.ground.config import Config, Portal
from crawler.ledger.documents import record
from crawler.ledger.portals import set_state, sync
from monitor.checking.breaker import held_scopes
from monitor.checking.check import check
from monitor.findings import Finding, load

NOW = datetime(2026, 1, 20, 3, tzinfo=UTC)
CONFIG = Config(portals=(Portal("qingshi", "http://127.0.0.1/nb/", "青石市"),))
YEAR, DAY = timedelta(days=365), timedelta(days=1)
PROVINCE = "340000"


def season(db: Database, last: int, this: int, *, state: str = "ok", source: str = "import") -> list[Finding]:
    """A check of yesterday, when last year's reports were not there yet, and today's, when they were."""
    sync(db, CONFIG)
    set_state(db, "qingshi", "ok", NOW - 2 * DAY)
    for number in range(max(last, this)):
        name = f"青石市第{number}局"
        db.execute(
            "insert into agencies (code, name, portal, division, kind, source) values (?, ?, 'qingshi', "
            "'341503', 'institution', ?)",
            [name, name, source],
        )
        for year, count, at in ((2024, last, NOW - YEAR), (2025, this, NOW)):
            if number < count:
                record(
                    db,
                    sha256=f"{year}{number:060}",
                    url=f"http://127.0.0.1/nb/{year}/{number}.html",
                    now=at - timedelta(hours=1),
                    portal="qingshi",
                    agency_name=name,
                    year=year,
                )
    check(db, CONFIG, NOW - DAY)
    if state != "ok":
        db.execute("update portals set state = ?", [state])
    check(db, CONFIG, NOW)
    return load(db, "rule = 'pub.sweep' and subject = 'breaker'")


def test_fewer_than_last_year_are_told_to_the_operator_and_held(db: Database) -> None:
    [told] = season(db, 30, 23)
    assert (told.key.agency, told.verdict, told.finding_class, told.status) == (PROVINCE, "slow", "health", "open")
    assert (told.evidence["found"], told.evidence["then"], len(told.evidence["bodies"])) == (23, 30, 7)
    assert "23 份 2025 年度报告，上年同一天是 30 份" in told.message
    assert held_scopes(db) == {PROVINCE}
    at = stamp(NOW + DAY)
    db.execute(
        "insert into sweeps (portal, at, ended, crawl, state, seen) values ('qingshi', ?, ?, 1, 'ok', 1)", [at, at]
    )
    for days in (1, 2, 3):
        check(db, CONFIG, NOW + days * DAY + timedelta(hours=1))
        assert held_scopes(db) == frozenset(), "confirmed by a later healthy sweep, and told once a year"


@pytest.mark.parametrize(
    ("last", "this", "state", "source"),
    [
        (30, 24, "ok", "import"),
        (19, 2, "ok", "import"),
        (30, 2, "unreachable", "import"),
        (30, 2, "ok", "document"),
        (0, 0, "ok", "import"),
    ],
    ids=["enough", "too few to tell", "the portal tells itself", "no register", "nothing"],
)
def test_silence(db: Database, last: int, this: int, state: str, source: str) -> None:
    assert season(db, last, this, state=state, source=source) == []
