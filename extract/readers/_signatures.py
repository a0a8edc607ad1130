"""What the first bytes of a document are: a binary format, markup, or plain text."""

import re

from crawler.ground.formats import formats
from crawler.pages.sniff import media_type

ZIP_PARTS = tuple((member.encode(), one.zh) for one in formats() for member in one.members)
SIGNATURES = tuple((first, one.zh) for one in formats() for first in (*one.begins, *one.may_begin))
NAMES = {one.media_type: one.zh for one in formats()}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FIRST = 16384  # bytes of a package that are looked at where its directory is lost
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")

MARKUP_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--|<!doctype|</?(?:html|head|body|title|meta|link|style|script|base|div|p|table|tbody"
    r"|thead|tr|td|th|span|font|h[1-6]|article|section|center|ul|ol|li|dl|a|br|hr|img|form|b|strong|ucap\w+)\b)",
    re.I,
)
MARKUP_INSIDE = re.compile(r"<(?:html|body|/html|/body|/table|/td|/tr|/p|/div|/span|/li|/h[1-6])\b", re.I)
WORD_XML = re.compile(r"<\?mso-application|<w:wordDocument|<Workbook\b|<pkg:package")
CONTROLS = bytes([*range(9), *range(14, 27), *range(28, 32)])

MARKUP_NAMES = (".html", ".htm", ".shtml", ".xhtml", ".jsp", ".aspx", ".asp", ".php", ".jhtml", ".do")
TEXT_NAMES = (".txt", ".md", ".markdown", ".text")


def known_format(head: bytes) -> str:
    """The Chinese name of the binary format the bytes begin with, or an empty string."""
    if b"%PDF-" in head[:1024]:
        return NAMES["application/pdf"]
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        told = NAMES[media_type(head, "")]
        members = head[:FIRST].lower()
        cut_off = next((name for part, name in ZIP_PARTS if part in members), told)
        return cut_off if told == NAMES["application/zip"] else told
    if head.startswith(OLE):
        return NAMES[media_type(head, "")]
    if head.startswith(b"BM") and _controls(head[:32]):
        return NAMES["image/bmp"]
    if WORD_XML.search(_peek(head[:2048])):
        return "Office XML 文档"
    return next((name for start, name in SIGNATURES if head.startswith(start)), "")


def is_binary(head: bytes) -> bool:
    """True when the bytes are no text in any charset: a known format, or riddled with control characters."""
    if known_format(head):
        return True
    if head.startswith(UTF16_BOMS):
        return False
    head = head[:4096]
    return _controls(head) * 50 > len(head)


def _controls(head: bytes) -> int:
    return len(head) - len(head.translate(None, CONTROLS))


def is_markup(head: bytes, name: str) -> bool:
    """True for HTML. A text that merely mentions a tag stays text, above all when its name says so."""
    named_text = name.lower().endswith(TEXT_NAMES)
    if MARKUP_START.match(_peek(head[:1024])) and not named_text:
        return True
    text = _peek(head)
    if MARKUP_START.match(text):
        return not named_text or MARKUP_INSIDE.search(text) is not None
    tags = len(MARKUP_INSIDE.findall(text))
    if tags >= (20 if named_text else 3):
        return True
    return tags >= 1 and name.lower().endswith(MARKUP_NAMES)


def _peek(head: bytes) -> str:
    """The head as text in which ASCII stands as it is, whatever the charset."""
    if head.startswith(UTF16_BOMS):
        return head.decode("utf-16", "replace")
    return head.removeprefix(BOMS[0]).decode("latin-1")
