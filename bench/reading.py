"""Bytes → Report with all single-report rules, compared with `lxml.html.document_fromstring` on the same pages."""

import statistics
import time
from collections.abc import Callable, Sequence

import lxml.html

from bench._samples import page, reports
from extract.model import Report
from extract.readers import read
from extract.run import read_report
from monitor.reconcile.engine import check_report
from monitor.reconcile.outcome import Context
from monitor.reconcile.rulebook import load

CEILING = 2.0
ROUNDS = 7


def seconds(work: Callable[[bytes], object], pages: Sequence[bytes]) -> float:
    """Processor seconds for all pages once."""
    start = time.process_time()
    for body in pages:
        work(body)
    return time.process_time() - start


def main() -> None:
    """Prints medians and ratios; floor and work alternate, so that changes of the machine's speed affect both."""
    pages = [page(report) for report in reports(40)]
    book = load()
    context = Context()

    def tables(body: bytes) -> Report:
        report = read_report(body, "page.html")
        assert isinstance(report, Report)
        assert report.status == "complete"
        return report

    def everything(body: bytes) -> None:
        check_report(book, tables(body), context)

    def only_read(body: bytes) -> object:
        return read(body, "page.html")

    steps: dict[str, Callable[[bytes], object]] = {
        "lxml.html.document_fromstring (floor)": lxml.html.document_fromstring,
        "read": only_read,
        "read + parse": tables,
        "read + parse + rules": everything,
    }
    for work in steps.values():
        seconds(work, pages[:5])
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(ROUNDS):
        for name, work in steps.items():
            times[name].append(seconds(work, pages))
    floor = times["lxml.html.document_fromstring (floor)"]
    size = statistics.mean(map(len, pages)) / 1000
    print(f"{len(pages)} pages of {size:.0f} KB, {ROUNDS} rounds, medians of processor time per page")
    for name, measured in times.items():
        ratio = statistics.median(one / base for one, base in zip(measured, floor, strict=True))
        print(f"{name:40} {statistics.median(measured) / len(pages) * 1e6:8.0f} µs   {ratio:5.2f} x")
    print(f"wanted: at most {CEILING} x")


if __name__ == "__main__":
    main()
