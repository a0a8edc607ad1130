"""Figures that are no plain text: told apart by style, in form fields, drawn, or written by a script."""

import re
from collections.abc import Iterable
from typing import cast

from lxml import etree

from extract.content import DOUBT
from extract.readers._styles import ADDED, APART, GONE, Styles, mark_of

HIGHEST = 40  # elements between a cell and what stands in it
CELLS = ("td", "th")
# Tags whose words are read with those beside them.
INLINE = ("span", "font", "o:p", "b", "strong", "u", "em", "i", "small", "big", "a", "label", "rt", "rp", "ins")
STRUCK = ("del", "s", "strike")
RAISED = ("sup", "sub", "small", "rt", "rp")
FIELDS = ("input", "select", "textarea")
NO_FIGURE = ("button", "submit", "reset", "image", "checkbox", "radio", "file", "password")  # types of <input>
# What may show a figure and is not read.
DRAWN = ("img", "svg", "canvas", "object", "embed", "iframe", "script", "video", "button", "meter", "progress", "math")

# The whole of a cell of figures: digits, signs, units, marks of notes; a label has other words.
_FIGURES = re.compile(
    r"[\s0-9０-９+\-−–—±.,，．、/／%％()（）\[\]［］【】〔〕*＊※†#\u00b2\u00b3\u00b9\u2070-\u2079①-⑳"
    r"注件条项次个宗份万亿元增减无]{1,60}"
)
_HAS_FIGURE = re.compile(r"[0-9０-９/／\-—无]")
_PLAIN = re.compile(r"\s{0,9}[+\-]?[0-9][0-9,，.]{0,20}\s{0,9}|\s{0,9}(?:[/／\-—]{1,3}|无)\s{0,9}")
_DATA = ("value", "val", "num", "number", "count", "figure", "to", "end", "target", "content", "text", "v")
_holders = etree.XPath(f"//*[{' or '.join(f'@data-{name}' for name in _DATA)}]")
_words = etree.XPath(
    "descendant::text()[not(parent::script or parent::style or parent::option or parent::select or parent::textarea"
    " or parent::button or parent::noscript or parent::text or parent::tspan)]",
    smart_strings=False,
)
_SUSPECT = re.compile(
    rb"<(?:sup|sub|del|s|strike|small|rt)[\s>]|line-through|mso-hide|mso-text-raise|display\s{0,9}:\s{0,9}none"
    rb"|visibility|vertical-align\s{0,9}:\s{0,9}(?:su|text-|[-+.0-9])|opacity|clip|transparent|position\s{0,9}:"
    rb"|font-size\s{0,9}:\s{0,9}(?:0|[1-9][^0-9]|[1-7][0-9]%|\.|small|x)|text-indent\s{0,9}:\s{0,9}-|[\s\"']hidden[\s=>\"']"
    rb"|color\s{0,9}:\s{0,9}(?:#f|white)|content\s{0,9}:|<a\s[^>]{0,99}#|class\s?=\s?[\"']?[^\"'>]{0,60}(?:hid|del|strik|sr-only|d-none|sup|note)"
)


def settle(root: etree._Element, markup: bytes) -> None:
    """Puts DOUBT before each cell whose figure a reader of the page sees otherwise than its text says, or not at all.

    A field with a plain value is read as text. Words told apart by style never join those beside them.
    """
    page = _Page(root)
    page.fields()
    page.drawn()
    if _SUSPECT.search(markup.lower()):
        page.styled()


class _Page:
    """A page on its way to text. What a cell says is found once: all of a page may be one cell."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.said: dict[etree._Element, str] = {}

    def _said(self, cell: etree._Element) -> str:
        if cell not in self.said:
            words = cast(list[str], _words(cell))
            self.said[cell] = "".join("".join(words).replace(DOUBT, "").split())
        return self.said[cell]

    def fields(self) -> None:
        found: dict[etree._Element, list[etree._Element]] = {}
        for field in self.root.iter(*FIELDS):
            cell = _cell_of(field)
            if cell is not None and _type(field) not in NO_FIGURE:
                found.setdefault(cell, []).append(field)
        for cell, fields in found.items():
            beside = self._said(cell)
            if beside and not _FIGURES.fullmatch(beside):
                continue  # a label, or no cell of figures
            shown = [one for one in fields if _type(one) != "hidden" and mark_of(one.get("style") or "") != GONE]
            value = _value(shown[0]) if len(shown) == 1 else None
            if beside and not shown and _HAS_FIGURE.search(beside):
                continue  # an invisible field beside a figure
            if value is None or _HAS_FIGURE.search(beside):
                _doubt(cell)
            else:
                _write(shown[0], value)
                self.said.pop(cell, None)

    def drawn(self) -> None:
        """Cells without a word that hold a picture, a script or a figure for one."""
        for element in self.root.iter(*DRAWN):
            self._empty(_cell_of(element))
        for element in cast(list[etree._Element], _holders(self.root)):
            if any(_PLAIN.fullmatch(element.get(f"data-{name}") or "") for name in _DATA):
                self._empty(element if element.tag in CELLS else _cell_of(element))

    def _empty(self, cell: etree._Element | None) -> None:
        if cell is not None and not self._said(cell):
            _doubt(cell)

    def styled(self) -> None:
        styles = Styles("\n".join("".join(map(str, sheet.itertext())) for sheet in self.root.iter("style")))
        for element in [*self.root.iter(etree.Element)]:
            mark = styles.mark(element)
            if element.tag in STRUCK:
                mark = GONE
            elif element.tag in RAISED or (element.tag == "a" and "#" in (element.get("href") or "")):
                mark = mark or APART
            if mark:
                self._set_apart(element, mark)

    def _set_apart(self, element: etree._Element, mark: str) -> None:
        for cell in _cells(element, mark):
            figures = self._said(cell)
            if not _FIGURES.fullmatch(figures):
                continue
            words = figures if element.tag in CELLS else "".join("".join(map(str, element.itertext())).split())
            if mark == ADDED or (words and (mark == GONE or words != figures)):
                _doubt(cell)
        if element.tag in INLINE and element.tag != "a" and (len(element) or (element.text or "").strip()):
            element.tag = "del"  # _flatten puts a space on either side of it


def _cell_of(element: etree._Element) -> etree._Element | None:
    for number, above in enumerate(element.iterancestors()):
        if above.tag in CELLS:
            return above
        if above.tag == "table" or number > HIGHEST:
            return None
    return None


def _cells(element: etree._Element, mark: str) -> Iterable[etree._Element]:
    """The cell that an element stands in or is; as a whole it is set apart only where it is gone.

    Rows and tables that are hidden are read like others: a script may show them.
    """
    if element.tag in CELLS:
        return () if mark == APART else (element,)
    cell = _cell_of(element)
    return () if cell is None else (cell,)


def _doubt(cell: etree._Element) -> None:
    if not (cell.text or "").startswith(DOUBT):
        cell.text = DOUBT + (cell.text or "")


def _type(field: etree._Element) -> str:
    return (field.get("type") or "").strip().lower()


def _write(field: etree._Element, value: str) -> None:
    """Puts the value of a field in its place."""
    tail = field.tail
    field.clear()
    field.tag, field.text, field.tail = "span", value.strip(), tail


def _value(field: etree._Element) -> str | None:
    """The plain value that a field shows; None where a script may fill it, or where it is not said which is shown."""
    if field.tag == "input":
        shown = field.get("value")
    elif field.tag == "textarea":
        shown = "".join(map(str, field.itertext()))
    else:
        options = [*field.iter("option")]
        chosen = [option for option in options if option.get("selected") is not None] or options
        shown = "".join(map(str, chosen[0].itertext())) if len(chosen) == 1 else None
    return shown if shown and _PLAIN.fullmatch(shown) else None
