"""A national season in small: portals in trouble, reports in all formats, ninety days; what it costs and how it grows.

`python -m bench.season [SITES REPORTS] [--curve N…] [--nights N] [--scans N] [--keep DIR]`. By default 930 sites with
10,000 reports, and before them a tenth and a third of that for the curve; the whole country is `14000 150000 --curve
1000 10000 100000` and takes hours (docs/performance.md). Everything is real but the clock, which is passed in: HTTP on
loopback, crawl, archive, reading by two processes, judgement, mail, pages; of the ninety days so many nights are lived.
One thing goes wrong in twenty reports, and each site is out of order about three times a year. Exits 1 for a wrong
figure.
"""

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as hour
from multiprocessing import get_context
from pathlib import Path

from bench._season_judge import figures, findings
from bench._season_world import PROPORTIONS, address, prepare, season
from bench._world import World
from bench.years import register
from crawler.agencies.register_import import import_csv
from crawler.ground.clock import SHANGHAI
from crawler.ground.data import DataDir, create
from monitor.schema import open_database

FIRST, DAYS, START = date(2023, 1, 6), 90, hour(2, 30)
PORT = 8941
ROOT = Path(__file__).parents[1]
SHOWN = ("/", "/findings", "/agencies", "/reports", "/search?q=公开")
STEPS = ("crawl", "extract", "check", "digest", "pages")


@dataclass(slots=True)
class Cost:
    """What a step took in all its nights: elapsed and processor seconds, the most memory in MB."""

    elapsed: float = 0.0
    work: float = 0.0
    memory: float = 0.0
    said: list[dict[str, object]] = field(default_factory=list)


@dataclass(slots=True)
class Lived:
    """One season."""

    reports: int
    world: World
    nights: Sequence[date]
    costs: Mapping[str, Cost]
    size: Mapping[str, int]
    wrong: int


@contextmanager
def served(sites: int, reports: int, scans: int, day: date, files: Path) -> Iterator[None]:
    """The sites of one day, in a process of their own."""
    words = [PORT, sites, reports, scans, day, files]
    command = [sys.executable, "-m", "bench._season_site", *map(str, words)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        server.stdout.readline()
        try:
            yield
        finally:
            server.terminate()


def run(cost: Cost, *command: str) -> None:
    """One step in a process of its own, which prints JSON."""
    begun = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, stdout=out)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read().strip()
    if process.returncode not in (0, 3):  # 3: a portal could not be reached
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    cost.elapsed += time.perf_counter() - begun
    cost.work += used.ru_utime + used.ru_stime
    cost.memory = max(cost.memory, used.ru_maxrss / 1024)
    cost.said.append(json.loads(printed.splitlines()[-1]))


def clock(day: date, begun: float) -> str:
    """What the clock shows in a night that began at half past two: a crawl is over before the rest begins."""
    passed = timedelta(seconds=time.perf_counter() - begun)
    return (datetime.combine(day, START, SHANGHAI) + passed).isoformat()


def look(cost: Cost, root: Path) -> None:
    """Fetches the pages for people, three times each, from the server that people use."""
    command = [sys.executable, "-m", "monitor.cli", "serve", "--port", str(PORT + 1), "--data", str(root)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        assert server.stdout is not None
        told = server.stdout.readline()
        while "http://" not in told and server.poll() is None:
            told = server.stdout.readline()
        begun = time.perf_counter()
        for path in SHOWN * 3:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT + 1}{urllib.parse.quote(path, '/?=')}").read()
            except urllib.error.HTTPError as error:
                cost.said.append({path: error.code})
        cost.elapsed += time.perf_counter() - begun
        server.terminate()
        _, _, used = os.wait4(server.pid, 0)
        server.returncode = 0
    cost.work += used.ru_utime + used.ru_stime
    cost.memory = max(cost.memory, used.ru_maxrss / 1024)


def live(place: Path, sites: int, reports: int, nights: Sequence[date], scans: int) -> Lived:
    """A season of this size in a data directory of its own."""
    world = season(sites, reports)
    begun = time.perf_counter()
    prepare(world, place / "files", scans)
    print(f"== {sites} sites, {len(world.bodies)} bodies, {len(world.pages)} reports", end="", flush=True)
    print(f" (files made in {time.perf_counter() - begun:.0f} s, not counted)", flush=True)
    data = create(DataDir(place / "data"))
    tables = "".join(
        f'[[portal]]\nid = "{name}"\nstart_url = "http://{address(at)}:{PORT}/nb/"\n'
        for at, name in enumerate(world.portals)
    )
    data.config_path.write_text(f"[crawl]\ndelay = 0.0\n{tables}", encoding="utf-8")
    with closing(open_database(data)) as db:
        import_csv(db, register(world, place / "register.csv"))
    costs = {name: Cost() for name in (*STEPS, "formats")}
    for day in nights:
        begun = time.perf_counter()
        with served(sites, reports, scans, day, place / "files"):
            run(costs["crawl"], "crawler", "--quiet", "--data", str(data.root), "--now", clock(day, begun))
        for step in ("extract", "check", "digest"):
            run(costs[step], "bench._season_steps", step, str(data.root), clock(day, begun))
        spent = ", ".join(f"{name} {cost.elapsed:.0f} s" for name, cost in costs.items() if cost.elapsed)
        print(f"{day} so far: {spent}", file=sys.stderr, flush=True)
    look(costs["pages"], data.root)
    run(costs["formats"], "bench._season_steps", "formats", str(data.root), clock(day, begun))
    files = [path for path in (data.root / "archive").rglob("*") if path.is_file()]
    size = {"database": data.database.stat().st_size, "archive": sum(path.stat().st_size for path in files)}
    # In a process of its own: a command counts as its own memory what the process that begins it has ever held.
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        wrong = apart.submit(told, data, world, nights, scans, costs, size).result()
    return Lived(len(world.pages), world, nights, costs, size, wrong)


def told(
    data: DataDir,
    world: World,
    nights: Sequence[date],
    scans: int,
    costs: Mapping[str, Cost],
    size: Mapping[str, int],
) -> int:
    """Prints what came of a season; the number of wrong figures."""
    with closing(open_database(data)) as db:
        read = figures(db, world, nights, scans)
        count, false, missed = findings(db, world, nights)
        asked = db.execute("select count(*) from fetches").fetchone()[0]
    sites, reports = len(world.portals), read.counted["reports"]
    requests = sum(int(str(one.get("requests", 0))) for one in costs["crawl"].said)
    mails = sum(int(str(one.get("mails", 0))) for one in costs["digest"].said)
    print(f"sites {sites}, requests {requests} ({asked} lines in the ledger), mails {mails}")
    print(f"reports seen {reports}, stored {read.counted['stored']}")
    stated = {name: read.counted[name] for name in ("exact", "wrong", "unread")}
    print(f"figures {sum(stated.values())}: {', '.join(f'{name} {value}' for name, value in stated.items())}")
    hard = [one for one in false if one.kind in ("fatal", "explain")]
    print(
        f"findings {count['told']}: true {count['true']}, false {len(hard)}, hints on sound reports {count['hint']}; "
        f"wrong cells of which nothing is told {len(missed)}"
    )
    for line in (*read.wrong[:10], *(f"FALSE {one.rule} {one.agency} {one.message[:80]}" for one in hard[:10])):
        print(f"  {line}")
    hints = Counter(f"{one.rule} ({one.kind})" for one in false if one.kind not in ("fatal", "explain"))
    print(f"  hints: {dict(hints.most_common(8))}; not told: {missed[:5]}")
    spent = costs["formats"].said[-1]["formats"]
    assert isinstance(spent, dict)
    print(f"{'format':8}{'reports':>8}{'exact':>9}{'wrong':>6}{'unread':>8}{'ms to read one':>16}")
    for kind, one in sorted(read.by_format.items(), key=lambda item: -item[1]["reports"]):
        ms = f"{spent[kind] * 1000:16.0f}" if kind in spent else f"{'-':>16}"
        print(f"{kind:8}{one['reports']:8}{one['exact']:9}{one['wrong']:6}{one['unread']:8}{ms}")
    print(f"{'step':8}{'elapsed s':>10}{'processor s':>12}{'ms a report':>12}{'peak MB':>8}")
    for name in STEPS:
        cost = costs[name]
        each = cost.work / max(reports, 1) * 1000
        print(f"{name:8}{cost.elapsed:10.1f}{cost.work:12.1f}{each:12.2f}{cost.memory:8.0f}")
    sizes = ", ".join(
        f"{name} {value / 1e6:.0f} MB ({value / reports / 1000:.1f} KB a report)" for name, value in size.items()
    )
    print(sizes, flush=True)
    return read.counted["wrong"]


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """Of the power law that fits best, by least squares of the logarithms."""
    logs = [(math.log(x), math.log(y)) for x, y in points if y > 0]
    middle = [sum(one) / len(logs) for one in zip(*logs, strict=True)]
    spread = sum((x - middle[0]) ** 2 for x, _ in logs)
    return sum((x - middle[0]) * (y - middle[1]) for x, y in logs) / spread if spread else math.nan


def curve(lived: Sequence[Lived]) -> None:
    """Prints how each step grows: processor seconds, and the exponent of its power law."""
    print("-- processor seconds by reports; exponent by least squares of the logarithms (1: linear)")
    print(f"{'step':10}{''.join(f'{one.reports:>12}' for one in lived)}{'exponent':>10}")
    for name in STEPS:
        points = [(one.reports, one.costs[name].work) for one in lived]
        print(f"{name:10}{''.join(f'{work:12.1f}' for _, work in points)}{exponent(points):10.2f}")
    for name in ("database", "archive"):
        points = [(one.reports, one.size[name] / 1e6) for one in lived]
        print(f"{name:7} MB{''.join(f'{work:12.1f}' for _, work in points)}{exponent(points):10.2f}")


def main() -> None:
    """Lives the sizes of the curve, then the season asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.season")
    parser.add_argument("sites", nargs="?", type=int, default=930)
    parser.add_argument("reports", nargs="?", type=int, default=10_000)
    parser.add_argument("--curve", nargs="*", type=int, help="sizes lived before, in reports")
    parser.add_argument("--nights", type=int, default=5)
    parser.add_argument("--scans", type=int, default=8, help="the most scans that are made; the others are PDFs")
    parser.add_argument("--keep", type=Path, help="where everything stays")
    asked = parser.parse_args()
    nights = [FIRST + timedelta(days=round(DAYS * at / max(asked.nights - 1, 1))) for at in range(asked.nights)]
    sizes = [asked.reports // 10, asked.reports // 3] if asked.curve is None else asked.curve
    wanted = asked.reports * PROPORTIONS["tif"] // 1000
    print(f"{FIRST} and {DAYS} days, lived on {len(nights)} nights; scans: {min(asked.scans, wanted)} of {wanted}")
    lived = []
    with tempfile.TemporaryDirectory() as scratch:
        for size in (*sizes, asked.reports):
            place = (asked.keep or Path(scratch)) / str(size)
            place.mkdir(parents=True, exist_ok=True)
            sites = max(round(asked.sites * size / asked.reports), 1)
            lived.append(live(place, sites, size, nights, asked.scans))
            if not asked.keep:
                shutil.rmtree(place)
    curve(lived)
    sys.exit(any(one.wrong for one in lived))


if __name__ == "__main__":
    main()
