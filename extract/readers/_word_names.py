"""The names of WordprocessingML, old and strict, as one: `w:p`, `a:blip`, …; "" for what is of no use to us."""

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "c",
    "http://purl.oclc.org/ooxml/drawingml/chart": "c",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram": "dgm",
    "http://purl.oclc.org/ooxml/drawingml/diagram": "dgm",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
}
# Of what a text processor knows, it shows the first choice; of the rest what stands beside it.
KNOWN = ("http://schemas.microsoft.com/office/", "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/")


@lru_cache(maxsize=2048)
def _named(tag: str) -> str:
    space, _, local = tag[1:].rpartition("}")
    prefix = _PREFIXES.get(space)
    return f"{prefix}:{local}" if prefix else local if space.startswith(KNOWN) else ""


def name_of(element: etree._Element) -> str:
    """The name of an element."""
    tag = element.tag
    return _named(tag) if tag.__class__ is str else ""


def value_of(element: etree._Element | None, name: str = "val") -> str | None:
    """An attribute, in whatever namespace it stands."""
    if element is None:
        return None
    for key, value in element.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first child of this name, its first child of the next, …"""
    for name in path:
        if element is None:
            return None
        element = next((one for one in element if name_of(one) == name), None)
    return element


def is_on(element: etree._Element | None) -> bool | None:
    """What a switch says: True, False, or None where it is not there."""
    if element is None:
        return None
    return (value_of(element) or "true").lower() not in ("0", "false", "off", "none")


def number(text: str | None, other: int = 0) -> int:
    """An attribute as a number; `other` where it is none."""
    try:
        return int(float(text)) if text and len(text) < 20 else other
    except (ValueError, OverflowError):
        return other


def shown_branch(element: etree._Element) -> Iterator[etree._Element]:
    """What stands in an mc:AlternateContent for those who know what today's programs know: one branch of it."""
    for one in element:
        name = name_of(one)
        spaces = [one.nsmap.get(prefix) or "" for prefix in (one.get("Requires") or "").split()]
        if name == "mc:Fallback" or (name == "mc:Choice" and all(space.startswith(KNOWN) for space in spaces)):
            yield from one
            return
