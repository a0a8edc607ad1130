"""A portal that nobody watches, or looked at in time: its bodies cannot be judged, and that is told once to the operator."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.ground.clock import stamp
from crawler.ground.config import Config, Portal
from crawler.ledger.portals import set_state, sync
from monitor.alerts.digest import compose
from monitor.asking.missing import answer
from monitor.checking.check import check
from monitor.duty.coverage import measure_coverage
from monitor.duty.sources import unwatched
from monitor.findings import load
from tests.monitor.test_absence import CONFIG, OVER, local, sweep
from tests.monitor.test_cli_edge import gouji

COUNT = 300
OTHER = Config(portals=(Portal("other", "http://127.0.0.9/", "别处"),))


def register(db: Database, portal: str | None, count: int = COUNT, prefix: str = "b") -> None:
    db.conn.executemany(
        "insert into agencies (code, name, kind, level, portal, source) "
        "values (?, ?, 'department', 'county', ?, '名录')",
        [(f"{prefix}{number:03}", f"青石市第{prefix}{number:03}局", portal) for number in range(count)],
    )


def agree(db: Database, config: Config, at: datetime) -> dict[str, int]:
    """How many bodies are in each state: the findings and `missing` say the same."""
    told = answer(db, config, at)
    accused = {one.key.agency for one in load(db, "rule in ('pub.state', 'pub.due') and status = 'open'")}
    assert accused == {one.agency for one in told.entries if one.state in ("overdue", "overdue_confirmed")}
    covered = measure_coverage(db, config, at)
    assert covered.not_assessable == told.counts["not_assessable"]
    return {state: count for state, count in told.counts.items() if count}


@pytest.mark.parametrize("config", [Config(), OTHER], ids=["no portal at all", "others are watched"])
@pytest.mark.parametrize("collected", [False, True])
def test_a_portal_nobody_watches(db: Database, config: Config, collected: bool) -> None:
    register(db, "p9", COUNT - 1)
    register(db, "http://www.example.gov.cn/nb/", 1, "u")
    if collected:
        db.execute(
            "insert into documents (sha256, url, year, first_seen) values ('aa', 'a.html', 2025, ?)", [stamp(OVER)]
        )
    check(db, config, OVER)
    assert agree(db, config, OVER) == {"not_assessable": COUNT}
    (told,) = load(db, "rule = 'pub.unwatched'")
    assert (told.finding_class, told.status, told.key.agency) == ("health", "open", "gouji")
    assert f"{COUNT}个机关" in told.message
    assert "p9" in told.message_en
    assert len(load(db, "1 = 1")) == 1 + bool(config.portals)  # that the other portal was never looked at
    assert measure_coverage(db, config, OVER).unwatched == COUNT
    # Again, and a year later: still one, and nothing new to tell.
    before = told.changed_at
    check(db, config, OVER.replace(day=9))
    (told,) = load(db, "rule = 'pub.unwatched'")
    assert told.changed_at == before


def test_taken_out_of_the_configuration_and_put_back(db: Database) -> None:
    register(db, "qingshi", 3)
    sync(db, CONFIG)
    sweep(db, local("2026-02-01T02:30:00"))
    check(db, CONFIG, local("2026-02-01T02:31:00"))
    assert agree(db, CONFIG, local("2026-02-01T02:31:00")) == {"overdue": 3}
    out = local("2026-02-02T09:00:00")
    before = [one.changed_at for one in load(db, "rule = 'pub.state'")]
    assert check(db, Config(), out).resolved == 0
    assert [one.changed_at for one in load(db, "rule = 'pub.state'")] == before  # known, and not judged meanwhile
    assert all(
        "不在 gouji.toml 中" in one.evidence["not_assessable"]["reason"] for one in load(db, "rule = 'pub.state'")
    )
    check(db, CONFIG, local("2026-02-02T10:00:00"))
    assert load(db, "rule = 'pub.unwatched'")[0].status == "resolved"


def test_nothing_was_ever_looked_at_or_collected(db: Database) -> None:
    register(db, None)
    check(db, Config(), OVER)
    assert agree(db, Config(), OVER) == {"not_assessable": COUNT}
    assert load(db, "1 = 1") == []
    assert "没有人看过" in answer(db, Config(), OVER).entries[0].reason
    # Once files of the year are collected, those that are not among them can be named.
    db.execute("insert into documents (sha256, url, year, first_seen) values ('aa', 'a.html', 2025, ?)", [stamp(OVER)])
    db.execute(
        "insert into readings (document, url, parser, at, outcome) values ('aa', 'a.html', 'test', ?, 'complete')",
        [stamp(OVER)],
    )
    check(db, Config(), OVER)
    assert agree(db, Config(), OVER) == {"overdue": COUNT}


@pytest.mark.parametrize(
    ("state", "looked"),
    [
        ("unreachable", "2026-02-03T02:30:00"),
        ("robots", "2026-02-03T02:30:00"),
        ("ok", "2026-01-31T23:00:00"),
        ("failing", "2026-02-03T02:30:00"),
        (None, ""),
    ],
)
def test_a_watched_portal_that_was_not_seen_after_the_day(db: Database, state: str | None, looked: str) -> None:
    register(db, "qingshi", 3)
    sync(db, CONFIG)
    if state:
        sweep(db, local(looked), state)  # type: ignore[arg-type]  # a str that is one of the Literal
    at = local("2026-02-03T03:00:00")
    check(db, CONFIG, at)
    assert agree(db, CONFIG, at) == {"not_assessable": 3}
    assert load(db, "rule = 'pub.unwatched'") == []


def test_no_portal_in_the_register_while_several_are_watched(db: Database) -> None:
    """Each of them may be theirs: all must have been seen after the day."""
    both = replace(CONFIG, portals=(*CONFIG.portals, *OTHER.portals))
    register(db, None, 3)
    sync(db, both)
    sweep(db, local("2026-02-01T02:30:00"))
    at = local("2026-02-01T03:00:00")
    check(db, both, at)
    assert agree(db, both, at) == {"not_assessable": 3}
    set_state(db, "other", "unreachable", at)
    check(db, both, at)
    assert agree(db, both, at) == {"not_assessable": 3}


def test_the_coverage_line_says_it(db: Database) -> None:
    register(db, "p9", 3)
    covered = measure_coverage(db, OTHER, OVER)
    for language, words in (("zh", "3 个机关的门户没有人关注"), ("en", "3 publish on a portal that nobody watches")):
        digest = compose([], language=language, day=OVER.date(), names={}, still_open=0, held=0, coverage=covered)
        assert words in digest.coverage
        watched = replace(covered, unwatched=0)
        assert (
            words
            not in compose(
                [], language=language, day=OVER.date(), names={}, still_open=0, held=0, coverage=watched
            ).coverage
        )


def test_the_commands_say_it(tmp_path: Path) -> None:
    place, names = tmp_path / "数据", tmp_path / "名录.csv"
    assert gouji("init", str(place)).exit_code == 0
    names.write_text(
        "name,level,kind,portal,first_year\n"
        + "".join(f"青石市第{number}局,county,department,p9,2019\n" for number in range(5)),
        encoding="utf-8",
    )
    imported = gouji("agencies", "import", str(names), "--data", str(place))
    assert "5 个机关" in imported.stdout
    assert "p9" in imported.stdout
    assert gouji("check", "--data", str(place)).exit_code == 0
    listed = json.loads(gouji("missing", "--year", "2024", "--json", "--data", str(place)).stdout)
    assert {one["state"] for one in listed["entries"]} == {"not_assessable"}
    assert "p9" in gouji("doctor", "--data", str(place)).stdout
    assert "overdue" not in gouji("findings", "--json", "--data", str(place)).stdout


def test_who_is_met_only_in_a_document_is_no_register(db: Database) -> None:
    db.execute("insert into agencies (code, name, portal, source) values ('x', '示例局', 'p9', 'document')")
    assert unwatched(db, Config()) == []
