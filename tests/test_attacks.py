"""Every line of ../shared/attacks/README.md: the scene is acted out with the real command, and what is right of it demanded."""

import ast
import json
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crawler.ground.data import DataDir
from tests.attacks import ATTACKS, GOUJI, NEEDED, Scene, play, spent
from tests.hostile.road import gouji, query

pytestmark = NEEDED
TWICE = 2.6  # how much more processor time twice the input may take, the fixed part of a command included
MOST = 25.0  # seconds of processor time that the larger may take
# Scenes that are played with another mail server or clock of their own below, or that the tests of a stage play.
SCENES = {
    "control_characters",
    "all_control_characters",
    "subtotals",
    "all_subtotals",
    "killed_workers",
    "export",
    "unwatched_portal",
    "two_versions",
    "guard",
    "headings",
    "marks",
    "hogging_page",
    "drip",
    "flood",
    "links",
    "password",
    "clock_back",
    "arguments",
    "other_ports",
    "credentials",
    "replies",
    "privacy",
    "health_page",
    "later_database",
    "destroyed_pages",
    "data_uri",
    "empty_title",
    "rosters",
    "pagers",
    "jsonp",
    "attributes",
    "surrogate",
}


def data_of(scene: Scene) -> DataDir:
    return DataDir(scene.data)


def left(scene: Scene) -> list[tuple[int, int, int, int]]:
    """The scene's own counts, each time it says them: (read, documents, problems, open findings)."""
    return [
        tuple(map(int, found))  # type: ignore[misc]  # four, as the pattern says
        for found in re.findall(r"read: (\d+) of (\d+) documents; problems: (\d+) ; open findings: (\d+)", scene.out)
    ]


def test_every_scene_is_played() -> None:
    """A scene that is added beside the project needs a test here."""
    assert ATTACKS.is_dir(), f"the attacks are missing: {ATTACKS}"
    done = subprocess.run([sys.executable, "-B", "scenes.py"], cwd=ATTACKS, capture_output=True, text=True, check=False)
    named = set((done.stdout + done.stderr).split()) - {"None"}
    assert named == SCENES


# ------------------------------------------------------------------ one document


@pytest.mark.parametrize("name", ["control_characters", "all_control_characters"])
def test_control_characters(name: str, tmp_path: Path) -> None:
    scene = play(name, tmp_path)
    assert [command.status for command in scene.commands] == [0, 0, 0], scene.out
    [(read, documents, _, findings)] = left(scene)
    assert read == documents
    assert findings >= 1, "the wrong total is told"
    assert not query(
        data_of(scene),
        "select raw from cells where raw glob '*[' || char(1) || '-' || char(8) || char(11) || char(12) || ']*'",
    )


@pytest.mark.parametrize("name", ["subtotals", "all_subtotals"])
def test_subtotals(name: str, tmp_path: Path) -> None:
    scene = play(name, tmp_path)
    assert [command.status for command in scene.commands] == [0, 0, 0], scene.out
    [(read, documents, problems, findings)] = left(scene)
    assert (read, findings >= 1, problems >= 1) == (documents, True, True), scene.out
    judged = query(data_of(scene), "select count(*) from current_reports where checked is null")
    assert judged == [(0,)]


def test_killed_workers(tmp_path: Path) -> None:
    scene = play("killed_workers", tmp_path)
    assert [read for read, *_ in left(scene)] == [14, 14, 14], scene.out
    everything, rest = (
        next(command for command in scene.commands if command.line.startswith(line))
        for line in ("extract --all", "extract --data")
    )
    # Who was killed is begun anew; where that did not help, the status says so, and the next run reads it.
    assert everything.status == (0 if "14 份" in everything.said else 3), scene.out
    assert rest.status == 0, scene.out


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("guard", 40_000),
        ("headings", 5_000),
        ("rosters", 20),
        ("pagers", 1_300),
        ("jsonp", 10_000),
        ("attributes", 40_000),
        ("two_versions", 400),
    ],
)
def test_twice_the_input(name: str, size: int, tmp_path: Path) -> None:
    one, two = play(name, tmp_path / "one", size), play(name, tmp_path / "two", size * 2)
    assert two.seconds < MOST, two.out
    assert two.seconds < one.seconds * TWICE, f"{size}: {one.seconds:.1f} s, {size * 2}: {two.seconds:.1f} s\n{two.out}"
    if name in ("rosters", "pagers"):
        assert dict(query(data_of(two), "select id, state from portals"))["p0"] == "ok"
        assert query(data_of(two), "select count(*) from documents where url like '%/good.html'") == [(1,)]
    if name == "two_versions":
        assert query(data_of(two), "select count(*) from findings where rule = 'pub.changed'") == [(1,)]


def test_marks(tmp_path: Path) -> None:
    scene = play("marks", tmp_path)
    assert int(re.findall(r"marks in the output: (\d+)", scene.out)[0]) <= 200, scene.out


# ------------------------------------------------------------------ portals


def test_empty_title(tmp_path: Path) -> None:
    data = data_of(play("empty_title", tmp_path))
    assert query(data, "select state from portals") == [("ok",)]
    assert query(data, "select count(*) from documents where url like '%/good.html'") == [(1,)]


def test_surrogate(tmp_path: Path) -> None:
    data = data_of(play("surrogate", tmp_path))
    assert query(data, "select count(*) from documents where url like '%/good.html'") == [(1,)]
    assert query(data, "select state from portals") != [("failing",)]


def test_hogging_page(tmp_path: Path) -> None:
    scene = play("hogging_page", tmp_path)
    assert dict(query(data_of(scene), "select id, state from portals"))["p1"] == "ok", scene.out
    assert query(data_of(scene), "select count(*) from documents where portal = 'p1'") == [(1,)]
    asked = [int(times) for times in re.findall(r"the page was asked for: (\d+)", scene.out)]
    assert asked[-1] <= 2 or scene.commands[-1].status in (0, 3), scene.out


def test_other_ports(tmp_path: Path) -> None:
    scene = play("other_ports", tmp_path)
    assert "connections on other ports: []" in scene.out


def test_credentials(tmp_path: Path) -> None:
    scene = play("credentials", tmp_path)
    assert "kept: []" in scene.out, scene.out
    plain = "select name from pragma_table_list where type in ('table', 'shadow')"  # the index itself has no rows
    for (table,) in query(data_of(scene), plain):
        assert not any("s3cret" in str(row) for row in query(data_of(scene), f'select * from "{table}"')), table


# ------------------------------------------------------------------ who is accused


def test_unwatched_portal(tmp_path: Path) -> None:
    scene = play("unwatched_portal", tmp_path)
    data = data_of(scene)
    assert query(
        data, "select count(*) from findings where rule = 'pub.state' and status in ('open', 'regressed')"
    ) == [(0,)]
    assert query(
        data, "select count(*) > 0 from findings where class = 'health' and status in ('open', 'regressed')"
    ) == [(1,)], "the operator is told"
    told = gouji(data, "missing", "--json").value
    assert {entry["state"] for entry in told["entries"]} == {"not_assessable"}
    assert "p9" in gouji(data, "doctor").out
    assert "p9" in scene.commands[0].said, "the import says it"


@pytest.mark.skipif(not shutil.which("cc"), reason="no C compiler on this machine to set a clock with")
def test_clock_back(tmp_path: Path) -> None:
    scene = play("clock_back", tmp_path)
    days = {day: dict(ast.literal_eval(found)) for day, found in re.findall(r"(20\d\d-\d\d-\d\d): (\[.*\])", scene.out)}
    assert days["2026-01-05"] == days["2026-02-09"], scene.out
    assert not {"resolved", "regressed"} & {status for found in days.values() for status in found}, scene.out


# ------------------------------------------------------------------ the user's own things


def test_export(tmp_path: Path) -> None:
    assert "notes.txt is there: True" in play("export", tmp_path).out


def test_links(tmp_path: Path) -> None:
    scene = play("links", tmp_path)
    assert "still a link: True" in scene.out
    assert "still a device: False" not in scene.out
    assert "the file behind the link is untouched: True" in scene.out


def test_data_uri(tmp_path: Path) -> None:
    scene = play("data_uri", tmp_path)
    assert [command.status for command in scene.commands] == [0, 0], scene.out
    assert query(DataDir(tmp_path / "file:x"), "select count(*) from documents") == [(1,)]
    assert {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*") if path.is_file()} == {
        "file:x",
        "a.html",
    }


def test_arguments(tmp_path: Path) -> None:
    scene = play("arguments", tmp_path)
    assert all(command.status in (1, 2, 3) for command in scene.commands), scene.out
    assert "surrogates" not in scene.out


def test_privacy(tmp_path: Path) -> None:
    scene = play("privacy", tmp_path)
    assert stat.S_IMODE(scene.data.stat().st_mode) & 0o077 == 0, scene.out
    assert "the crawler has" not in scene.out


# ------------------------------------------------------------------ mail


def mailing(root: Path, port: int) -> DataDir:
    data = DataDir(root)
    assert gouji(data, "init", str(root)).status == 0
    data.config_path.write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsender = "a@example.org"\nrecipients = ["b@example.org"]\nsession_timeout = 3\n',
        encoding="utf-8",
    )
    return data


@pytest.mark.parametrize("mode", ["drip", "flood"])
def test_servers_that_never_end(mode: str, tmp_path: Path) -> None:
    """The scenes' own servers, with a session of 3 s in place of 60: the alert ends, and little was taken."""
    with subprocess.Popen(
        [sys.executable, "-B", "-u", "smtp.py", mode], cwd=ATTACKS, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            data, before = mailing(tmp_path / "data", int(server.stdout.readline())), spent()
            done = subprocess.run(
                [GOUJI, "alert", "--test", "--data", str(data.root)],
                capture_output=True,
                text=True,
                timeout=30,
                check=False,
            )
        finally:
            server.kill()
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "自身的错误" not in done.stderr
    assert spent() - before < 15


def test_replies(tmp_path: Path) -> None:
    scene = play("replies", tmp_path)
    [(outcome,)] = query(data_of(scene), "select outcome from deliveries")
    assert outcome.startswith("failed: ")
    assert outcome.isprintable()
    assert "\u202e" not in outcome


def test_password(tmp_path: Path) -> None:
    scene = play("password", tmp_path)
    logins = ast.literal_eval(re.findall(r"the server got: (\[.*\])", scene.out)[0])
    said = scene.commands[-1]
    assert "密码5".encode() in b"".join(logins) or (said.status in (2, 3) and "GOUJI_MAIL_PASSWORD" in said.said), (
        scene.out
    )
    assert "密" not in said.said


# ------------------------------------------------------------------ service and database


def test_health_page(tmp_path: Path) -> None:
    scene = play("health_page", tmp_path)
    under = re.findall(r"under Host: rebinding.example: (\d+)", scene.out)
    assert under, scene.out
    assert under[0] != "200", scene.out
    said: dict[str, Any] = json.loads((scene.data / "status.json").read_text(encoding="utf-8"))
    assert any(
        isinstance(value, int) and not isinstance(value, bool) and value > 1
        for value in (said.get("process"), said.get("pid"))
    ), f"which process it was: {said}"


def test_later_database(tmp_path: Path) -> None:
    scene = play("later_database", tmp_path)
    check, doctor = scene.commands[-2:]
    assert (check.status, doctor.status) == (3, 1), scene.out
    assert "m9999_unknown" in check.said
    assert "m9999_unknown" in gouji(data_of(scene), "doctor").out


def test_destroyed_pages(tmp_path: Path) -> None:
    scene = play("destroyed_pages", tmp_path)
    ends = {command.line.split(" --data")[0]: command.status for command in scene.commands}
    assert ends["doctor --full"] != 0, scene.out
    assert ends["check --all"] != 0, scene.out
    assert next(status for line, status in ends.items() if line.startswith("show")) != 0, scene.out
