"""Elements of a page that are shown otherwise than the words beside them, marked before the page becomes text."""

import re

from lxml import etree

from extract.readers._drawn import heads_of, mark_drawn, unseen
from extract.readers._flatten import ADD, AWAY, CLOSE, GONE_FIELD, LIFT
from extract.readers._styles import ADDED, APART, CELLS, GONE, mark_of, styles_of

# Tags that never end a word or a paragraph and say nothing of their own.
INLINE = ("span", "font", "o:p", "b", "strong", "u", "em", "i", "small", "big", "ins", "label")
FIELDS = ("input", "select", "textarea")
# Hidden rows and tables are read like others: a script may show them.
NEVER = ("table", "thead", "tbody", "tfoot", "tr", "html", "body", "del", "s", "strike", "sup", "sub")

# Lower or upper case and nothing between: what writes the attribute otherwise writes no pages.
_STYLE = re.compile(rb"""tyle\s{0,9}=\s{0,9}("[^"]*|'[^']*|[^\s"'>]+)""")
_UPPER_STYLE = re.compile(rb"""TYLE\s{0,9}=\s{0,9}("[^"]*|'[^']*|[^\s"'>]+)""")
_TURNED = re.compile(rb"""dir\s?=\s?["']?[rR][tT][lL]""")
_HIDDEN = re.compile(rb"hidden[\s>=/]")
_HIDDEN_CLASS = re.compile(rb"""class\s?=\s?["']?(?:[^"'<>]{0,60}\s)?(?:is-|u-)?(?:hide|hidden)[\s"'>]""")
# Of <font>: pale or small. Each begins with letters, which are soon found.
_PALE = rb"""\s?=\s?["']?\s?(?:#?[fF][0-9a-fA-F][fF]|white|WHITE)"""
_SMALL = rb"""\s?=\s?["']?\s?(?:1|-[1-9])[\s"'>/]"""
_FAINT = (
    *(re.compile(name + rb"(?<=\s[cC]" + name + rb")" + _PALE) for name in (b"olor", b"OLOR")),
    *(re.compile(name + rb"(?<=\s[sS]" + name + rb")" + _SMALL) for name in (b"ize", b"IZE")),
)


def mark(root: etree._Element, pieces: bytes) -> None:
    """Puts marks into the tree of a page around what styles set apart, and where a figure may be shown without a word.

    `pieces` holds each different piece of its markup once; most pages are done after a look at these. What tags say by
    themselves is marked where the page becomes text.
    """
    heads = heads_of(pieces)
    styled = b"style" in heads.tags
    sheet = "\n".join(["".join(map(str, sheet.itertext())) for sheet in root.iter("style")]) if styled else ""
    styles = styles_of(sheet)
    if styles.rules or styles.attributes or styles.within or _is_suspect(heads.text):
        for element in root.iter(etree.Element):
            if shown := styles.mark(element):
                _set_apart(element, shown)
    for element in [*unseen(root, heads.text + sheet.encode("utf-8", "replace") if sheet else heads.text, styles)]:
        _set_apart(element, GONE)
    mark_drawn(root, heads, styles)


def _is_suspect(heads: bytes) -> bool:
    """Whether the begins of elements may hold one that is shown otherwise."""
    values = {*_STYLE.findall(heads)}
    if b"TYLE" in heads:
        values.update(_UPPER_STYLE.findall(heads))
    if any(mark_of(value[value[:1] in b"\"'" :].decode("utf-8", "replace")) for value in values):
        return True
    if (b"<font" in heads or b"<FONT" in heads) and any(one.search(heads) for one in _FAINT):
        return True
    if _TURNED.search(heads):
        return True
    return b"hid" in heads and bool(_HIDDEN.search(heads) or _HIDDEN_CLASS.search(heads))


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
