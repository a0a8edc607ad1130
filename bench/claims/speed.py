"""How long all rules on the text of a report take, as a ratio to reading its page in the same run."""

import gc
import time
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from bench.claims.texts import reports
from extract.model import Report
from extract.reading import read_report
from monitor.reconcile.engine import check_report
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import Rulebook

OF_TEXT = ("claim.", "form.", "reuse.")
EVERY = 12  # of so many report texts one is measured
ROUNDS = 3


class Speed(NamedTuple):
    """Seconds of processor time a report, the least of several rounds."""

    reading: float
    rules: float

    @property
    def ratio(self) -> float:
        return self.rules / self.reading


def speed(book: Rulebook) -> Speed:
    """Reading the page of a report, and the rules on its text."""
    pages = [told.sample.html().encode() for at, told in enumerate(reports()) if at % EVERY == 0]
    text_rules = replace(book, rules={name: rule for name, rule in book.rules.items() if name.startswith(OF_TEXT)})
    read = [read_report(page, "a.html") for page in pages]
    # A text that was read before is remembered: each round gets texts of its own.
    rounds = [[_another(one, turn) for one in read if isinstance(one, Report)] for turn in range(ROUNDS + 1)]
    for report in rounds.pop():
        check_report(text_rules, report, Context())
    reading = min(_seconds(lambda: [read_report(page, "a.html") for page in pages]) for _ in range(ROUNDS))
    rules = min(
        _seconds(lambda some=some: [check_report(text_rules, one, Context()) for one in some])  # type: ignore[misc]  # as it is now
        for some in rounds
    )
    return Speed(reading / len(pages), rules / len(pages))


def _another(report: Report, turn: int) -> Report:
    """The same report with so many spaces behind its text."""
    return replace(report, sections=tuple(replace(one, text=one.text + " " * turn) for one in report.sections))


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began
