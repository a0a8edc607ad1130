"""One failure costs itself alone: bodies whose stored rows are nonsense, and nobody else is judged or told otherwise.

GOUJI_SEEDS=10 drives ten times as much; a failure names the seed and what was written.
"""

import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from crawler.ground.data import DataDir
from monitor.samples import make_history
from tests.hostile import SEEDS
from tests.hostile.road import Ended, control, copy_of, gouji, innocents, judged, query
from tests.hostile.rows import bodies, spoil

VICTIMS = [f"黑石县第{number}管理局" for number in range(30)]
RUNS = 4 * SEEDS
DRIVEN: Counter[str] = Counter()
# What concerns all bodies: none of these may end in an error of our own because of one of them.
FOR_ALL = (
    ["check", "--all", "--json"],
    ["missing", "--json"],
    ["findings"],
    ["findings", "--json"],
    ["export", "{out}"],
    ["alert", "--dry-run"],
    ["check", "--json"],
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> DataDir:
    """The good reports and those of the bodies whose rows will be spoilt, all read and judged."""
    folder = tmp_path_factory.mktemp("bodies")
    data = control(folder)
    (folder / "more").mkdir()
    for number, name in enumerate(VICTIMS):
        for report in make_history(number, name, [2023, 2024]):
            wrong = report.with_cell("T3[granted,total]", report.count("T3[granted,total]") + 1)
            (folder / "more" / f"{number}-{report.year}.txt").write_text(wrong.text(), encoding="utf-8")
    for line in (["add", str(folder / "more")], ["extract"], ["check"]):
        assert not gouji(data, *line).faulty
    return data


def asked(data: DataDir, name: str) -> list[tuple[int, str]]:
    """What a person sees of one body: status and words of each command about it."""
    lines = (("show", name, "2024"), ("show", name), ("diff", name, "2023", "2024"), ("findings", "--agency", name))
    return [(ended.status, ended.out) for ended in (gouji(data, *line) for line in lines)]


@pytest.mark.parametrize("seed", range(RUNS))
def test_bodies_with_nonsense_cost_nobody_but_themselves(sound: DataDir, tmp_path: Path, seed: int) -> None:
    data = copy_of(sound, tmp_path / "data")
    good = innocents()[0].agency
    before, seen = judged(data), asked(data, good)
    assert before
    written = spoilt(data, seed, VICTIMS)
    DRIVEN.update(bodies=sum(map(bool, written.values())), runs=1)
    for number, line in enumerate(FOR_ALL):
        ended = gouji(data, *(part.format(out=tmp_path / "out") for part in line))
        if wrong(ended):
            alone = narrowed(sound, tmp_path, seed, [*FOR_ALL[:number], line])
            pytest.fail(f"seed {seed}: {ended}\nwritten, by those who do it alone:\n" + "\n".join(alone))
        assert judged(data) == before, f"seed {seed}: after {line} a good report is judged otherwise\n{written}"
    assert asked(data, good) == seen, f"seed {seed}: another body is shown otherwise\n{written}"
    assert_told(data, f"seed {seed}\n{written}")
    for name in VICTIMS[:5]:
        for status, out in asked(data, name):
            assert status in (0, 1, 2, 3), out
            assert "Traceback" not in out


def wrong(ended: Ended) -> bool:
    """A check or a list that could not do all ends with 3, and says whom; an export writes all or nothing, and says why."""
    return ended.faulty or ended.status not in (
        (0, 3) if ended.line[0] in ("alert", "check", "export", "findings") else (0, 1)
    )


def spoilt(data: DataDir, seed: int, names: Sequence[str]) -> dict[str, list[str]]:
    """Writes nonsense into the rows of these bodies; what was written into whose."""
    connection = sqlite3.connect(data.database, isolation_level=None)
    try:
        codes = bodies(connection, names)
        assert len(codes) == len(names)
        return {name: spoil(connection, codes[name], random.Random(f"bodies/{seed}/{name}")) for name in names}
    finally:
        connection.close()


def narrowed(sound: DataDir, folder: Path, seed: int, lines: Sequence[Sequence[str]]) -> list[str]:
    """The bodies whose nonsense alone makes the last of these commands fail, some of them, and what it is."""
    found: list[str] = []
    for number, name in enumerate(VICTIMS):
        data = copy_of(sound, folder / f"alone-{number}")
        written = spoilt(data, seed, [name])
        if (
            written[name]
            and [wrong(gouji(data, *(part.format(out=folder / f"out-{number}") for part in line))) for line in lines][
                -1
            ]
        ):
            found.append(f"{name}: {'; '.join(written[name])}")
        if len(found) == 2:
            break
    return found


def assert_told(data: DataDir, said: str) -> None:
    """Who was not judged has a finding of class health that says so."""
    codes = {code for name, code in query(data, "select name, code from agencies") if name in VICTIMS}
    left = {row[0] for row in query(data, "select distinct agency from reports where checked is null")} & codes
    told = {
        row[0]
        for row in query(
            data, "select agency from findings where class = 'health' and status in ('open', 'regressed', 'shadow')"
        )
    }
    assert left <= told, f"not judged and not told of: {left - told}\n{said}"


def test_how_many_were_driven(record_property: Callable[[str, object], None]) -> None:
    if DRIVEN["runs"] < RUNS:
        pytest.skip("only a part of this file was run")
    record_property("driven", f"{DRIVEN['bodies']} bodies with nonsense in their rows")
    assert DRIVEN["bodies"] >= 100
