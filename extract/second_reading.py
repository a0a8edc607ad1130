"""Two readings of one document: what both give is the publisher's; where they differ, nobody knows."""

from dataclasses import replace

from extract.content import UNREAD, Content, Number, State
from extract.model import Problem, Report, Row, cell_name
from extract.parse import parse
from extract.readers import Unreadable


def read_again(report: Report, content: Content, hint: str = "") -> Report:
    """The report with what its document's second reading says of it; as it is where there is none to be had."""
    if content.second is None:
        return report
    try:
        other = parse(content.second.read(), hint)
    except Unreadable:
        return report
    if not isinstance(other, Report) or other.forms != report.forms:
        return report
    return compared(report, other, content.second.ways)


def compared(report: Report, other: Report, ways: tuple[str, str]) -> Report:
    """Cells of which the two say different things become `ambiguous`, each with a problem of ours that names both."""
    theirs = {(row.table, row.code): row for row in other.rows}
    rows, problems = list[Row](), list[Problem]()
    alike = 0
    for row in report.rows:
        beside = theirs.get((row.table, row.code))
        states, values = list[State](row.states), list[Number | None](row.values)
        for at, member in enumerate(row.members):
            if beside is None or states[at] in UNREAD or beside.states[at] in UNREAD:
                continue
            if values[at] == beside.values[at]:
                alike += values[at] is not None
                continue
            detail = f"两种方法读到的不一样：“{row.raws[at] or ''}”和“{beside.raws[at] or ''}”，都不采用"
            problems.append(Problem("readings_differ", detail, cell_name(row.table, row.code, member), row.table))
            states[at], values[at] = "ambiguous", None
        rows.append(row._replace(states=tuple(states), values=tuple(values)))
    return replace(
        report,
        rows=tuple(rows),
        problems=(*report.problems, *problems),
        ways=ways,
        agreed=alike,
        differed=len(problems),
    )
