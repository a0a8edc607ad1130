"""Elements of a page that are shown otherwise than the words beside them, marked before the page becomes text."""

import re

from lxml import etree

from extract.readers._flatten import ADD, AWAY, CLOSE, GONE_FIELD, LIFT, SHOW
from extract.readers._styles import ADDED, APART, GONE, mark_of, styles_of

CELLS = ("td", "th")
# Tags that never end a word or a paragraph and say nothing of their own.
INLINE = ("span", "font", "o:p", "b", "strong", "u", "em", "i", "small", "big", "ins", "label")
FIELDS = ("input", "select", "textarea")
# Hidden rows and tables are read like others: a script may show them.
NEVER = ("table", "thead", "tbody", "tfoot", "tr", "html", "body", "del", "s", "strike", "sup", "sub")

# Lower or upper case and nothing between: what writes the attribute otherwise writes no pages.
_STYLE = re.compile(rb"""tyle\s{0,9}=\s{0,9}("[^"]*|'[^']*|[^\s"'>]+)""")
_UPPER_STYLE = re.compile(rb"""TYLE\s{0,9}=\s{0,9}("[^"]*|'[^']*|[^\s"'>]+)""")
_HIDDEN = re.compile(rb"hidden[\s>=/]")
_HIDDEN_CLASS = re.compile(rb"""class\s?=\s?["']?(?:[^"'<>]{0,60}\s)?(?:is-|u-)?(?:hide|hidden)[\s"'>]""")
# Of <font>: pale or small. Each begins with letters, which are soon found.
_PALE = rb"""\s?=\s?["']?\s?(?:#?[fF][0-9a-fA-F][fF]|white|WHITE)"""
_SMALL = rb"""\s?=\s?["']?\s?(?:1|-[1-9])[\s"'>/]"""
_FAINT = (
    *(re.compile(name + rb"(?<=\s[cC]" + name + rb")" + _PALE) for name in (b"olor", b"OLOR")),
    *(re.compile(name + rb"(?<=\s[sS]" + name + rb")" + _SMALL) for name in (b"ize", b"IZE")),
)
# Attributes that scripts take figures from.
_DATA = ("value", "val", "num", "number", "count", "figure", "to", "end", "target", "content", "text", "v")
_HOLDER = re.compile(rb"""data-(?:%s)\s{0,9}=\s{0,9}["']?\s{0,9}[-+]?[0-9]""" % "|".join(_DATA).encode())
_HOLDERS = frozenset(f"data-{name}" for name in _DATA)
_FIGURE = re.compile(r"\s{0,9}[+\-]?[0-9][0-9,，.]{0,20}\s{0,9}")


def mark(root: etree._Element, pieces: bytes) -> None:
    """Puts marks into the tree of a page around what styles set apart, and before what a script may fill.

    `pieces` holds each different piece of its markup once; most pages are done after a look at these. What tags say by
    themselves is marked where the page becomes text.
    """
    sheet = "\n".join(["".join(map(str, sheet.itertext())) for sheet in root.iter("style")])
    styles = styles_of(sheet)
    if styles.rules or styles.attributes or _is_suspect(pieces):
        for element in root.iter(etree.Element):
            if shown := styles.mark(element):
                _set_apart(element, shown)
    if b"data-" in pieces and _HOLDER.search(pieces):
        for element in root.iter(etree.Element):
            if any(name in _HOLDERS and _FIGURE.fullmatch(str(value)) for name, value in element.items()):
                element.text = SHOW + (element.text or "")


def _is_suspect(pieces: bytes) -> bool:
    """Whether the markup, or each of its different pieces once, may hold an element that is shown otherwise."""
    values = {*_STYLE.findall(pieces)}
    if b"TYLE" in pieces:
        values.update(_UPPER_STYLE.findall(pieces))
    if any(mark_of(value[value[:1] in b"\"'" :].decode("utf-8", "replace")) for value in values):
        return True
    if (b"<font" in pieces or b"<FONT" in pieces) and any(one.search(pieces) for one in _FAINT):
        return True
    return b"hid" in pieces and bool(_HIDDEN.search(pieces) or _HIDDEN_CLASS.search(pieces))


def _set_apart(element: etree._Element, shown: str) -> None:
    tag = element.tag
    if tag in FIELDS:
        if shown == GONE:
            element.set(GONE_FIELD, "")
    elif tag in NEVER or (tag in CELLS and shown == APART):
        return
    elif shown == ADDED:
        element.text = ADD + (element.text or "")
    elif shown == GONE and tag in INLINE:
        element.tag = "del"  # a space stands on either side of it, in cells and out of them
    else:
        element.text = (AWAY if shown == GONE else LIFT) + (element.text or "")
        if len(element):
            element[-1].tail = (element[-1].tail or "") + CLOSE
        else:
            element.text += CLOSE
