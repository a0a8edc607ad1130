"""Scanned reports in every condition → how many figures are read exactly, wrongly, not at all; seconds a page."""

import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

from bench._scans import FONTS, WEARS, Print, as_tiff, drawn
from extract.model import Report, cell_name
from extract.run import read_report
from monitor.samples import SampleReport, make_history

DPI = (100, 150, 200)
WANTED = {"clean": 0.99}  # the rest: at least OTHERS
OTHERS = 0.95


class Score(NamedTuple):
    """Of the figures of one reading: exact, wrong, unread; processor seconds a page, pages."""

    exact: int
    wrong: int
    unread: int
    seconds: float
    pages: int


def score(report: SampleReport, result: object, seconds: float, pages: int) -> Score:
    """How a reading compares with what was printed. Without a report, all is unread."""
    found = {}
    if isinstance(result, Report):
        for row in result.rows:
            for member, value, state in zip(row.members, row.values, row.states, strict=True):
                found[cell_name(row.table, row.code, member)] = (value, state)
    exact = wrong = 0
    for name in report.cells:
        truth = report.figures[name]
        value, state = found.get(name, (None, "missing"))
        same = value == truth if truth is not None else state == "blank"
        exact += same
        # A figure that is stated and another; or a state of the document's that is not its own.
        wrong += not same and (value is not None or state in ("blank", "dash", "none", "text"))
    return Score(exact, wrong, len(report.cells) - exact - wrong, seconds, pages)


def samples(count: int) -> Iterator[tuple[SampleReport, Print]]:
    """Different reports, alternately in both fonts and both forms, without zeros and with them."""
    for seed in range(count):
        year = 2024 if seed % 3 else 2020
        [report] = make_history(seed, f"示例{seed}县教育局", [year], dense=seed % 2 == 0)
        yield report, Print(font=FONTS[seed % 2], rule=(0.5, 0.75, 1.0)[seed % 3])


def main() -> None:
    """`python -m bench.scans [reports [wear [dpi]]]`."""
    count = int(sys.argv[1]) if sys.argv[1:] else 3
    print(f"{'condition':18} {'dpi':>4} {'exact':>6} {'wrong':>6} {'unread':>7} {'exact %':>8} {'s/page':>7}")
    failed = False
    for wear, worn in WEARS.items():
        if sys.argv[2:] and sys.argv[2] != wear:
            continue
        for dpi in DPI:
            if sys.argv[3:] and sys.argv[3] != str(dpi):
                continue
            scores = []
            for report, printed in samples(count):
                pages = [worn(page) for page in drawn(report, printed._replace(dpi=dpi))]
                body = as_tiff(pages)
                begun = time.process_time()
                result = read_report(body, "scan.tif")
                scores.append(score(report, result, time.process_time() - begun, len(pages)))
            exact, wrong, unread, seconds, pages_read = map(sum, zip(*scores, strict=True))
            share = exact / (exact + wrong + unread)
            print(
                f"{wear:18} {dpi:4} {exact:6} {wrong:6} {unread:7} {share:8.2%} {seconds / pages_read:7.1f}", flush=True
            )
            failed |= wrong > 0 or (dpi >= 150 and share < WANTED.get(wear, OTHERS))
    print(
        f"wanted at 150 and 200 dpi: no wrong figure; exact: clean 99 %, else {OTHERS:.0%}; at most 6 s a page and core"
    )
    sys.exit(failed)


if __name__ == "__main__":
    main()
