"""Columns of 表二 whose heading is not the form's: another unit, another year, a number of cases for an amount."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from extract.content import Content, Grid
from extract.form.form_file import FORMS
from extract.form.forms import Block, Column, Disclosure
from extract.form.template import bare, normalize, token
from extract.model import Row
from extract.tables.units import units_told

LONGEST_LINE = 100  # characters of a paragraph that may be part of a table
MOST_PIECES = 12  # of a header
AROUND = 60  # characters before a label in running text that may be its header
# 万元 is what the form asks for; whatever else is money is another measure.
OTHER_MONEY = re.compile(r"亿|[¥￥]|RMB|美金|(?<!万)元|[百千十]万|百元|千元|[（:：](?:单位[:：]?)?[千百]")
# In a column of cases.
MONEY = re.compile(r"元|金额")
MULTIPLES = re.compile(r"[百千万亿][件条项次宗个份]|[（:：](?:单位[:：]?)?[百千万亿]")
CASES = re.compile(r"件数|项数|项目数|人数|人次|次数|宗数|笔数|户数|数量|单位[:：][件条项次宗笔]")
# Not what was decided or collected.
OTHER_COUNT = re.compile(r"人数|人次|页数|户数|项目数|受理|收件|申请数")
OTHER_AMOUNT = re.compile(r"减免|免收|退还|退费|应收|欠缴|返还")
OTHER_TIME = re.compile(
    r"近[0-9一二两三四五六七八九十]{1,2}年|[0-9一二三四五六七八九十]{1,2}月?[-—–~至到][0-9一二三四五六七八九十]{1,2}月|上年|上一年|去年|前年|往年|历年|累计|同比|环比|增长|增减|预算|计划|半年|季度|截至|年初"
)
YEAR = re.compile(r"(?<!\d)(20[0-4]\d)年")
# Around what a column counts.
AFFIXES = re.compile(r"[^\u4e00-\u9fff]|本年|年度|件数|数量|单位|新增|万元|人民币|[总数件项个]")
FEWEST_STRANGE = 2  # characters
COUNTED = re.compile("[数量额件次宗笔元率]")  # in a heading of figures, not in one of a section
HEADING = re.compile(r"第二十条第（[一二三四五六七八九]）项|信息内容")

Found = Mapping[tuple[str, str, str], str]  # table, item and measure → its heading, as printed


def other_measures(content: Content, form: str, year: int | None) -> Found:
    """The measures of 表二 (`form` is its name) that stand under a heading of something else.

    A heading that is not known, or not found, is the form's: words lose characters on their way to us.
    """
    table = FORMS.disclosure(form)
    found: dict[tuple[str, str, str], str] = {}
    above: dict[str, Sequence[str]] = {}
    told = units_told(content)
    for item, pieces in _headers(content):
        block = table.block_of(item)
        if block is None:
            continue
        header = [one for piece in pieces if (one := HEADING.sub("", normalize(piece)))]
        header = [*header] or [*above.get(block.heading, ())]
        above.setdefault(block.heading, header)
        for column, heading in _columns(block, header):
            alone = len(header) == len(block.measures)  # else words of other things are among them
            if _is_other(column, heading, year) or (alone and _is_stranger(table, block, column, heading)):
                found.setdefault(("T2", item, column.code), heading)
            elif unit := next((one for one in told if _is_other_unit(column, one)), ""):
                found.setdefault(("T2", item, column.code), unit)
    return found


def without_other(row: Row, found: Found) -> Row:
    """The row with the figures of other measures as words: kept as printed, stated as nothing."""
    other = [(row.table, row.code, member) in found for member in row.members]
    if not any(other):
        return row
    return row._replace(
        values=tuple(None if hit else value for value, hit in zip(row.values, other, strict=True)),
        states=tuple(
            "text" if hit and state == "number" else state for state, hit in zip(row.states, other, strict=True)
        ),
    )


def _columns(block: Block, header: Sequence[str]) -> Iterator[tuple[Column, str]]:
    if len(block.measures) == 1:
        yield block.measures[0], "".join(header)
    elif len(header) == len(block.measures):
        yield from zip(block.measures, header, strict=True)


def _is_other(column: Column, heading: str, year: int | None) -> bool:
    if bare(heading) in {bare(normalize(label)) for label in column.labels} or column.kind == "change":
        return False
    if any(int(one) != year for one in YEAR.findall(heading) if year is not None):
        return True
    if OTHER_TIME.search(heading) and token(heading).code != column.code:
        return True
    if column.kind == "count":
        return any(one.search(heading) for one in (MONEY, MULTIPLES, OTHER_COUNT))
    if column.kind == "amount_10k_yuan" and (OTHER_MONEY.search(heading) or OTHER_AMOUNT.search(heading)):
        return True
    return CASES.search(heading) is not None and MONEY.search(heading) is None


def _is_stranger(table: Disclosure, block: Block, column: Column, heading: str) -> bool:
    """Whether a heading has no character of what its column counts (修改 for 废止); a torn one has some."""
    rest = AFFIXES.sub("", heading)
    if len(rest) < FEWEST_STRANGE or column.kind == "change" or COUNTED.search(heading) is None:
        return False
    own = {*AFFIXES.sub("", normalize("".join(column.labels)))}
    if len(block.measures) == 1:
        own |= {*chain.from_iterable(chain.from_iterable(table.labels[item] for item in block.items))}
    return own.isdisjoint(rest)


def _is_other_unit(column: Column, unit: str) -> bool:
    """Whether a unit that is told beside the table is not the one of this column."""
    if column.kind == "count":
        return MULTIPLES.search(unit) is not None
    return column.kind == "amount_10k_yuan" and "万元" not in unit and OTHER_MONEY.search(unit) is not None


def _headers(content: Content) -> Iterator[tuple[str, Sequence[str]]]:
    """Every item of 表二 in its order, and what stands between it and the figure, item or block before."""
    pieces: list[str] = []
    for piece in _pieces(content):
        one = token(piece)
        if one.kind == "item":
            yield one.code, pieces[-MOST_PIECES:]
            pieces = []
        elif one.kind == "value":
            pieces = [] if one.state != "blank" else pieces
        elif one.kind == "block":
            pieces = []
        elif piece:
            pieces.append(piece)
    yield from _run_together(content)


def _pieces(content: Content) -> Iterator[str]:
    for block in content.blocks:
        if isinstance(block, Grid):
            yield from chain.from_iterable(row.texts for row in block.rows)
        elif len(block) <= LONGEST_LINE:
            yield from (piece for piece in re.split(r"[\s|｜]+", block) if piece)
        else:
            yield ""


def _run_together(content: Content) -> Iterator[tuple[str, Sequence[str]]]:
    """Amounts in running text: 本年收费金额（单位：元）行政事业性收费251000."""
    for text in content.blocks:
        if not isinstance(text, str):
            continue
        for form in FORMS.forms:
            for block in form.disclosure.blocks:
                if block.measures[0].kind != "amount_10k_yuan":
                    continue
                for item in block.items:
                    for label in form.disclosure.labels[item]:
                        before, hit, _ = text.partition(label)
                        if hit and (header := re.split(r"\d", before[-AROUND:])[-1].rpartition(block.heading)[2]):
                            yield item, [header]
