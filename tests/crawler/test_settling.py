"""What a crawl leaves behind: one portal whose state cannot be told takes no other along."""

from pathlib import Path

from crawler.ground.data import DataDir, connect, create
from crawler.ground.schema import migrations
from crawler.ledger.closing import abandon, examined
from crawler.ledger.frontier import Frontier
from crawler.pages.asks import Ask


def test_what_a_crawl_of_an_earlier_version_left_is_told_in_its_words(tmp_path: Path) -> None:
    """It was taken up by this version: its ledger has no codes."""
    db = connect(create(DataDir(tmp_path / "data")), [migrations])
    db.execute("insert into crawls (id, started_at, selection) values (1, '2026-02-01T00:00:00+00:00', '[[], null]')")
    db.execute("insert into portals (id, name, start_url) values ('old', 'old', 'http://127.0.0.1/')")
    Frontier(db, 1).push("old", Ask("http://127.0.0.1/"), "not_found")
    db.execute(
        "insert into fetches (crawl, portal, url, at, verdict, kind, detail) values "
        "(1, 'old', 'http://127.0.0.1/', '2026-02-01T00:00:00+00:00', 'not_found', 'list', 'some earlier wording')"
    )
    outcome = examined(db, 1, "old", None, 0.5)
    assert (outcome.state, outcome.detail) == ("failing", "list http://127.0.0.1/: not_found (some earlier wording)")
    db.close()


def test_a_portal_whose_state_cannot_be_told_is_our_trouble_and_its_own(tmp_path: Path) -> None:
    db = connect(create(DataDir(tmp_path / "data")), [migrations])
    db.execute("insert into crawls (id, started_at, selection) values (1, '2026-02-01T00:00:00+00:00', '[[], null]')")
    for portal in ("bad", "good"):
        db.execute("insert into portals (id, name, start_url) values (?, ?, 'http://127.0.0.1/')", [portal, portal])
        Frontier(db, 1).push(portal, Ask("http://127.0.0.1/"), "ok")
        db.execute(
            "insert into fetches (crawl, portal, url, at, verdict, kind) values "
            "(1, ?, 'http://127.0.0.1/', '2026-02-01T00:00:00+00:00', 'ok', 'list')",
            [portal],
        )
    db.execute("update frontier set ask = '{' where portal = 'bad'")
    outcome = examined(db, 1, "bad", None, 0.5)
    assert (outcome.state, outcome.reached) == ("failing", False)
    assert "could not be told" in outcome.detail
    abandon(db, 0.5, "2026-02-02T00:00:00+00:00")
    assert db.execute("select id, state from portals order by id").fetchall() == [("bad", "failing"), ("good", "empty")]
    db.close()
