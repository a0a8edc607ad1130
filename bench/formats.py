"""Every format against the truth: figures read exactly, wrongly, not at all; seconds; other tools on the same files.

`python -m bench.formats [REPORTS] [--traps N] [--scans N] [--rivals PYTHON] [--beside N]`: so many generated reports in
every format (default 8), N reports in each style of the judging set (bench/_traps, default 1), N as scans (default 1):
over 300 documents; then the real documents of the corpus where it is there. `--rivals` names the Python of an
environment with bench/rivals.txt in it; the other tools read at most N documents of each format (default 24), taken
from all styles.
"""

import argparse
import json
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pypdfium2

from bench import _traps
from bench._judge import Verdict, judged, tally
from bench._papers import OFFICE, Paper, converted, docx, papers, scanned
from bench._rivals import ASKED, beside
from bench._traps.pages import BROWSERS
from extract.model import Problem, Report
from extract.reading import read_report
from monitor.samples import SampleReport, make_history

CORPUS = Path(__file__).parent.parent.parent / "shared" / "corpus"
Key = tuple[str, str]

# Wanted, in per cent of the figures, and in milliseconds a document or times pypdfium2's plain text; None: no bound.
EXACT = {"html": 100.0, "docx": 100.0, "xlsx": 100.0, "doc": 99.9, "wps": 99.9, "rtf": 99.9, "pdf": 99.9, "scan": 99.0}
LOOSER = {"unruled": 99.0, "bare": 99.0, "noisy": 95.0}  # styles
DOCX, OFFICE_AFTER_FIRST, RATIO, PAGE = 300, 500, 5.0, 6000
BY_OFFICE = frozenset({"doc", "wps", "rtf", "odt"})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.formats")
    parser.add_argument("reports", nargs="?", type=int, default=8)
    parser.add_argument("--traps", type=int, default=1)
    parser.add_argument("--scans", type=int, default=1)
    parser.add_argument("--rivals", default=sys.executable)
    parser.add_argument("--beside", type=int, default=24)
    asked = parser.parse_args()
    reports = [
        report
        for number in range(-(-asked.reports // 2))
        for report in make_history(number, f"示例{number:03}县财政局", [2020, 2023], dense=True)
    ][: asked.reports]
    made, comparable = read_all(everything(reports, asked.traps))
    side_by_side(asked.rivals, spread(comparable, asked.beside))
    print("-- scans, and fonts that do not say which sign is which")
    looked, _ = read_all(scans(reports[: asked.scans]))
    print(
        f"{made.documents + looked.documents} documents, {made.wrong + looked.wrong} figures stated wrongly", flush=True
    )
    sys.exit(bool(corpus()) or bool(made.wrong + looked.wrong))


class Outcome(NamedTuple):
    documents: int
    wrong: int


def read_all(given: Iterable[Paper]) -> tuple[Outcome, list[tuple[Paper, Counter[str]]]]:
    """Reads them, prints the table and each figure stated wrongly; gives those that other tools are asked for."""
    counts: dict[Key, Counter[str]] = {}
    wrong: list[tuple[Paper, Verdict]] = []
    comparable: list[tuple[Paper, Counter[str]]] = []
    started = False
    at = 0
    for at, paper in enumerate(given, 1):
        count, told = measure(paper)
        if paper.format in BY_OFFICE and not started:  # LibreOffice is started once, for the first of them
            count.update(first=count["elapsed"], firsts=1)
            started = True
        if at % 20 == 0:
            print(f"{time.strftime('%H:%M:%S')} {at} documents, {len(wrong)} wrong", file=sys.stderr, flush=True)
        wrong += [(paper, one) for one in told]
        counts.setdefault((paper.format, paper.style), Counter()).update(count)
        if paper.format in ASKED and paper.truth:
            comparable.append((paper, count))
    table(counts)
    for paper, one in wrong:
        print(f"WRONG {paper.format} {paper.style} {paper.report.year}: {one.cell} is {one.printed!r}, read {one.read}")
    return Outcome(at, len(wrong)), comparable


def everything(reports: list[SampleReport], traps: int) -> Iterable[Paper]:
    """Each format once without an office, then what LibreOffice makes of them, then the judging set."""
    made = list(papers(reports))
    yield from made
    if not shutil.which(OFFICE):
        print("left out: LibreOffice is not installed; nothing it writes is here")
    if not any(map(shutil.which, BROWSERS)):
        print("left out: no Chromium is installed; no page printed from a browser is here")
    words = [one for one in made if (one.format, one.style) == ("docx", "merged")]
    books = [one for one in made if (one.format, one.style) == ("xlsx", "one")]
    for ending in ("pdf", "doc", "rtf", "odt"):
        yield from converted(words, ending, "LibreOffice")
    yield from (one._replace(format="wps", name="a.wps") for one in converted(words[:4], "doc", "renamed"))
    for ending in ("xls", "ods"):
        yield from converted(books, ending, "LibreOffice")
    yield from _traps.every(traps)


def scans(reports: list[SampleReport]) -> Iterable[Paper]:
    words = [Paper(report, "docx", "merged", "a.docx", docx(report, "merged")) for report in reports]
    for one in converted(words, "pdf", "LibreOffice"):
        for dpi, noisy in ((150, False), (200, False), (150, True)):
            yield scanned(one, dpi, noisy=noisy)
    yield from (one._replace(format="scan") for one in _traps.unmapped(reports))


def measure(paper: Paper) -> tuple[Counter[str], list[Verdict]]:
    """Reads one document and counts its figures; the wrong ones beside."""
    began, worked = time.perf_counter(), time.process_time()
    result = read_report(paper.body, paper.name)
    elapsed, work = time.perf_counter() - began, time.process_time() - worked
    count, wrong = tally(judged(paper, result))
    count.update(documents=1, elapsed=round(1e6 * elapsed), work=round(1e6 * work))
    if paper.format == "pdf":
        count["floor"] = round(1e6 * _plain_text(paper.body))
    if isinstance(result, Problem):
        count[f"refused: {result.code}"] += 1
    elif isinstance(result, Report):
        count["named"] += (result.agency_name, result.year) == (paper.report.agency, paper.report.year)
    return count, wrong


def _plain_text(body: bytes) -> float:
    """Processor seconds of pypdfium2 for the plain text: no reading of a PDF is faster."""
    began = time.process_time()
    with pypdfium2.PdfDocument(body) as document:
        for page in document:
            page.get_textpage().get_text_bounded()
    return time.process_time() - began


def table(counts: dict[Key, Counter[str]]) -> None:
    """A line for each format and style, then one for each format with what is wanted of it.

    `exact`: of the figures that a person can read there; `left`: rightly not stated, as no person sees a figure there.
    """
    heads = f"{'format':6}{'style':28}{'docs':>5}{'named':>6}{'exact %':>9}{'wrong':>6}{'unread':>7}{'left':>6}"
    print(f"{heads}{'ms work':>9}{'elapsed':>9}")
    formats: dict[str, Counter[str]] = {}
    for (kind, style), one in counts.items():
        formats.setdefault(kind, Counter()).update(one)
        print(_line(kind, style, one), _bound(kind, style))
    print("-- all styles of a format, and what is wanted")
    for kind, one in formats.items():
        print(_line(kind, "all", one), _speed(kind, one))


def _line(kind: str, style: str, one: Counter[str]) -> str:
    figures = one["exact"] + one["wrong"] + one["unread"]
    refused = " ".join(f"{key} {number}" for key, number in one.items() if key.startswith("refused"))
    documents = one["documents"]
    exact = f"{100 * one['exact'] / figures:9.3f}" if figures else f"{'-':>9}"
    return (
        f"{kind:6}{style:28}{documents:5}{one['named']:6}{exact}{one['wrong']:6}{one['unread']:7}{one['left']:6}"
        f"{one['work'] / documents / 1000:9.0f}{one['elapsed'] / documents / 1000:9.0f}  {refused}"
    )


def _bound(kind: str, style: str) -> str:
    looser = next((bound for word, bound in LOOSER.items() if word in style), EXACT.get(kind))
    return f"(≥ {looser} %)" if looser else ""


def _speed(kind: str, one: Counter[str]) -> str:
    documents = one["documents"]
    if kind == "pdf":
        return f"{one['work'] / max(one['floor'], 1):.1f} x pypdfium2's plain text (≤ {RATIO:.0f} x)"
    if kind == "docx":
        return f"{one['work'] / documents / 1000:.0f} ms (≤ {DOCX} ms)"
    if kind in BY_OFFICE:
        later = (one["elapsed"] - one["first"]) / max(documents - one["firsts"], 1) / 1000
        return f"{later:.0f} ms elapsed after LibreOffice's start (≤ {OFFICE_AFTER_FIRST} ms)"
    return f"(≤ {PAGE / 1000:.0f} s a page)" if kind == "scan" else ""


def spread(comparable: Sequence[tuple[Paper, Counter[str]]], most: int) -> list[tuple[Paper, Counter[str]]]:
    """At most so many of each format, from all its styles alike."""
    chosen = []
    for kind in ASKED:
        mine = [one for one in comparable if one[0].format == kind]
        step = max(len(mine) / max(most, 1), 1.0)
        chosen += [mine[int(at * step)] for at in range(min(most, len(mine)))]
    return chosen


def side_by_side(python: str, chosen: Sequence[tuple[Paper, Counter[str]]]) -> None:
    """The same files by what a user would take instead; processor time for all of them."""
    print("-- the same documents by other tools: the figure where row label and column label meet")
    counts: dict[Key, Counter[str]] = {}
    for paper, count in chosen:
        counts.setdefault((paper.format, "gouji"), Counter()).update(count)
    for (kind, name), one in counts.items():
        print(_rival_line(kind, name, one, one["work"] / 1e6))
    rivals: dict[Key, Counter[str]] = {}
    for paper, name, count in beside(python, [paper for paper, _ in chosen]):
        rivals.setdefault((paper.format, name), Counter()).update(count)
    for (kind, name), one in sorted(rivals.items()):
        print(_rival_line(kind, name, one, one["milliseconds"] / 1e3), flush=True)


def _rival_line(kind: str, name: str, one: Counter[str], seconds: float) -> str:
    figures = one["exact"] + one["wrong"] + one["unread"]
    exact = 100 * one["exact"] / max(figures, 1)
    return (
        f"{kind:6}{name:18}{one['documents']:5}{exact:9.2f} %{one['wrong']:7}{one['unread']:7}"
        f"{seconds / one['documents']:9.3f} s  failed {one['failed']}"
    )


def corpus() -> int:
    """The real documents with their figures as transcribed; the number of wrong ones."""
    wrong = 0
    [blank] = make_history(0, "示例县", [2023])
    for path in sorted((CORPUS / "truth").glob("*.json")) if CORPUS.is_dir() else ():
        data = json.loads(path.read_text(encoding="utf-8"))
        if "T3" not in data["forms"]:
            continue
        truth = {
            f"{table}[{row},{member}]": raw or ""
            for table, key in (("T2", "disclosure"), ("T3", "applications"), ("T4", "remedies"))
            for row, members in data[key].items()
            for member, raw in members.items()
        }
        document = CORPUS / data["document"]
        count, _ = measure(Paper(blank, "", data["reading"], document.name, document.read_bytes(), truth))
        print(
            f"{document.name:40}{data['reading']:7} exact {count['exact']:4} wrong {count['wrong']:3} "
            f"unread {count['unread']:4} of {len(truth):4}{count['work'] / 1000:8.0f} ms"
        )
        wrong += count["wrong"]
    return wrong


if __name__ == "__main__":
    main()
