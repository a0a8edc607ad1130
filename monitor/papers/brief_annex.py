"""The annex of the bulletin: every case, every body's publication with page and archived copy, every body's rates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.asking.bulletin import Bulletin
from monitor.asking.missing import MISSED, CoverageEntry
from monitor.papers.cases import Case, case_table, source_cell
from monitor.papers.figures import body_table, method
from monitor.papers.paper import Cell, Column, DataTable, Heading, Part, Turn, paragraph, run, table
from monitor.papers.speech import Speech

BINDING = ("fatal", "explain")  # classes of what does not tie; of the rest one is asked to confirm


@dataclass(frozen=True, slots=True)
class BriefCases:
    """The cases of a bulletin: what does not tie or needs an explanation, what is to be confirmed, what is settled."""

    binding: Sequence[Case]
    asked: Sequence[Case]
    settled: Sequence[Case]


def annex(say: Speech, told: Bulletin, found: BriefCases, names: Mapping[str, str]) -> Iterator[Part]:
    """Everything that the bulletin rests on: every case, every body, its rates, how they are worked out."""
    yield Turn(landscape=True)
    yield Heading(say("附件1　核对事项明细", "Annex 1. Every case"))
    yield paragraph(
        say(
            "“存档”为文件 SHA-256 的前 12 位，全文见附件2；存档件以它命名，逐字节未改。",
            "“Archived”: the first 12 digits of the file's SHA-256, which stand whole in annex 2; the copy bears them.",
        ),
        "note",
    )
    if found.binding:
        yield case_table(say, found.binding, say("不平和需说明的", "What does not add up, or needs an explanation"))
    if found.asked:
        yield case_table(say, found.asked, say("请确认的", "What is to be confirmed"))
    if not found.binding and not found.asked:
        yield paragraph(say("没有。", "None."))
    yield Heading(say("附件2　各机关公布情况", "Annex 2. Every body's publication"))
    yield _bodies(say, told.entries)
    yield Heading(say("附件3　各机关主要指标", "Annex 3. Every body's indicators"))
    if told.rates:
        yield body_table(say, told, names, say("分子/分母，比率", "cases, rate"))
    else:
        yield paragraph(say("还没有读到可以计算的报告。", "No report has been read yet."))
    yield from method(say, told.catalogue, told.catalogue.main)


def _bodies(say: Speech, entries: Sequence[CoverageEntry]) -> DataTable:
    columns = (
        Column(say("单位", "body"), 2.2),
        Column(say("区划", "division"), 1.1),
        Column(say("期限", "due"), 1.1, "center"),
        Column(say("公布", "published"), 1.1, "center"),
        Column(say("情况", "state"), 1.2, "center"),
        Column(say("网页和存档件（SHA-256）", "page and archived copy (SHA-256)"), 3.6),
    )
    rows = [
        (
            one.name,
            say.division(one.division) if one.division else "–",
            one.due or "–",
            one.day or one.published_on or "–",
            _state(say, one),
            source_cell(say, one.url, one.document, whole=True),
        )
        for one in entries
    ]
    return table(columns, rows)


def _state(say: Speech, one: CoverageEntry) -> Cell:
    lines = [run(say.state(one.state))]
    if one.days_late:
        lines.append(run(say(f"迟 {one.days_late} 天", f"{one.days_late} days")))
    if one.local in MISSED and one.state not in MISSED:
        lines.append(run(say("晚于本地期限", "after the local day")))
    return tuple(lines)
