"""The unit of 表二 where it is told beside the table and not in a heading: above or below it, in a note or caption."""

import re
from collections.abc import Iterator, Sequence
from itertools import count, takewhile

from extract.content import Content, Grid
from extract.form.form_file import FORMS
from extract.form.template import bare, normalize, token

NEAR = 6  # paragraphs on either side of the table that may speak of it
AROUND = 120  # characters on either side of a label in running text
MONEY = r"(?:人民币|[件项条次宗个种部、/，和及或亿千百十万美港]){0,8}元(?![旦月宵素])"
# Where a sentence tells a unit: 「单位：元」, 「金额单位均为千元」, 「以元为单位」, 「收费金额以元计」, 「（元）」.
TOLD = re.compile(
    rf"单位[^。；：为是以元]{{0,6}}[：为是以均都]{{0,3}}({MONEY}|[百千万亿][件条项次宗个份])"
    rf"|[以按]({MONEY})[^。；，：）]{{0,2}}[为计填统表]|金额[均都]?[为是：]({MONEY})|（({MONEY})）"
)
SECTION = re.compile(r"[一二三四五六七]、")
HEADINGS = frozenset(bare(normalize(heading)) for form in FORMS.forms for heading in form.headings)
ITEMS = frozenset(
    item
    for form in FORMS.forms
    for block in form.disclosure.blocks
    for item in block.items
    if any(column.kind == "amount_10k_yuan" for column in block.measures)
)
LABELS = tuple({label for form in FORMS.forms for item in ITEMS for label in form.disclosure.labels.get(item, ())})


def units_told(content: Content) -> list[str]:
    """What is said of units around 表二, each as printed: the paragraphs beside it, its cells that are no headings."""
    blocks = content.blocks
    found: list[str] = []
    for place, block in enumerate(blocks):
        if isinstance(block, Grid) and _has(block, ITEMS):
            found += _beside(blocks[:place][::-1], reading_up=True)
            found += _beside(blocks[place + 1 :], reading_up=False)
            found += _cells(block)
    found = found or [*_around(blocks)]
    return [*dict.fromkeys(unit for text in found for unit in _told(text))]


def _told(text: str) -> Iterator[str]:
    if "元" not in text and "单位" not in text:
        return
    for match in TOLD.finditer(normalize(text)):
        yield next(part for part in match.groups() if part)


def _beside(blocks: Sequence[str | Grid], *, reading_up: bool) -> Iterator[str]:
    """The paragraphs up to the next section or table of another kind; a heading speaks of what is below it."""
    seen = count()
    for block in takewhile(lambda _: next(seen) < NEAR, blocks):
        if isinstance(block, Grid):
            if not _has(block):
                return
            yield from _cells(block)
            continue
        heading = SECTION.match(block) is not None or bare(normalize(block)) in HEADINGS
        if reading_up or not heading:
            yield block
        if heading:
            return


def _cells(grid: Grid) -> Iterator[str]:
    """What stands in a table and is no label, heading or figure of the form."""
    yield from (text for row in grid.rows for text in row.texts if token(text).kind == "text")


def _has(grid: Grid, items: frozenset[str] = frozenset()) -> bool:
    """Whether an item of 表二 is in a grid: one of these, or any."""
    return any(
        one.kind == "item" and (not items or one.code in items) for row in grid.rows for one in map(token, row.texts)
    )


def _around(blocks: Sequence[str | Grid]) -> Iterator[str]:
    """In running text: what stands around the label."""
    for block in blocks:
        if isinstance(block, str):
            for label in LABELS:
                before, hit, after = block.partition(label)
                if hit:
                    yield before[-AROUND:] + after[:AROUND]
