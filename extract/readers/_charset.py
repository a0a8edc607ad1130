"""Bytes → text. BOM, then strict UTF-8, then what is declared, then GB18030; never a silent mojibake."""

import codecs
import re

from crawler.pages.markup import permitted
from extract.readers._unreadable import refuse

# gb2312 and gbk are read as their superset, as browsers do.
DECLARED = re.compile(rb"""(?:charset|encoding)\s*=[\s"']*([A-Za-z0-9_.:-]{2,40})""")
GB = ("gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "hz-gb-2312", "cp936")
NEVER = ("iso-8859-1", "latin1", "latin-1", "ascii", "us-ascii", "windows-1252")  # they decode anything: no evidence
CONTROLS = bytes([*range(9), 11, *range(14, 32), 127])  # no byte of a GB18030 or UTF-8 character is one of them
HALF = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")  # half of a pair, written as if it were a character
# Codecs of Python's own: no page is written in them, and some take the square of a text's length.
NO_CHARSET = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "utf-7", "undefined"})
BROKEN_SHARE = 0.01  # share of characters that may be lost before the text counts as not read
PIECE = 16_384
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(body: bytes) -> str:
    """The text of `body`, without BOM and what no text may hold; raises Unreadable when no charset fits."""
    if body.startswith(UTF16):
        text = _utf16(body)
    else:
        text = _decode(_whole(body.translate(None, CONTROLS + b"\f")).removeprefix(codecs.BOM_UTF8))
    return permitted(text.replace("\x7f", ""))


def to_utf8(body: bytes) -> bytes:
    """The same for a parser that takes UTF-8; most bodies are that already and pass as they are.

    The parser sees what control characters part: it is dropped behind it.
    """
    if body.startswith(UTF16):
        return _utf16(body).replace("\0", "").encode("utf-8", "ignore")
    body = body.removeprefix(codecs.BOM_UTF8)
    if b"\x00" not in body and _is_utf8(body):
        return body
    return _decode(_whole(body.translate(None, CONTROLS))).encode("utf-8", "ignore")


def _whole(body: bytes) -> bytes:
    """UTF-8 without halves of pairs, which no decoder takes; other charsets as they are."""
    if HALF.search(body) and _is_utf8(whole := HALF.sub(b"", body)):
        return whole
    return body


def _utf16(body: bytes) -> str:
    try:
        return body.decode("utf-16", "surrogatepass")
    except UnicodeDecodeError:
        return _lenient(body, "utf-16")


def _is_utf8(body: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(body), PIECE):  # pieces that stay in the processor's cache: half the time
            decoder.decode(body[start : start + PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = DECLARED.search(body[:4096])
    name = declared.group(1).decode("ascii").lower() if declared else ""
    for charset in (name if name not in NEVER and name not in GB else "", "gb18030"):
        text = _strict(body, charset)
        if text is not None and not _looks_like_utf8(body):
            return text
    return _lenient(body, "utf-8" if _looks_like_utf8(body) else "gb18030")


def _strict(body: bytes, charset: str) -> str | None:
    """The text when every byte fits; None for an unknown charset or one wrong byte."""
    try:
        known = codecs.lookup(charset).name if charset else "utf-8"
        return body.decode(charset) if known != "utf-8" and known not in NO_CHARSET else None
    except (LookupError, UnicodeError, ValueError):
        return None


def _looks_like_utf8(body: bytes) -> bool:
    """UTF-8 with a few wrong bytes (a cut end, one bad character) and not another charset."""
    text = body.decode("utf-8", "replace")
    foreign = sum(map(len, re.findall("[^\x00-\x7f]+", text)))
    return text.count("\ufffd") * 20 < foreign


def _lenient(body: bytes, charset: str) -> str:
    text = body.decode(charset, "replace")
    lost = text.count("\ufffd")
    if lost > 2 and lost > BROKEN_SHARE * len(text):
        raise refuse("decode_error", "无法确定文字编码：既不是 UTF-8，也不是 GB18030，内容可能已损坏。")
    return text.removeprefix("\ufeff")
