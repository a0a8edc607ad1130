"""One failure costs itself alone: hostile recipients and channels, and every good recipient has each mail exactly once.

GOUJI_SEEDS=10 drives ten times as much; a failure names the seed.
"""

import json
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.ground.data import DataDir
from tests.hostile import SEEDS
from tests.hostile.post import Server
from tests.hostile.road import Ended, control, copy_of, gouji, query

RUNS = 10 * SEEDS
DRIVEN: Counter[str] = Counter()
GOOD, BAD = 3, 12
STRANGE = (
    "bad{0}@example.org",
    "bad{0}+x%y@example.org",
    "bad{0}@[127.0.0.1]",
    "bad{0}é@example.org",
    "bad{0}@例子.中国",
    "bad{0}." + "x" * 60 + "@example.org",
    "bad{0}@" + "a." * 60 + "example",
    "bad{0}!x#y@example.org",
    "bad{0}-{0}@EXAMPLE.org",
)
# Channels that are no mail, and that fail each in its own way: nobody listens, no address, an address of nothing.
ROBOTS = {
    "GOUJI_ROBOT_A": "json://127.0.0.1:9/",
    "GOUJI_ROBOT_B": "",
    "GOUJI_ROBOT_C": "nosuch://\x1b[31m",
    "GOUJI_ROBOT_D": "pushplus://" + "a" * 32,
    "GOUJI_ROBOT_E": "://",
    "GOUJI_ROBOT_F": "jsons://127.0.0.1:9/?method=\x00",
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    return control(tmp_path_factory.mktemp("mail"))


def configured(data: DataDir, port: int, good: list[str], bad: list[str], robots: list[str]) -> None:
    text = (
        f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsender = "gouji@example.org"\nsession_timeout = 2\nperiod = "at_once"\nheartbeat = false\n'
        f"recipients = {json.dumps([*good[:1], *bad[::2], *good[1:2]], ensure_ascii=False)}\n"
    )
    text += "".join(
        f"[[subscription]]\nrecipient = {json.dumps(one, ensure_ascii=False)}\n" for one in (*bad[1::2], *good[2:])
    )
    text += "".join(
        f'[[subscription]]\nrecipient = "群{name[-1]}"\nchannel = "apprise"\nurl_env = "{name}"\n' for name in robots
    )
    data.config_path.write_text(text, encoding="utf-8")


def assert_told_once(server: Server, good: list[str], mails: int, what: str) -> None:
    for one in good:
        found = {key: count for key, count in server.taken.items() if key[0] == one}
        assert len(found) == mails, f"{what}: {one} has {len(found)} mails: {found}"
        assert set(found.values()) == {1}, f"{what}: {one} has a mail twice: {found}"


def refused(ended: Ended, addresses: list[str]) -> list[str]:
    """Addresses that a usage error names: the person takes them out, and runs it again."""
    return [one for one in addresses if ended.status == 2 and one in ended.err]


@pytest.mark.parametrize("seed", range(RUNS))
def test_recipients_cost_nobody_but_themselves(
    sound: DataDir, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, dice = copy_of(sound, tmp_path / "data"), random.Random(f"mail/{seed}")
    good = [f"good{number}@example.org" for number in range(GOOD)]
    bad = [dice.choice(STRANGE).format(number) for number in range(BAD)]
    robots = dice.sample(sorted(ROBOTS), 2)
    for name, value in ROBOTS.items():
        monkeypatch.setenv(name, value.replace("\x00", ""))
    with Server(seed) as server:
        configured(data, server.port, good, bad, robots)
        ended = gouji(data, "alert")
        while named := refused(ended, bad):
            bad = [one for one in bad if one not in named]
            configured(data, server.port, good, bad, robots)
            ended = gouji(data, "alert")
        DRIVEN.update(recipients=len(bad) + len(robots), runs=1)
        assert not ended.faulty, f"seed {seed}: {ended}"
        assert ended.status == 3, f"seed {seed}: some were refused: {ended}"
        assert_told_once(server, good, 1, f"seed {seed}")
        before = sum(server.met.values())
        assert before, f"seed {seed}: no bad recipient was tried"
        again = gouji(data, "alert")
        assert not again.faulty, f"seed {seed}: {again}"
        assert_told_once(server, good, 1, f"seed {seed}, a second alert")
        assert sum(server.met.values()) > before, f"seed {seed}: who was refused is tried again"
    outcomes = query(data, "select recipient, outcome from deliveries")
    assert {one for one, outcome in outcomes if outcome == "sent"} == set(good), f"seed {seed}"
    assert all(outcome.isprintable() and len(outcome) < 1000 for _, outcome in outcomes), f"seed {seed}: {outcomes}"


def test_how_many_were_driven(record_property: Callable[[str, object], None]) -> None:
    if DRIVEN["runs"] < RUNS:
        pytest.skip("only a part of this file was run")
    record_property("driven", f"{DRIVEN['recipients']} hostile recipients and channels")
    assert DRIVEN["recipients"] >= 100
