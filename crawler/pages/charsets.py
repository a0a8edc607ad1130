"""Bytes → text: byte order mark, UTF-8, what is declared, GB18030; run by run where a page holds a part in another."""

import codecs
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,9}=[\s"']{0,9}([A-Za-z0-9_.:-]{2,40})""")
DECLARED_WITHIN = 4096  # bytes
DECLARED_GB = re.compile(rb"<meta[^<>]{1,200}charset\s{0,9}=[\s\"']{0,9}(?:x-)?gb", re.IGNORECASE)
# gb2312 and gbk are read as their superset, as browsers do.
GB = ("gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "hz-gb-2312", "cp936")
# They decode anything: no evidence.
ANYTHING = (
    "iso-8859",
    "iso8859",
    "iso_8859",
    "latin",
    "ascii",
    "us-ascii",
    "windows-125",
    "cp125",
    "x-cp125",
    "koi8",
    "mac",
)
# Codecs of Python's own: no page is written in them, and some take the square of a text's length.
NO_CHARSET = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "utf-7", "undefined"})

# A run of characters that are none of ASCII, with the letters among which the second byte of one in GB18030 may be.
_RUN = re.compile(rb"[\x80-\xff](?:[\x40-\x7e\x80-\xff]+|[0-9](?=[\x81-\xfe][0-9])|(?<=[0-9][\x81-\xfe])[0-9])*")
MOST_RUNS = 300_000
# Chinese in UTF-8. By chance GB18030 holds hardly ever three of its characters side by side.
_WIDE = re.compile(rb"[\xe3-\xe9\xef][\x80-\xbf]{2}")
_ISLAND = re.compile(rb"((?:[\xe3-\xe9\xef][\x80-\xbf]{2}){3,1500})")
# The characters of GB2312 that are in nearly all use; UTF-8 taken for GB18030 has few of them.
_USUAL = re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]")
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
USUAL_SHARE = 0.6
SHORTEST = 4  # bytes; fewer may be what is left of a broken character
_HIGH = re.compile(rb"[\x80-\xff]")
CUT = 3  # bytes that may be left of a character at the end

UTF8, GBK = "utf-8", "gb18030"


class Decoded(NamedTuple):
    """A text, the charset in which a browser asks for what it leads to, and how many characters were lost."""

    text: str
    charset: str
    lost: int = 0


def decoded(body: bytes) -> Decoded:
    """The text of `body`; headers and `<meta>` often lie, so that what fits comes first. Never refuses anything."""
    if body.startswith(UTF16):
        return _replaced(body, "utf-16")
    body = body.removeprefix(codecs.BOM_UTF8)
    try:
        text = body.decode(UTF8)
    except UnicodeDecodeError as error:
        # A page cut in the middle of a character is still UTF-8.
        if error.start >= len(body) - CUT and error.reason == "unexpected end of data":
            return _replaced(body, UTF8)
    else:
        # Letters may stand as references alone (&#24180;): then only the page itself says what it is written in.
        is_gb = body.isascii() and DECLARED_GB.search(body, 0, DECLARED_WITHIN)
        return Decoded(text, "gbk" if is_gb else "utf-8")
    if not _ISLAND.search(body):
        declared = DECLARED.search(body[:DECLARED_WITHIN])
        name = declared[1].decode("ascii").lower() if declared else ""
        for charset in ("" if name.startswith((*ANYTHING, *GB)) else name, GBK):
            if (whole := _strict(body, charset)) is not None:
                return Decoded(whole, "gbk" if charset == GBK else charset)
    return _by_runs(body)


def _strict(body: bytes, charset: str) -> str | None:
    """The text when every byte fits; None for one wrong byte, and for charsets in which nothing is said in ASCII."""
    try:
        known = codecs.lookup(charset).name if charset else UTF8
        if known == UTF8 or known in NO_CHARSET or "<".encode(charset) != b"<":
            return None
        return body.decode(charset)
    except (LookupError, UnicodeError, ValueError):
        return None


def _replaced(body: bytes, charset: str) -> Decoded:
    text = body.decode(charset, "replace")
    return Decoded(text, "gbk" if charset == GBK else "utf-8", text.count("\ufffd"))


def _by_runs(body: bytes) -> Decoded:
    """Each run in the charset that fits it; one that fits both or neither in that of the runs around it."""
    runs: list[tuple[int, str, int]] = []
    for place, run in _runs(body):
        if len(runs) == MOST_RUNS:
            break
        runs.append((place, _charset(run), len(run)))
    size = {charset: sum(length for _, known, length in runs if known == charset) for charset in (UTF8, GBK)}
    base = UTF8 if size[UTF8] >= size[GBK] and size[UTF8] else GBK
    before = [*accumulate((charset for _, charset, _ in runs), _latest)]
    after = [*accumulate((charset for _, charset, _ in reversed(runs)), _latest)][::-1]
    # Between a part in one charset and a part in the other, that of most of the page.
    known = [
        one if one == other or not other else other if not one else base
        for one, other in zip(before, after, strict=True)
    ]
    known = [charset or base for charset in known]
    parts: list[str] = []
    start, charset = 0, base
    for (place, _, _), now in zip(runs, known, strict=True):
        if now != charset:
            parts.append(body[start:place].decode(charset, "replace"))
            start, charset = place, now
    parts.append(body[start:].decode(charset, "replace"))
    text = "".join(parts)
    return Decoded(text, "gbk" if base == GBK else "utf-8", text.count("\ufffd"))


def _latest(before: str, charset: str) -> str:
    return charset or before


def _runs(body: bytes) -> Iterator[tuple[int, bytes]]:
    """The runs and where they begin; one in which the two charsets stand side by side in its parts."""
    for found in _RUN.finditer(body):
        place, run = found.start(), found[0]
        for part in _ISLAND.split(run) if _ISLAND.search(run) and not _fits(run, UTF8) else (run,):
            if part:
                yield place, part
            place += len(part)


def _charset(run: bytes) -> str:
    """In which charset a run is; "" where that cannot be told from itself."""
    wide = len(_WIDE.findall(run)) * 3
    if _fits(run, UTF8):
        return UTF8 if wide else ""
    pairs = len(_PAIR.findall(run))
    usual = len(_USUAL.findall(run))
    if (
        len(run) >= SHORTEST
        and usual
        and usual >= USUAL_SHARE * pairs
        and wide * 2 < len(_HIGH.findall(run))
        and _fits(run, GBK)
    ):
        return GBK
    return UTF8 if wide * 2 >= len(_HIGH.findall(run)) else ""


def _fits(run: bytes, charset: str) -> bool:
    try:
        run.decode(charset)
    except UnicodeDecodeError:
        return False
    return True
