"""Texts used again and words searched for, over many stored reports: times and memory, each in a process of its own.

`python -m bench.prose [REPORTS]` (100,000 when left out): generated reports of five years; every 200th is a neighbour's
copy (both are told, for they were published on one day), each has boilerplate that all have. What is new is 1,000
reports.
"""

import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

from crawler.ground.clock import stamp
from crawler.ground.config import Config, ReuseSettings
from crawler.ground.data import DataDir, create
from extract.model import Report, Section
from extract.store.load import load_reports
from extract.store.prose_index import bring_up_to_date
from extract.store.write import Reading, save
from monitor.asking.rules import backtest, find_rule, rules
from monitor.asking.search import search
from monitor.reconcile.engine import check_years
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import load as load_rulebook
from monitor.reuse.known import SharedTexts, prepare
from monitor.schema import open_database

COUNT = 100_000
BACKTESTED = "claim.fee"
NEW = 1_000
YEARS = (2021, 2022, 2023, 2024, 2025)
COPY = 200  # one in so many is a neighbour's
BATCH = 500
NOW = datetime(2026, 2, 10, tzinfo=UTC)
MOST_REUSE, MOST_SEARCH, MOST_MEMORY = 60.0, 1.0, 500.0
PROVINCES = ("13", "14", "32", "34", "37", "41", "43", "51", "53", "61")
LETTERS = "".join(chr(code) for code in range(0x4E10, 0x4E10 + 900))
COMMON = (
    "坚持以公开促落实、促规范、促服务，认真贯彻政府信息公开条例，扎实推进主动公开和依申请公开各项工作。本年度未收取信息处理费。",
    "公开意识有待进一步加强，公开内容不够全面，公开形式有待丰富；下一步将加强学习培训，健全工作机制，提高公开水平。",
)
# A rare word, a common one, two of one and two characters, words of several, one whose every pair is common, none.
WORDS = (
    ["信息处理费"],
    ["公开"],
    ["费"],
    ["罕"],
    ["罕见词语"],
    ["信息", "机制", "罕见词语"],
    ["公开信息公开工作公开"],
    ["没有这个词"],
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds (by the clock, and of work), peak memory in MB, and what it counted: one step in a process of its own."""

    seconds: float
    work: float
    memory: float
    count: int


def prose(seed: str, words: int) -> str:
    """Text that nobody else writes, in sentences of words of the same vocabulary."""
    dice = random.Random(seed)
    vocabulary = [LETTERS[at : at + 2] for at in range(0, len(LETTERS), 2)]
    said = [dice.choice(vocabulary) for _ in range(words)]
    return "".join("".join(said[at : at + 9]) + ("。" if at % 27 else "，") for at in range(0, words, 9))


def reading(body: int, year: int, version: int = 0) -> Reading:
    """One report: sections one and five, one in `COPY` with the five of the body before it."""
    name = f"{LETTERS[body % 900]}{LETTERS[body // 900 % 900]}{LETTERS[body * 7 % 900]}县水利局"
    writer = body - 1 if body % COPY == COPY - 1 else body
    five = prose(f"five/{writer}/{year}/{version}", 150)
    rare = "罕见词语。" if (body * 5 + year) % 9973 == 0 else ""
    texts = {
        1: COMMON[0] + prose(f"one/{body}/{year}/{version}", 350),
        2: rare + prose(f"two/{body}/{year}", 200),
        3: prose(f"three/{body}/{year}", 100),
        5: COMMON[1] + five,
        6: "没有其他需要报告的事项。",
    }
    sections = tuple(Section(number, f"第{number}部分", text) for number, text in texts.items())
    report = Report(f"{name}{year}年政府信息公开工作年度报告", name, year, {}, (), sections=sections)
    key = f"{name}/{year}/{version}"
    at = stamp(NOW.replace(day=1 + version))
    return Reading(sha256(key.encode()).hexdigest(), f"http://127.0.0.1/{body}/{year}.html", report, at, "2026-01-20")


def store(root: Path, work: Iterator[Reading]) -> int:
    """Stores these readings; their bodies are of ten provinces."""
    db = open_database(DataDir(root))
    some: list[Reading] = []
    count = 0
    for one in work:
        some.append(one)
        count += 1
        if len(some) == BATCH:
            save(db, some, "bench", NOW)
            some = []
    save(db, some, "bench", NOW) if some else None
    for number, province in enumerate(PROVINCES):
        db.execute("update agencies set division = ? where rowid % 10 = ? and division is null", [province, number])
    db.close()
    return count


def build(root: Path, count: int) -> int:
    return store(root, (reading(body, year) for body in range(count // len(YEARS)) for year in YEARS))


def renew(root: Path, count: int) -> int:
    """New versions of so many bodies' newest reports."""
    return store(root, (reading(body, YEARS[-1], 1) for body in range(count)))


def index(root: Path, _: int) -> int:
    db = open_database(DataDir(root))
    done = bring_up_to_date(db)
    db.close()
    return done


def sign(root: Path, _: int) -> int:
    db = open_database(DataDir(root))
    prepare(db, ReuseSettings())
    done = int(db.execute("select count(*) from _reuse_signed").fetchone()[0])
    db.close()
    return done


def judge(root: Path, count: int) -> int:
    """Signs what is new, and holds the texts of so many bodies against others and their own: what the rules find."""
    db = open_database(DataDir(root))
    config, book = Config(), load_rulebook()
    prepare(db, config.reuse)
    texts = SharedTexts(db, config.reuse, signed=True)
    found = 0
    for code, name in db.execute("select code, name from agencies order by rowid limit ?", [count]).fetchall():
        history = load_reports(db, code)
        context = Context("department", "county", name, reuse=texts.of({code: history})[code])
        reports = {one.year: one.report for one in history}
        outcomes = check_years(book, reports, YEARS[-1], context).failed
        found += sum(one.rule in ("reuse.last_year", "reuse.other_body") for one in outcomes)
    db.close()
    return found


def list_rules(root: Path, _: int) -> int:
    """`gouji rules`."""
    db = open_database(DataDir(root))
    found = len(rules(db, load_rulebook()))
    db.close()
    return found


def back_test(root: Path, _: int) -> int:
    """`gouji check --backtest`, of a rule of claims: how many reports were asked."""
    db = open_database(DataDir(root))
    book = load_rulebook()
    found = backtest(db, book, find_rule(book, BACKTESTED)).reports
    db.close()
    return found


def measured(step: Callable[[Path, int], int], root: Path, count: int) -> Measured:
    start, worked = time.perf_counter(), time.process_time()
    done = step(root, count)
    seconds = time.perf_counter() - start
    return Measured(
        seconds, time.process_time() - worked, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, done
    )


def alone(step: Callable[[Path, int], int], root: Path, count: int) -> Measured:
    """One step in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measured, step, root, count).result()


def say(what: str, one: Measured, wanted: str = "") -> None:
    times = f"{one.seconds:8.2f} s, {one.work:8.2f} of work"
    print(f"{what:44} {times}  peak {one.memory:5.0f} MB  {one.count:7}  {wanted}".rstrip(), flush=True)


def main() -> None:
    """Prints each step."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "data"
        open_database(create(DataDir(root))).close()
        say(f"{count} reports written", alone(build, root, count))
        say("all of them indexed for search, once", alone(index, root, 0))
        say("common text learned, all signed, once", alone(sign, root, 0))
        size = (root / "gouji.db").stat().st_size
        alone(renew, root, NEW)
        say(f"{NEW} new ones indexed for search", alone(index, root, 0))
        wanted = f"wanted: at most {MOST_REUSE:.0f} s, {MOST_MEMORY:.0f} MB"
        say(f"{NEW} new ones signed and judged (found)", alone(judge, root, NEW), wanted)
        print(f"the database has {size / count / 1024:.1f} KB for each report")
        say("the rules listed", alone(list_rules, root, 0))
        say(f"{BACKTESTED} back-tested", alone(back_test, root, 0))
        wanted = f"wanted: at most {MOST_SEARCH:.0f} s"
        db = open_database(DataDir(root))
        for words in WORDS:
            start, worked = time.perf_counter(), time.process_time()
            found, more = search(db, words, limit=50)
            seconds, work = time.perf_counter() - start, time.process_time() - worked
            told = f"{len(found)}{'+' if more else ''} places"
            print(f"search {' '.join(words):37} {seconds:8.3f} s, {work:8.3f} of work  {told:12}  {wanted}", flush=True)
        db.close()


if __name__ == "__main__":
    main()
