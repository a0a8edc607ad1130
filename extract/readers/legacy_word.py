"""DOC, WPS, RTF, ODT and Word's XML of 2003 → Content: LibreOffice makes a DOCX of them, which is read as any other."""

import re

from crawler.pages.sniff import media_type
from extract.content import Content
from extract.readers._signatures import OLE
from extract.readers._unreadable import Unreadable, refuse

order = 22
NEEDS = "office"

WORD, OPEN_DOCUMENT = "application/msword", "application/vnd.oasis.opendocument"
RTF = re.compile(rb"\s{0,64}\{\\rtf")
XML_2003 = re.compile(rb"<\w{0,9}:?wordDocument\b")
ODT = b"application/vnd.oasis.opendocument.text"
FLAT_ODT = re.compile(rb'office:mimetype="application/vnd\.oasis\.opendocument\.text"')
START = 4096  # bytes in which a document says what it is
LOCKED = "EncryptedPackage".encode("utf-16-le")  # the stream of an OLE file that holds a locked DOCX or XLSX
MANIFEST_LOCK = b"manifest:encryption-data"

_SECTOR_AT, _SHIFT_AT = 116, 30  # in an entry of the directory; in the header
_FLAGS_AT, _ENCRYPTED = 10, 0x0100  # of the first block of a Word document


def accepts(head: bytes, name: str) -> bool:
    """True for what LibreOffice has to convert, and for what is locked with a password in the same manner."""
    return bool(_ending(head, name))


def _ending(head: bytes, name: str) -> str:
    """How a file of these first bytes (of a package: all bytes) is called; "" where it is none of ours."""
    start = head[:START]
    if head.startswith(OLE):
        return "doc" if LOCKED in head or media_type(head, name) == WORD else ""
    if head.startswith(b"PK"):
        return "odt" if media_type(head, name) == OPEN_DOCUMENT and _is_text(head) else ""
    if RTF.match(start):
        return "rtf"
    if XML_2003.search(start):
        return "xml"
    return "fodt" if b"<office:document" in start and FLAT_ODT.search(start) else ""


def _is_text(package: bytes) -> bool:
    """Whether an OpenDocument file is a text, and no sheet or drawing."""
    from extract.readers import _opc

    try:
        return _opc.open_package(package).starts("mimetype", ODT)
    except Unreadable:
        return False


def read(body: bytes, name: str) -> Content:
    """The Content. Raises Unreadable where the document is locked or damaged, or nobody is there to convert it."""
    from extract.readers._office import to_docx
    from extract.readers._word_document import content_of

    if _is_locked(body):
        raise refuse("encrypted", "文件加了密码，请去掉密码后重新提供。")
    return content_of(to_docx(body, _ending(body, name) or "doc"))


def _is_locked(body: bytes) -> bool:
    if not body.startswith(OLE):
        from extract.readers import _opc

        return body.startswith(b"PK") and _opc.open_package(body).holds("META-INF/manifest.xml", MANIFEST_LOCK)
    if LOCKED in body:
        return True
    entry = body.find("WordDocument".encode("utf-16-le"))
    size = 1 << min(body[_SHIFT_AT], 16)
    first = int.from_bytes(body[entry + _SECTOR_AT : entry + _SECTOR_AT + 4], "little")
    flags = int.from_bytes(body[(first + 1) * size + _FLAGS_AT :][:2], "little")
    return entry >= 0 and bool(flags & _ENCRYPTED)
