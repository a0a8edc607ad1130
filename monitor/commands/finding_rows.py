"""Findings as rows of a file for people: a sentence, no codes; as CSV and as a workbook."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from crawler.ground.clock import local_date, parse_stamp
from crawler.ground.contained import Failed, contained
from monitor.commands.options import CallOptions
from monitor.export.cells import exact, quoted
from monitor.export.csv_file import BOM, BREAK
from monitor.export.sheet_file import Cell, Linked, Sheet, Tone, Value
from monitor.findings import Finding
from monitor.words.kinds import class_words, kind_of, status_words
from monitor.words.plain import plain
from monitor.words.terminal import inert

Heading = tuple[str, str]
Row = tuple[Value | Cell, ...]
BODY: Heading = ("机关", "body")
PAGE: Heading = ("网页", "page")
SAID: tuple[Heading, ...] = (
    ("发现", "finding"), ("详情", "in detail"), ("种类", "kind"), ("性质", "what is asked"), ("依据", "basis"),
    ("提出日", "since"),
)  # fmt: skip
HEADS: tuple[Heading, ...] = (
    ("编号", "number"), BODY, ("年度", "year"), ("状态", "standing"), *SAID, ("变动日", "changed"),
    ("处理理由", "reason given"), PAGE,
)  # fmt: skip
TONES: Mapping[str, Tone] = {"fatal": "bad", "explain": "warn"}
LONG, MIDDLE = 48, 24  # widths of columns of sentences


def said(call: CallOptions, one: Finding) -> Row:
    """What a finding says, in the columns `SAID`."""
    lang = call.lang
    told = plain([one], lang)
    quoted_words = call.text(f"原文：{told.quoted}", f"as printed: {told.quoted}") if told.quoted else ""
    return (
        told.line,
        "\n".join(filter(None, (*told.relations, quoted_words, told.hint))),
        kind_of(one.key.rule, one.verdict).name(lang),
        Cell(class_words(one.finding_class, lang), TONES.get(one.finding_class, "")),
        told.basis,
        _day(one.opened_at),
    )


def rows(call: CallOptions, found: Iterable[Finding], names: Mapping[str, str]) -> list[Row]:
    """One row for each, in the columns `HEADS`."""
    return [_row(call, one, names.get(one.key.agency, one.key.agency)) for one in found]


def _row(call: CallOptions, one: Finding, name: str) -> Row:
    told = contained(lambda: said(call, one))
    if isinstance(told, Failed):  # what is stored of one costs this one alone
        words = call.text(
            "存下的数据读不出来：gouji doctor --full", "what is stored cannot be read: gouji doctor --full"
        )
        told = (words, *("" for _ in SAID[1:]))
    url = one.evidence.get("url")
    return (
        one.id,
        name,
        one.key.year,
        status_words(one.status, call.lang),
        *told,
        _day(one.changed_at),
        one.note or "",
        Linked(url, url) if isinstance(url, str) and url else "",
    )


def sheet(call: CallOptions, made: Sequence[Row]) -> Sheet:
    """All rows as one sheet."""
    return Sheet(
        call.text("发现", "findings"),
        [call.text(*words) for words in HEADS],
        made,
        empty=call.text("没有。", "None."),
        widths={4: LONG, 5: LONG, 8: MIDDLE, 11: MIDDLE, 12: MIDDLE} if made else {},
    )


def as_csv(call: CallOptions, made: Sequence[Row]) -> bytes:
    """All rows as CSV that a spreadsheet opens as it is: UTF-8 with its mark, nothing that acts as a formula."""
    lines = [",".join(quoted(call.text(*words)) for words in HEADS)]
    lines += [",".join(_csv(cell) for cell in row) for row in made]
    return (BOM + BREAK.join(lines) + BREAK).encode("utf-8", "replace")


def _csv(cell: Value | Cell) -> str:
    value = cell.value if isinstance(cell, Cell) else cell
    if isinstance(value, int | float):
        return exact(value)
    text = value.text if isinstance(value, Linked) else "" if value is None else str(value)
    return quoted("\n".join(inert(line) for line in text.splitlines()))


def _day(stamped: str) -> date:
    return local_date(parse_stamp(stamped))
