"""`gouji doctor` says what is wrong with a data directory, mends nothing and never fails itself."""

import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crawler.ground.archive import open_archive
from crawler.ground.data import DataDir, connect
from crawler.ledger.documents import record
from monitor.cli import main
from monitor.demo.servers import Mailbox, serve_mail
from monitor.schema import ALL, open_database
from tests.archives import file_of

NOW = datetime(2026, 2, 1, tzinfo=UTC)


def doctor(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["doctor", *arguments], env={"GOUJI_DATA": None})


def checks(data: DataDir, *arguments: str) -> dict[str, tuple[bool | None, str]]:
    result = doctor("--data", str(data.root), "--json", *arguments)
    found = json.loads(result.stdout)
    assert found["ok"] is (result.exit_code == 0)
    return {one["name"]: (one["ok"], one["detail"]) for one in found["checks"]}


@pytest.fixture
def kept(data: DataDir) -> list[str]:
    """Hashes of three archived documents."""
    archive = open_archive(data)
    with closing(open_database(data)) as db:
        hashes = [archive.put(f"报告{number}".encode()) for number in range(3)]
        for number, sha256 in enumerate(hashes):
            record(db, sha256=sha256, url=f"file:///{number}.html", now=NOW)
    return hashes


def test_a_sound_directory(data: DataDir, kept: list[str]) -> None:
    result = doctor("--data", str(data.root))
    assert result.exit_code == 0, result.output
    assert "一切正常" in result.output
    found = checks(data)
    assert found["integrity"] == (True, "ok")
    assert found["archive"] == (True, "3 of 3 documents read, every hash agrees")
    assert found["mail"][0] is None


def test_a_directory_that_was_named_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor("--data", str(tmp_path / "没有")).exit_code == 1
    monkeypatch.chdir(tmp_path)
    result = doctor()
    assert result.exit_code == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["missing", "altered", "a pipe"])
def test_a_damaged_archive(damage: str, data: DataDir, kept: list[str]) -> None:
    path = file_of(data, kept[1])
    path.chmod(0o644)
    if damage != "altered":
        path.unlink()
    if damage == "a pipe":
        os.mkfifo(path)
    elif damage == "altered":
        path.write_bytes("报告0".encode())
    ok, detail = checks(data, "--full")["archive"]
    assert ok is False
    assert kept[1] in detail


def test_a_damaged_database(data: DataDir, kept: list[str]) -> None:
    data.database.write_bytes(b"\x00garbage" * 1000)
    assert checks(data)["database"][0] is False


def test_rows_that_point_nowhere(data: DataDir, kept: list[str]) -> None:
    with closing(sqlite3.connect(data.database)) as db:
        db.execute("pragma foreign_keys = off")
        db.execute("insert into agency_names (agency, name) values ('没有', '示例县民政局')")
        db.commit()
    ok, detail = checks(data)["foreign keys"]
    assert ok is False
    assert "agency_names" in detail


def test_a_clock_that_stands_behind_the_documents(data: DataDir) -> None:
    with closing(open_database(data)) as db:
        record(db, sha256="a" * 64, url="file:///将来.html", now=datetime(2999, 1, 1, tzinfo=UTC))
    assert checks(data)["clock"][0] is False


def test_a_bad_configuration(data: DataDir) -> None:
    data.config_path.write_text("[crawl]\nspeed = 1\n", encoding="utf-8")
    ok, detail = checks(data)["gouji.toml"]
    assert ok is False
    assert "line 2" in detail


def test_pending_migrations_are_told_and_not_applied(data: DataDir) -> None:
    with closing(connect(data, ALL[:1])) as db:
        tables = db.table_names()
    assert "m001" in checks(data)["migrations"][1]
    with closing(sqlite3.connect(data.database)) as raw:
        assert [row[0] for row in raw.execute("select name from sqlite_master where type = 'table'")] == tables


def mail(data: DataDir, port: int) -> None:
    data.config_path.write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsender = "gouji@example.org"\nrecipients = ["you@example.org"]\n',
        encoding="utf-8",
    )


def test_the_mail_server_is_asked_and_nothing_is_sent(data: DataDir) -> None:
    mailbox = Mailbox()
    with serve_mail(mailbox) as port:
        mail(data, port)
        ok, detail = checks(data)["mail"]
    assert ok is True
    assert "250" in detail
    assert mailbox.messages == []
    ok, detail = checks(data)["mail"]
    assert ok is False
    assert "127.0.0.1" in detail
