"""Every format against the truth: figures read exactly, wrongly, not at all, and seconds a document.

`python -m bench.formats [REPORTS] [--scans N]`: so many generated reports in every format and style (default 24, which
makes over 300 documents), N of them as scans (default 2), and the real documents of the corpus where it is there.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from bench._papers import Paper, converted, papers, scanned
from extract.model import Problem, Report, cell_name
from extract.reading import read_report
from monitor.samples import SampleReport, make_history

CORPUS = Path(__file__).parent.parent.parent / "shared" / "corpus"
Key = tuple[str, str]
READ = frozenset({"number", "blank", "dash", "none", "text"})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.formats")
    parser.add_argument("reports", nargs="?", type=int, default=24)
    parser.add_argument("--scans", type=int, default=2)
    asked = parser.parse_args()
    reports = [
        report
        for number in range(-(-asked.reports // 2))
        for report in make_history(number, f"示例{number:03}县财政局", [2020, 2023], dense=True)
    ][: asked.reports]
    counts: dict[Key, Counter[str]] = {}
    for paper in everything(reports, asked.scans):
        measure(paper, counts.setdefault((paper.format, paper.style), Counter()))
    table(counts)
    wrong = sum(one["wrong"] for one in counts.values())
    print(f"{sum(one['documents'] for one in counts.values())} documents, {wrong} figures stated wrongly")
    sys.exit(bool(corpus()) or bool(wrong))


def everything(reports: list[SampleReport], scans: int) -> Iterable[Paper]:
    """Each format once without an office, then what LibreOffice makes of them, then scans."""
    made = list(papers(reports))
    yield from made
    words = [one for one in made if (one.format, one.style) == ("docx", "merged")]
    books = [one for one in made if (one.format, one.style) == ("xlsx", "one")]
    printed = list(converted(words, "pdf", "LibreOffice"))
    yield from printed
    for ending in ("doc", "rtf", "odt"):
        yield from converted(words, ending, "LibreOffice")
    yield from (one._replace(format="wps", name="a.wps") for one in converted(words[:4], "doc", "renamed"))
    for ending in ("xls", "ods"):
        yield from converted(books, ending, "LibreOffice")
    for one in printed[:scans]:
        for dpi, noisy in ((150, False), (200, False), (150, True)):
            yield scanned(one, dpi, noisy=noisy)


def measure(paper: Paper, count: Counter[str]) -> None:
    """Reads one document and counts its figures."""
    began = time.perf_counter()
    result = read_report(paper.body, paper.name)
    count["milliseconds"] += round(1000 * (time.perf_counter() - began))
    count["documents"] += 1
    truth = {name: paper.report.printed(name) for name in paper.report.cells}
    judge(result, truth, count)
    right = isinstance(result, Report) and (result.agency_name, result.year) == (paper.report.agency, paper.report.year)
    count["identified"] += right


def judge(result: Report | Problem, truth: Mapping[str, str], count: Counter[str]) -> None:
    """`exact`: as printed; `wrong`: stated otherwise, or said to be blank; `unread`: said not to be read."""
    if isinstance(result, Problem):
        count["unread"] += len(truth)
        count[f"refused: {result.code}"] += 1
        return
    found = {
        cell_name(row.table, row.code, member): (raw or "", state)
        for row in result.rows
        for member, raw, state in zip(row.members, row.raws, row.states, strict=True)
    }
    for name, printed in truth.items():
        raw, state = found.get(name, ("", "missing"))
        if state not in READ:
            count["unread"] += 1
        else:
            count["exact" if "".join(raw.split()) == printed else "wrong"] += 1


def table(counts: Mapping[Key, Counter[str]]) -> None:
    print(f"{'format':8}{'style':16}{'docs':>6}{'named':>7}{'exact %':>10}{'wrong':>7}{'unread':>8}{'ms/doc':>9}")
    for (kind, style), one in counts.items():
        figures = one["exact"] + one["wrong"] + one["unread"]
        refused = " ".join(f"{key.split()[-1]} {number}" for key, number in one.items() if key.startswith("refused"))
        print(
            f"{kind:8}{style:16}{one['documents']:6}{one['identified']:7}{100 * one['exact'] / max(figures, 1):10.3f}"
            f"{one['wrong']:7}{one['unread']:8}{one['milliseconds'] / one['documents']:9.0f}  {refused}"
        )


def corpus() -> int:
    """The real documents with their figures as transcribed; the number of wrong ones."""
    wrong = 0
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
        count: Counter[str] = Counter()
        document = CORPUS / data["document"]
        began = time.perf_counter()
        judge(read_report(document.read_bytes(), document.name), truth, count)
        took = 1000 * (time.perf_counter() - began)
        print(
            f"{document.name:40}{data['reading']:7} exact {count['exact']:4} wrong {count['wrong']:3} "
            f"unread {count['unread']:4} of {len(truth):4}{took:8.0f} ms"
        )
        wrong += count["wrong"]
    return wrong


if __name__ == "__main__":
    main()
