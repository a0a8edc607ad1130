"""Conditional formats of an XLSX → the cells whose figure a condition may show otherwise, or not at all."""

import re
from collections.abc import Mapping, Sequence

from lxml import etree

from extract.place import column_number
from extract.readers._colors import is_unseen
from extract.readers._sheet import At, Sheet, doubtful
from extract.readers._sheet_colors import PALETTE, Color, color_of
from extract.readers._sheet_xlsx_styles import Change, Style, change_of

MOST_RANGES = 100  # of cells under one condition
CELL = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
NO = ("0", "false")


def repaint(
    sheet: Sheet,
    element: etree._Element,
    looks: Mapping[At, Style],
    changes: Mapping[str, Change],
    theme: Sequence[Color],
) -> None:
    """Makes these cells doubtful: whether the condition holds, only a program could tell."""
    rules = [changes[name] for rule in element.iterfind("{*}cfRule") if (name := rule.get("dxfId") or "") in changes]
    rules += [change_of(look, theme, PALETTE) for look in element.iterfind("{*}cfRule/{*}dxf")]
    scale = [color_of(one, theme, PALETTE) for one in element.iterfind("{*}cfRule/{*}colorScale/{*}color")]
    bars = any(bar.get("showValue") in NO for bar in element.iterfind("{*}cfRule/*"))
    if not rules and not scale and not bars:
        return
    for reference in (element.get("sqref") or element.findtext("{*}sqref") or "").split()[:MOST_RANGES]:
        corners = [CELL.fullmatch(corner) for corner in reference.split(":")]
        first, last = corners[0], corners[-1]
        if first and last:
            rows = range(int(first[2]), int(last[2]) + 1)
            columns = range(column_number(first[1]), column_number(last[1]) + 1)
            sheet.look(len(sheet.cells))
            for at in [at for at in sheet.cells if at[0] in rows and at[1] in columns]:
                style = looks.get(at) or Style()
                hidden = any(rule.hides(style) for rule in rules)
                if hidden or bars or any(is_unseen(style.ink, color) for color in scale):
                    sheet.cells[at] = doubtful(sheet.cells[at])
