"""Pages for the benchmarks: our own sample reports, padded to the size of a real page, and readings of them."""

from collections.abc import Sequence
from dataclasses import replace

from extract.model import Report
from extract.run import read_report
from monitor.samples import SampleReport, make_history

PAGE = 85_000  # bytes: a report pasted from Word into a portal page
PATTERNS = 40  # different histories; one in eight holds a wrong cell
STEMS = str.maketrans("0123456789", "甲乙丙丁戊己庚辛壬癸")


def county(number: int) -> str:
    """The name of a county: it has no digits, and those of 02022 would be a year."""
    return f"示例{f'{number:05}'.translate(STEMS)}县"


def reports(count: int) -> list[SampleReport]:
    """`count` different reports of the 2021 form, five years of each body."""
    years = range(2021, 2026)
    bodies = -(-count // len(years))
    histories = [make_history(number, f"示例{number:04}市人民政府", years) for number in range(bodies)]
    return [report for history in histories for report in history][:count]


def page(report: SampleReport) -> bytes:
    """The report as a page of at least PAGE bytes: real pages carry menus, styles and scripts around the tables."""
    text = report.html("word")
    filler = (
        '<li class="nav"><a href="/zwgk/{0}/index.html" title="栏目{0}">政务公开栏目{0}</a></li>\n'
        '<p class="MsoNormal"><span style="font-family:宋体">推进第{0}项重点领域信息公开。</span></p>\n'
    )
    parts = []
    size, number = len(text.encode()), 0
    while size < PAGE:
        parts.append(filler.format(number))
        size += len(parts[-1].encode())
        number += 1
    return text.replace('<div class="footer">', "".join(parts) + '<div class="footer">').encode()


def patterns(years: Sequence[int], *, sparse: bool = False) -> list[list[Report]]:
    """Readings of sample histories; where `sparse`, every other body had hardly any applications."""
    found = []
    for number in range(PATTERNS):
        samples = make_history(number, "示例县教育局", years, dense=not (sparse and number % 2))
        if number % 8 == 0:
            samples[2] = samples[2].with_cell("T3[granted,total]", samples[2].count("T3[granted,total]") + 2)
        reports = [read_report(sample.html().encode(), "page.html") for sample in samples]
        found.append([report for report in reports if isinstance(report, Report)])
    return found


def as_body(report: Report, name: str) -> Report:
    """The report as if another body had published it."""
    own = report.agency_name
    evidence = (
        one._replace(agency_name=name if one.agency_name == own else one.agency_name, text=one.text.replace(own, name))
        for one in report.evidence
    )
    return replace(report, agency_name=name, title=report.title.replace(own, name), evidence=tuple(evidence))
