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
from monitor.reconcile.methods import METHODS
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import Rulebook, load

FLOOR_SHARE = 0.06  # the rules on figures may cost this share of parsing the page
TEXT_SHARE = 3.0  # and those on the prose this one: each looks through all of it
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


def without_prose(book: Rulebook) -> Rulebook:
    """The rules on figures alone, without those that look through the text."""
    on_prose = {"sections", "years_named", "residue", "foreign_names"}
    kept = {
        name: rule
        for name, rule in book.rules.items()
        if not rule.method or METHODS[rule.method].__module__.rpartition(".")[2] not in on_prose
    }
    return replace(book, rules=kept)


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
    every, context = load(), Context("government", "prefecture")
    book = without_prose(every)
    assert not check_report(every, report, context).others
    floor = microseconds(lambda: html.document_fromstring(page), 10)
    clean = microseconds(lambda: check_report(book, report, context))
    text = microseconds(lambda: check_report(every, report, context), 20) - clean
    print(f"page of {len(page) // 1024} KiB, lxml parse alone   {floor:8.1f} µs   1.00")
    print(
        f"all rules on figures, clean report      {clean:8.1f} µs   {clean / floor:.3f}  "
        f"({'within' if clean <= FLOOR_SHARE * floor else 'ABOVE'} {FLOOR_SHARE})"
    )
    print(
        f"all rules on the prose, beside them     {text:8.1f} µs   {text / floor:.3f}  "
        f"({'within' if text <= TEXT_SHARE * floor else 'ABOVE'} {TEXT_SHARE})"
    )
    broken = microseconds(lambda: check_report(book, wrong, context))
    print(f"the same, one wrong cell                {broken:8.1f} µs   {broken / floor:.3f}")
    located = microseconds(lambda: locate(book, wrong), 20)
    print(f"locating the wrong cell                 {located:8.1f} µs   {located / floor:.3f}")


if __name__ == "__main__":
    main()
