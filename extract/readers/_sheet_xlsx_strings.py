"""The texts of an XLSX: those that its sheets share, and those that stand in a cell; what parts of one look like."""

import io
from collections.abc import Sequence

from lxml import etree

from extract.readers._doubts import without_notes
from extract.readers._sheet import doubtful
from extract.readers._sheet_colors import PALETTE, Color, color_of
from extract.readers._sheet_xlsx_styles import is_raised, is_struck
from extract.readers._unreadable import refuse

MOST_STRINGS = 500_000


def strings(body: bytes, inks: dict[int, list[Color]], theme: Sequence[Color]) -> list[str]:
    """The texts that all sheets share; `inks` takes the colors of those that have parts with one of their own."""
    found = list[str]()
    for _, element in etree.iterparse(
        io.BytesIO(body), tag="{*}si", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    ):
        if own := inks_of(element, theme):
            inks[len(found)] = own
        found.append(rich(element))
        element.clear()
        if len(found) > MOST_STRINGS:
            raise refuse("too_large", "工作簿里的文字过多，不是年度报告。")
    return found


def rich(element: etree._Element) -> str:
    """The text of a string: without how it is pronounced and marks of notes; doubtful where a part is struck out."""
    runs = element.findall("{*}r")
    if not runs:
        return _plain("".join(one.text or "" for one in element.iterfind("{*}t")))
    texts = ["".join(one.text or "" for one in run.iterfind("{*}t")) for run in runs]
    apart = any(text.strip() and is_struck(run.find("{*}rPr")) for text, run in zip(texts, runs, strict=True))
    if not apart:
        return _plain("".join(texts))
    return doubtful(_plain(without_notes(zip(texts, [is_raised(run.find("{*}rPr")) for run in runs], strict=True))))


def _plain(text: str) -> str:
    """Control characters are written by their numbers; the only one in use is a carriage return."""
    return text.replace("_x000D_", "") if "_x000D_" in text else text


def inks_of(string: etree._Element, theme: Sequence[Color]) -> list[Color]:
    """The colors that parts of a string have of their own."""
    return [
        color
        for run in string.iter("{*}r")
        if (color := color_of(run.find("{*}rPr/{*}color"), theme, PALETTE)) is not None
    ]
