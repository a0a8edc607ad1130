"""`gouji alert` and `gouji feed` as a person calls them."""

import json
from typing import Any

import pytest
from sqlite_utils import Database

from crawler.ground.clock import now, stamp
from crawler.ground.data import DataDir
from monitor.cli import main
from monitor.findings import Finding, Key, save
from monitor.service.lock import exclusive
from tests.monitor.mailing import FreePort, Mailbox, put


def gouji(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
    return int(end.value.code or 0)


def configure(data: DataDir, port: int, more: str = "") -> None:
    data.config_path.write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsender = "gouji@example.org"\n'
        f'recipients = ["zhang@example.org"]\n{more}',
        encoding="utf-8",
    )


def held(db: Database, at: str) -> None:
    evidence: dict[str, Any] = {
        "check": at,
        "bodies": ["a"],
        "portals": ["qingshi"],
        "kind": "portal",
        "name": "青石市",
    }
    with db.atomic():
        save(
            db,
            [
                Finding(
                    Key("qingshi", 2025, "pub.sweep", "breaker"),
                    "health",
                    "held",
                    "open",
                    "unclear",
                    "暂缓",
                    "",
                    evidence,
                    None,
                    at,
                    at,
                )
            ],
        )


def test_what_waits_is_said_and_can_be_sent(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(data, server.port)
    put(db, at=now())
    assert gouji("alert", "--data", str(data.root)) == 0
    put(db, subject="granted", at=now())
    assert gouji("alert", "--data", str(data.root), "--due") == 0
    out = capsys.readouterr().out
    assert "已发 1 封" in out
    assert "没有要通报的" in out
    assert "1 项留待下一期（不带 --due 则现在就发）" in out
    assert gouji("alert", "--data", str(data.root), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["sent"], told["waiting"], told["messages"][0]["channel"]) == (1, 0, "mail")
    assert len(mailbox.letters) == 2
    assert (data.root / "feed.atom").exists()


def test_release_by_hand(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(data, server.port, 'operators = ["op@example.org"]\n')
    at = now()
    put(db, agency="a", at=at)
    db.execute("update agencies set portal = 'qingshi'")
    held(db, stamp(at))
    assert gouji("alert", "--data", str(data.root)) == 0
    assert mailbox.receivers == ["op@example.org"]
    assert "1 项因大面积异常暂缓" in capsys.readouterr().out
    assert gouji("alert", "--data", str(data.root), "--release", "yunxi") == 2
    assert "现在暂缓的：qingshi" in capsys.readouterr().err
    assert gouji("alert", "--data", str(data.root), "--release", "qingshi", "--dry-run") == 2
    assert gouji("alert", "--data", str(data.root), "--release", "qingshi", "--json") == 0
    assert json.loads(capsys.readouterr().out)["released"] == 1
    # The operator hears that the hold is over, the reader what was held.
    assert sorted(mailbox.receivers) == ["op@example.org", "op@example.org", "zhang@example.org"]


def test_the_feed_goes_where_it_is_wanted(db: Database, data: DataDir, capsys: pytest.CaptureFixture[str]) -> None:
    put(db, at=now())
    target = data.root.parent / "public.atom"
    assert gouji("feed", str(target), "--data", str(data.root), "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"file": str(target), "entries": 1}
    assert target.read_bytes().startswith(b"<?xml")


def test_beside_the_watch_mail_is_tested_and_what_is_held_let_go(
    db: Database, data: DataDir, server: FreePort, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(data, server.port, 'operators = ["op@example.org"]\n')
    at = now()
    put(db, agency="a", at=at)
    db.execute("update agencies set portal = 'qingshi'")
    held(db, stamp(at))
    with exclusive(data):
        assert gouji("alert", "--data", str(data.root)) == 3
        assert gouji("alert", "--data", str(data.root), "--test") == 0
        assert gouji("alert", "--data", str(data.root), "--dry-run") == 0
        assert sorted(mailbox.receivers) == ["op@example.org", "zhang@example.org"]
        assert gouji("alert", "--data", str(data.root), "--release", "qingshi") == 0
        assert "已放行 1 个机关的通报；值守正在运行" in capsys.readouterr().out
    assert gouji("alert", "--data", str(data.root)) == 0
    assert sorted(mailbox.receivers)[-2:] == ["zhang@example.org"] * 2
