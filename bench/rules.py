"""All single-report rules on a clean report, compared with lxml's parse of the same report's page, in one run.

python -m bench.rules
"""

import time
from collections.abc import Callable
from dataclasses import replace

from lxml import html

from bench import _samples
from extract.model import Report, Row
from extract.run import read_report
from monitor.reconcile.engine import check_report
from monitor.reconcile.locate import locate
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import load

FLOOR_SHARE = 0.06  # the rules may cost this share of parsing the page
ROUNDS = 15


def microseconds(work: Callable[[], object], times: int = 100) -> float:
    """The best of several rounds, per call."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(times):
            work()
        best = min(best, time.process_time() - start)
    return best / times * 1e6


def nothing_corrected(row: Row) -> Row:
    """表四 without corrected decisions: a rule reports those although nothing is wrong."""
    if row.table != "T4":
        return row
    upheld, corrected, *rest = row.values
    return row._replace(values=((upheld or 0) + (corrected or 0), 0, *rest))


def main() -> None:
    sample = _samples.reports(1)[0]
    page = _samples.page(sample)
    found = read_report(page, "page.html")
    assert isinstance(found, Report)
    report = replace(found, rows=tuple(nothing_corrected(row) for row in found.rows))
    first = report.rows.index(next(row for row in report.rows if row.code == "granted"))
    row = report.rows[first]
    assert row.values[6] is not None
    slip = row._replace(values=(*row.values[:6], row.values[6] + 1))
    wrong = replace(report, rows=(*report.rows[:first], slip, *report.rows[first + 1 :]))
    book, context = load(), Context("government", "prefecture")
    assert not check_report(book, report, context).others
    floor = microseconds(lambda: html.document_fromstring(page), 10)
    clean = microseconds(lambda: check_report(book, report, context))
    print(f"page of {len(page) // 1024} KiB, lxml parse alone   {floor:8.1f} µs   1.00")
    print(
        f"all single-report rules, clean report   {clean:8.1f} µs   {clean / floor:.3f}  "
        f"({'within' if clean <= FLOOR_SHARE * floor else 'ABOVE'} {FLOOR_SHARE})"
    )
    broken = microseconds(lambda: check_report(book, wrong, context))
    print(f"the same, one wrong cell                {broken:8.1f} µs   {broken / floor:.3f}")
    located = microseconds(lambda: locate(book, wrong), 20)
    print(f"locating the wrong cell                 {located:8.1f} µs   {located / floor:.3f}")


if __name__ == "__main__":
    main()
