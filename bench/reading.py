"""Bytes → Report with all single-report rules, compared with `lxml.html.document_fromstring` on the same pages.

`python -m bench.reading [--parts] [--against DIR]`: with where the time goes; beside another state of this project,
whose folder is DIR, in turn with it.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import lxml.html

from bench._reading_parts import PARTS, REST, clocked
from bench._samples import page, reports
from extract import reading
from extract.model import Report
from extract.readers import read
from monitor.reconcile import engine
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import load

CEILING = 2.0
ROUNDS = 7
FLOOR, ALL = "lxml.html.document_fromstring (floor)", "read + parse + rules"
# Runs in any state of the project: the floor and the whole road, in turn, and the median of their ratios.
BOTH = """
import json, statistics, time
import lxml.html
from bench._samples import page, reports
from extract.run import read_report
from monitor.reconcile.engine import check_report
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import load
pages, book, context = [page(one) for one in reports(40)], load(), Context()
def seconds(work):
    begun = time.process_time()
    for body in pages:
        work(body)
    return time.process_time() - begun
def road(body):
    check_report(book, read_report(body, "page.html"), context)
road(pages[0])
pairs = [(seconds(lxml.html.document_fromstring), seconds(road)) for _ in range(3)]
print(json.dumps([min(one) / len(pages) for one in zip(*pairs)] + [statistics.median(b / a for a, b in pairs)]))
"""


def seconds(work: Callable[[bytes], object], pages: Sequence[bytes]) -> float:
    """Processor seconds for all pages once."""
    start = time.process_time()
    for body in pages:
        work(body)
    return time.process_time() - start


def steps() -> Mapping[str, Callable[[bytes], object]]:
    """What is measured, each with all that comes before it."""
    book = load()
    context = Context()

    def tables(body: bytes) -> Report:
        report = reading.read_report(body, "page.html")
        assert isinstance(report, Report)
        assert report.status == "complete"
        return report

    return {
        FLOOR: lxml.html.document_fromstring,
        "read": lambda body: read(body, "page.html"),
        "read + parse": tables,
        ALL: lambda body: engine.check_report(book, tables(body), context),
    }


def whole(pages: Sequence[bytes]) -> None:
    """Prints medians and ratios; floor and work alternate, so that changes of the machine's speed affect both."""
    work = steps()
    times: dict[str, list[float]] = {name: [] for name in work}
    for one in work.values():
        seconds(one, pages[:5])
    for _ in range(ROUNDS):
        for name, one in work.items():
            times[name].append(seconds(one, pages))
    size = statistics.mean(map(len, pages)) / 1000
    print(f"{len(pages)} pages of {size:.0f} KB, {ROUNDS} rounds, medians of processor time per page")
    for name, measured in times.items():
        ratio = statistics.median(one / base for one, base in zip(measured, times[FLOOR], strict=True))
        print(f"{name:40} {statistics.median(measured) / len(pages) * 1e6:8.0f} µs   {ratio:5.2f} x")
    print(f"wanted: at most {CEILING} x")


def parts(pages: Sequence[bytes]) -> None:
    """Prints each part against the floor of its own round; the clock itself costs each part about 2 µs."""
    work = steps()
    rounds: list[dict[str, float]] = []
    for _ in range(ROUNDS):
        floor = seconds(work[FLOOR], pages)
        with clocked() as clock:
            seconds(work[ALL], pages)
            clock.turn()
        rounds.append({part: spent / floor for part, spent in clock.spent.items()})
    print("-- where the time goes, each part without those within it")
    for part in dict.fromkeys([*(part for _, _, part in PARTS), REST]):
        ratio = statistics.median(one.get(part, 0.0) for one in rounds)
        print(f"{part:40} {ratio:5.2f} x")
    print(f"{'all of it':40} {statistics.median(sum(one.values()) for one in rounds):5.2f} x")


def against(other: Path) -> None:
    """Prints the whole road of another state and of this one, in turn."""
    here = Path(__file__).parents[1]
    found: dict[Path, list[tuple[float, float, float]]] = {other: [], here: []}
    for _ in range(3):
        for root, measured in found.items():
            environment = {**os.environ, "PYTHONPATH": str(root)}
            done = subprocess.run(
                [sys.executable, "-c", BOTH], cwd=root, env=environment, stdout=subprocess.PIPE, check=True
            )
            floor, road, ratio = map(float, json.loads(done.stdout))
            measured.append((floor, road, ratio))
    for name, measured in zip(("before", "after"), found.values(), strict=True):
        floor, road, ratio = map(statistics.median, zip(*measured, strict=True))
        print(f"{name:8} floor {floor * 1e6:6.0f} µs, page → checked report {road * 1e6:6.0f} µs   {ratio:5.2f} x")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.reading")
    parser.add_argument("--parts", action="store_true", help="where the time goes")
    parser.add_argument("--against", type=Path, help="the folder of another state of this project")
    asked = parser.parse_args()
    pages = [page(report) for report in reports(40)]
    if asked.against:
        against(asked.against.resolve())
        return
    whole(pages)
    if asked.parts:
        parts(pages)


if __name__ == "__main__":
    main()
