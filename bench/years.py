"""Three years of 3,000 bodies on 75 portals with every kind of trouble: is each event told once, and nothing else?

`python -m bench.years [--agencies 3000 --portals 75 --years 3 --seed 1]`. Takes minutes, and so is not part of
`python -m bench`. Time is passed in; the pipeline is the real one from the ledger to the mail, without the web. Exits 1
if anything was missed, false or double. Events are counted for each of three readers.
"""

import argparse
import logging
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench._machine import Machine, Office
from bench._tellings import Judgement, Letters, judge, read, table
from bench._world import World, make_world
from crawler.agencies.register_import import import_csv
from crawler.ground.config import Config, MailSettings, Portal, Subscription
from crawler.ground.data import DataDir, create
from crawler.ledger.portals import sync
from monitor.demo.servers import serve_mail
from monitor.schema import open_database

ALL, OPERATOR, WEEKLY = "all@example.org", "operator@example.org", "weekly@example.org"
WEEKLY_DIVISIONS = ("34", "37")


@dataclass(frozen=True, slots=True)
class Lived:
    """The result of these years."""

    result: Judgement
    letters: Letters
    faults: Mapping[str, int]
    runs: int
    seconds: float
    size: int


def settings(world: World, port: int) -> Config:
    """Three readers: one who gets everything, an operator, and one who gets a weekly mail on two provinces."""
    mail = MailSettings(
        port=port, sender="gouji@example.org", recipients=(ALL,), operators=(OPERATOR,), settle_hours=20.0
    )
    return Config(
        mail=mail,
        portals=tuple(Portal(name, f"http://127.0.0.1/{name}/") for name in world.portals),
        subscriptions=(Subscription(WEEKLY, divisions=WEEKLY_DIVISIONS, period="weekly"),),
    )


def register(world: World, path: Path) -> Path:
    """The register as a file."""
    lines = [
        f"{one.name},{'government' if one.government else 'department'},county,{one.division},{one.portal}"
        for one in world.bodies
    ]
    path.write_text("\n".join(["name,kind,level,division,portal", *lines, ""]), encoding="utf-8")
    return path


def live(world: World, folder: Path, seed: int, progress: Callable[[str], None] = lambda _line: None) -> Lived:
    """Runs all years of this world in a data directory of its own."""
    data, office = create(DataDir(folder / "data")), Office()
    begun = time.perf_counter()
    with serve_mail(office) as port:
        config = settings(world, port)
        machine = Machine(world, data, config, office, random.Random(f"faults/{seed}"), progress=progress)
        import_csv(machine.db, register(world, folder / "register.csv"))
        sync(machine.db, config)
        machine.live()
    db = open_database(data)
    try:
        letters = read(db, office.messages, office.at)
        weekly = frozenset(one.portal for one in world.bodies if one.division.startswith(WEEKLY_DIVISIONS))
        result = judge(machine, db, letters, {ALL: None, OPERATOR: None, WEEKLY: weekly})
    finally:
        db.close()
    return Lived(
        result, letters, machine.faults, len(machine.runs), time.perf_counter() - begun, data.database.stat().st_size
    )


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.years")
    for name, value in (("agencies", 3000), ("portals", 75), ("years", 3), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--eventful", type=float, default=1.0, help="how many times as often as usual things happen")
    parser.add_argument("--remarks", type=int, default=20, help="how many of the faults to print")
    wanted = parser.parse_args()
    # The mail server complains about connections that a dying sender leaves open.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    world = make_world(wanted.agencies, wanted.portals, wanted.years, wanted.seed, wanted.eventful)
    with tempfile.TemporaryDirectory() as scratch:
        lived = live(world, Path(scratch), wanted.seed, lambda line: print(line, file=sys.stderr, flush=True))
    print("\n".join(table(lived.result)))
    print(
        f"{lived.runs} runs, {lived.letters.mails} mails, {lived.letters.again} of them sent "
        f"twice under one Message-ID; {lived.seconds:.0f} s; database {lived.size / 1e6:.0f} MB"
    )
    print("faults: " + ", ".join(f"{name} {count}" for name, count in sorted(lived.faults.items())))
    print("\n".join(lived.result.remarks[: wanted.remarks]))
    sys.exit(1 if lived.result.faults else 0)


if __name__ == "__main__":
    main()
