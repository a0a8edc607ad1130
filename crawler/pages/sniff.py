"""What a file is, told from its bytes; its name only settles what bytes alone cannot (two kinds of text)."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable

from crawler.ground.formats import formats

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"
EMPTY = "application/x-empty"
BINARY = "application/octet-stream"
OLE = "application/x-ole-storage"

MAGIC = tuple((first, one.media_type) for one in formats() for first in one.begins)
# A member that tells what the package is.
PACKAGES = tuple((member, one.media_type) for one in formats() for member in one.members)
RIFF = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"WAVE": "audio/wav"}
# Streams of an OLE file, as their names stand in its directory. A .wps of the old kind is a Word file inside.
OLE_STREAMS = tuple((stream, one.media_type) for one in formats() for stream in one.streams)
# The first bytes of a local header in a zip: its name's length, then the name.
ZIP_MEMBER = re.compile(rb"PK\x03\x04.{22}(..)..", re.DOTALL)

OFFICE_NAMESPACE = b"urn:schemas-microsoft-com:office"
LOOKED_AT = 1 << 16
MOST_MEMBERS = 50_000  # a zip with more is not opened: its directory alone could fill the memory
CENTRAL_ENTRY = b"PK\x01\x02"
TAGS = (
    "html|head|body|title|meta|script|style|link|div|span|p|a|br|table|tbody|thead|tr|td|th|ul|ol|li|h[1-6]|font|"
    "center|form|img|section|article|main|ucaptitle|ucapcontent|publishtime|iframe|strong|b"
)
COMMENT = r"<!--[^-]*(?:-(?!->)[^-]*)*-->"  # one, and never two of them at once
HTML_START = re.compile(rf"\s*(?:<\?xml[^>]*>\s*|{COMMENT}\s*)*<(?:!doctype\s+html|(?:{TAGS})[\s/>])", re.I)
# A fragment that begins with words is HTML when structure is closed in it; a stray tag in a text is not enough.
HTML_INSIDE = re.compile(r"<(?:html|body|table)\b[^<>]*>", re.I)
HTML_CLOSED = re.compile(r"</(?:td|tr|table|p|div|li|ul|body|html)\s*>", re.I)
UTF16 = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
CONTROL = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]")
SUFFIXES = {".md": "text/markdown", ".csv": "text/csv"}


def from_office(head: bytes) -> bool:
    """Whether HTML was saved by Word or Excel: a file of its own under the name of one, no page of a site."""
    return OFFICE_NAMESPACE in head[:4096]


def media_type(head: bytes, name: str) -> str:
    """The media type of a file from its bytes (all of them, or at least the first 64 KB).

    A zip or OLE package is named exactly when its whole body is given; `application/octet-stream` is unknown.
    """
    if not head:
        return EMPTY
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return zip_type(_members(head))
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return next((kind for stream, kind in OLE_STREAMS if _stream(stream) in head), OLE)
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return kind
    return _media(head) or _text(head, name)


def zip_type(members: Iterable[str]) -> str:
    """What a zip with these members is: a Word, sheet, OFD or OpenDocument file, or just a zip."""
    names = [name.lower().lstrip("./") for name in members]
    for sign, kind in PACKAGES:
        # A folder named word/ in a plain zip is no Word file.
        folder = sign.endswith("/") and "[content_types].xml" in names
        if any(name == sign or (folder and name.startswith(sign)) for name in names):
            return kind
    if "mimetype" in names and "content.xml" in names:
        return "application/vnd.oasis.opendocument"
    return ZIP


def _stream(name: str) -> bytes:
    # Followed by the NUL that ends it, or "Book" would be found in "Workbook".
    return b"\0" + name.encode("utf-16-le") + b"\0\0" if name == "Book" else name.encode("utf-16-le")


def _members(body: bytes) -> list[str]:
    try:
        if body.count(CENTRAL_ENTRY) <= MOST_MEMBERS:
            with zipfile.ZipFile(io.BytesIO(body)) as package:
                return package.namelist()
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        ValueError,
        OSError,
        EOFError,
        RuntimeError,
        OverflowError,
        IndexError,
    ):
        pass  # cut off or damaged: its local headers still say what it was
    names = []
    for match in ZIP_MEMBER.finditer(body, 0, 16 * LOOKED_AT):
        length = int.from_bytes(match[1], "little")
        names.append(body[match.end() : match.end() + min(length, 255)].decode("utf-8", "replace"))
    return names


def _media(head: bytes) -> str | None:
    if head[4:8] == b"ftyp":
        return "image/heic" if head[8:11] in (b"hei", b"mif") else "video/mp4"
    if head.startswith(b"RIFF"):
        return RIFF.get(head[8:12], BINARY)
    if head.startswith(b"BM") and len(head) > 14 and int.from_bytes(head[10:14], "little") < 2000:
        return "image/bmp"
    # "MZ" may begin a text; an executable has the offset of its second header at 0x3c.
    if head.startswith(b"MZ") and b"\0" in head[:64]:
        return "application/x-executable"
    return None


def _text(head: bytes, name: str) -> str:
    text = _decode(head[:LOOKED_AT])
    if text is None:
        return BINARY
    if HTML_START.match(text) or HTML_INSIDE.search(text) or len(HTML_CLOSED.findall(text)) >= 3:
        return "text/html"
    if text.lstrip()[:5].lower() == "<?xml":
        return "application/xml"
    if re.match(r"MIME-Version:", text.lstrip()[:40], re.I):
        return "multipart/related"
    suffix = re.search(r"\.\w+$", name.strip().lower())
    return SUFFIXES.get(suffix[0], "text/plain") if suffix else "text/plain"


def _decode(sample: bytes) -> str | None:
    """The sample as text, or None when it is none. The last character may be cut through."""
    for mark, encoding in UTF16:
        if sample.startswith(mark):
            return sample[2:].decode(encoding, "ignore")
    sample = sample.removeprefix(b"\xef\xbb\xbf")
    for encoding in ("utf-8", "gb18030"):
        text = _strict(sample, encoding)
        if text is not None:
            return text if len(CONTROL.findall(text)) <= len(text) // 100 and "\0" not in text[:1000] else None
    # Mostly text with a few broken bytes is still text; noise is not.
    text = sample.decode("gb18030", "replace")
    noise = text.count("\ufffd") + len(CONTROL.findall(text))
    return text if noise <= len(text) // 50 else None


def _strict(sample: bytes, encoding: str) -> str | None:
    for cut in range(4):
        try:
            return sample[: len(sample) - cut].decode(encoding)
        except UnicodeDecodeError as error:
            if error.start < len(sample) - cut - 4:
                return None
    return None
