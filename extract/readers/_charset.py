"""Bytes → text, as the crawl decodes them, refused where too much of it would be lost: never a silent mojibake."""

import codecs
import re

from crawler.pages.charsets import UTF16, decoded
from crawler.pages.markup import permitted
from extract.readers._unreadable import refuse

CONTROLS = bytes([*range(9), 11, *range(14, 32), 127])  # no byte of a GB18030 or UTF-8 character is one of them
HALF = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")  # half of a pair, written as if it were a character
BROKEN_SHARE = 0.01  # share of characters that may be lost before the text counts as not read
FEW_BROKEN = 2  # characters that may be lost of any text
PIECE = 16_384


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
        return _decode(body)


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
    """What is read of a body as a crawl decodes it; refused where too much of it is lost."""
    text, _, lost = decoded(body)
    if lost > FEW_BROKEN and lost > BROKEN_SHARE * len(text):
        raise refuse("decode_error", "无法确定文字编码：既不是 UTF-8，也不是 GB18030，内容可能已损坏。")
    return text.removeprefix("\ufeff")
