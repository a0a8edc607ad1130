"""Figures that a page shows and does not write: by its own elements, by attributes, pictures; and words unseen."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from lxml import etree

from extract.readers._colors import Color, color_of, is_unseen
from extract.readers._flatten import DRAW, SHOW
from extract.readers._shown import FIGURED, HOLDERS, KNOWN, VALUES
from extract.readers._styles import CELLS, INK, PAPER, PICTURE, Styles, looks_of

HIGHEST = 30  # elements above one: a cell that it is in, a ground that is behind it
MOST_TEXTS = 60  # pieces of an element's text

_TAG = re.compile(rb"<([a-zA-Z][^\s<>/]{0,40})")
_FIGURE = re.compile(r"\s{0,9}[+\-]?[0-9][0-9,，.]{0,20}\s{0,9}")
# An attribute that holds a figure and nothing else: the letters that it begins with, and all of it.
_VALUE = rb"""\s{0,9}=\s{0,9}["']?\s{0,9}[-+]?[0-9][0-9,.]{0,20}\s{0,9}["'\s/>]"""
_DATA = b"|".join(name[5:].encode() for name in sorted(HOLDERS) if name.startswith("data-"))
_HELD = {
    **{word: re.compile(word + _VALUE) for word in (b"itle", b"aria-label", b"-text", b"-html", b":text", b"-bind")},
    b"data-": re.compile(b"data-(?:" + _DATA + b")" + _VALUE),
}
_NUMBERED = re.compile(r"(?:icon-|img-|pic-)?(?:num|number|digit|figure|shuzi|sz|n|d)[-_]?[0-9]{1,4}", re.IGNORECASE)
_NUMBERED_CLASS = re.compile(
    rb"""class\s?=\s?["']?(?:[^"'<>]{0,60}[\s-])?(?:num|number|digit|figure|shuzi|sz|n|d)[-_]?[0-9]"""
)
_PICTURED = re.compile(rb"url\s?\(")
_BACKGROUND = re.compile(rb"ackground\s?=")
_INKS = re.compile(rb"olor\s{0,3}[:=]\s{0,3}[\"']?([^;\"'<>}\n]{1,40})")
_PAPERS = (
    re.compile(rb"ackground(?:-color)?\s{0,3}:\s{0,3}[\"']?([^;\"'<>}\n]{1,60})"),
    re.compile(rb"gcolor\s{0,3}=\s{0,3}[\"']?([^;\"'<>}\n]{1,60})"),
)


class Heads(NamedTuple):
    """The begins of a page's elements, one a line, each different one once; and their tags."""

    text: bytes
    tags: frozenset[bytes]


def heads_of(pieces: bytes) -> Heads:
    """The heads in this markup: far less to look at."""
    found = {piece.partition(b">")[0] for piece in {*pieces.split(b"<")}}
    text = b"\n<".join([b"", *found, b""])
    tags = frozenset([name.lower() for name in {*_TAG.findall(text)}])
    # A value with a sign in it that ends an element for us, and not for a browser, is taken with all around it.
    return Heads(pieces if any(one.count(b'"') & 1 or one.count(b"'") & 1 for one in found) else text, tags)


def mark_drawn(root: etree._Element, heads: Heads, styles: Styles) -> None:
    """Marks what may fill a cell (SHOW: an empty one; DRAW: also one with digits) without a word in it."""
    if strangers := {name for name in heads.tags - KNOWN if b":" not in name}:
        # No element bears a name with a control character: it was dropped before.
        names = [tag for name in strangers if (tag := name.decode("utf-8", "replace")).isprintable()]
        for element in root.iter(*names) if names else ():
            _own_element(element)
    text = heads.text
    if not FIGURED.isdisjoint(heads.tags) or any(word in text and one.search(text) for word, one in _HELD.items()):
        for element in root.iter(etree.Element):
            if element.attrib and _holds_figure(element):
                element.text = SHOW + (element.text or "")
    if styles.looks or any(one.search(text) for one in (_PICTURED, _BACKGROUND, _NUMBERED_CLASS)):
        for element in root.iter(etree.Element):
            if _is_pictured(element, styles) and _is_in_cell(element):
                element.text = (SHOW if element.tag in CELLS else DRAW) + (element.text or "")


def _is_in_cell(element: etree._Element) -> bool:
    return element.tag in CELLS or any(above.tag in CELLS for above in islice(element.iterancestors(), HIGHEST))


def _words(element: etree._Element) -> str:
    """The begin of what is written in an element: whether there is anything."""
    return "".join("".join(map(str, islice(element.itertext(), MOST_TEXTS))).split())


def _own_element(element: etree._Element) -> None:
    """An element of the page's own: what it shows is in no text, or is said by an attribute as well."""
    if not _is_in_cell(element):
        return
    words = _words(element)
    figures = (str(value).strip() for value in element.attrib.values() if _FIGURE.fullmatch(str(value)))
    if not words or any(figure != words for figure in figures):
        element.text = DRAW + (element.text or "")


def _holds_figure(element: etree._Element) -> bool:
    return any(
        (name in HOLDERS or (element.tag.encode() in FIGURED and name in VALUES)) and _FIGURE.fullmatch(str(value))
        for name, value in element.items()
    )


def _is_pictured(element: etree._Element, styles: Styles) -> bool:
    """Whether a picture behind an empty element may be what it shows."""
    style, named = element.get("style") or "", element.get("class") or ""
    if not (
        element.get("background")
        or ("url(" in style.replace(" ", "") and any(one.startswith(PICTURE) for one in _looks(style)))
        or (element.tag not in CELLS and any(map(_NUMBERED.fullmatch, named.split())))
        or (styles.looks and styles.look(element, PICTURE))
    ):
        return False
    return element.tag in CELLS or not _words(element)


def _looks(style: str) -> list[str]:
    return [*looks_of("".join(style.lower().split()))]


def unseen(root: etree._Element, said: bytes, styles: Styles) -> Iterator[etree._Element]:
    """The elements whose words have the color of what is behind them; `said` are all heads and sheets."""
    papers = _colors(said, *_PAPERS)
    inks = _colors(said, _INKS) if papers else set()
    hiding = {ink for ink in inks if any(is_unseen(ink, paper) for paper in papers)}
    if not hiding:
        return
    for element in root.iter(etree.Element):
        ink = _color(element, styles, INK)
        if ink in hiding and _is_in_cell(element) and is_unseen(ink, _behind(element, styles)):
            yield element


def _colors(said: bytes, *patterns: re.Pattern[bytes]) -> set[Color]:
    values = {value for pattern in patterns for value in pattern.findall(said)}
    found = {color_of(value.decode("utf-8", "replace")) for value in values}
    return {color for color in found if color is not None}


def _color(element: etree._Element, styles: Styles, kind: str) -> Color | None:
    """The color of an element itself, or of its ground."""
    style = element.get("style")
    said = next((one for one in _looks(style) if one.startswith(kind)), "") if style else ""
    attribute = element.get("color" if kind == INK else "bgcolor") or ""
    return color_of(said[len(kind) :] or attribute or (styles.look(element, kind) if styles.looks else ""))


def _behind(element: etree._Element, styles: Styles) -> Color | None:
    """The ground that is behind an element: its own, or the nearest one."""
    for above in (element, *islice(element.iterancestors(), HIGHEST)):
        if (found := _color(above, styles, PAPER)) is not None:
            return found
    return None
