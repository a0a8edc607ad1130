"""File names from `Content-Disposition`: RFC 5987, percent-encoding, RFC 2047, and the bare GBK of many servers."""

import binascii
import re
from email.errors import HeaderParseError
from email.header import decode_header
from urllib.parse import unquote_to_bytes

from crawler.pages.page import decode, squeeze

EXTENDED = re.compile(rb"""filename\*\s*=\s*"?([\w-]+)'[^']*'([^;"\s]+)""", re.IGNORECASE)
PLAIN = re.compile(rb"""filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]+))""", re.IGNORECASE)
LONGEST = 255
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def file_name(header: bytes) -> str:
    """The file name that a server gives, without folders; empty if it gives none."""
    header = header[: 4 * LONGEST]
    extended = EXTENDED.search(header)
    if extended:
        raw = unquote_to_bytes(extended[2])
        try:
            name = raw.decode(extended[1].decode("ascii"))
        except (LookupError, ValueError):  # some of Python's codecs raise other errors than UnicodeDecodeError
            name = decode(raw)
    else:
        plain = PLAIN.search(header)
        name = _plain(plain[1] if plain[1] is not None else plain[2]) if plain else ""
    name = squeeze(CONTROLS.sub("", name))
    return re.split(r"[/\\]", name)[-1].strip()[:LONGEST]


def _plain(raw: bytes) -> str:
    raw = re.sub(rb"""\\(["\\])""", rb"\1", raw.strip())
    if raw.startswith(b"=?") and raw.endswith(b"?="):
        try:
            return "".join(
                part if isinstance(part, str) else part.decode(charset or "ascii", "replace")
                for part, charset in decode_header(raw.decode("ascii"))
            )
        except (HeaderParseError, LookupError, UnicodeDecodeError, binascii.Error, ValueError):
            return decode(raw)
    # Percent signs may be part of the name: they are decoded only if the result is valid text.
    read = unquote_to_bytes(raw) if re.search(rb"%[0-9A-Fa-f]{2}", raw) else raw
    text = decode(read)
    return text if "\ufffd" not in text else decode(raw)
