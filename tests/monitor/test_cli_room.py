"""A long list does not flood a terminal; a file or a program takes all of it."""

import json
import os
import pty
import subprocess
import sys
from contextlib import closing

import pytest
from sqlite_utils import Database

from crawler.ground.data import DataDir
from monitor.commands.options import MOST_ON_TERMINAL
from monitor.findings import Finding, Key, save

COUNT = MOST_ON_TERMINAL + 30


@pytest.fixture
def crowded(data: DataDir, db: Database) -> DataDir:
    """One more body, finding and absence than a terminal is given, thirty times."""
    with db.atomic():
        for number in range(COUNT):
            name = f"示例{number:03}县财政局"
            db.execute(
                "insert into agencies (code, name, kind, level, source) values (?, ?, 'department', 'county', 'x')",
                [name, name],
            )
            save(
                db,
                [
                    Finding(
                        Key(name, 2024, "t4.sum", "reconsideration"),
                        "fatal",
                        "fail",
                        "open",
                        "source",
                        f"{name}：不符",
                        f"{name}: wrong",
                        {},
                        None,
                        "2025-02-01T00:00:00.000000+00:00",
                        "2025-02-01T00:00:00.000000+00:00",
                    )
                ],
            )
    return data


def on_terminal(data: DataDir, *line: str) -> str:
    """What the command prints where standard output is a terminal."""
    master, slave = pty.openpty()
    with closing(os.fdopen(master, "rb", buffering=0)) as screen:
        with subprocess.Popen(
            [sys.executable, "-m", "monitor.cli", "--data", str(data.root), *line],
            stdout=slave,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        ) as process:
            os.close(slave)
            said = b""
            while part := _read(screen.fileno()):
                said += part
        assert process.returncode == 0, said.decode()
    return said.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end was closed: Linux's word for the end of a terminal's output
        return b""


def in_file(data: DataDir, *line: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "monitor.cli", "--data", str(data.root), *line],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    ).stdout


@pytest.mark.parametrize("line", [["findings"], ["missing", "--year", "2024"], ["agencies", "list"]])
def test_a_terminal_is_given_the_first_and_told_of_the_rest(line: list[str], crowded: DataDir) -> None:
    first, last = f"示例{MOST_ON_TERMINAL - 1:03}县财政局", f"示例{COUNT - 1:03}县财政局"
    said = on_terminal(crowded, *line)
    assert first in said
    assert last not in said
    assert "另有 30 项" in said
    whole = in_file(crowded, *line)
    assert last in whole
    assert "另有" not in whole


def test_json_leaves_nothing_out(crowded: DataDir) -> None:
    assert len(json.loads(on_terminal(crowded, "findings", "--json"))) == COUNT
    assert json.loads(in_file(crowded, "findings", "--agency", "示例000县财政局", "--year", "2020", "--json")) == []
