"""Bytes → Content: one module per format, found by folder; the bytes decide, then the name."""

import pkgutil
import re
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from extract.content import Content
from extract.readers import _ole, _signatures
from extract.readers._unreadable import Unreadable, refuse

__all__ = ["HEAD", "Reader", "Unreadable", "needs", "read", "readers"]

HEAD = 16384  # bytes shown to `accepts`
ANYWHERE = re.compile(b"")
PACKAGES = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")  # ZIP and OLE: what is in them stands behind


class Reader(Protocol):
    """What a format module offers. `accepts` sees the first bytes (of a package, whose directory may stand anywhere,
    all of them) and the file name; `read` may raise Unreadable.

    The lower `order` is asked first; plain text, which accepts almost anything, last. A module may have `NEEDS`: what
    it needs beside Python ("office", "ocr"), without which it reads nothing.
    """

    order: int

    def accepts(self, head: bytes, name: str) -> bool: ...

    def read(self, body: bytes, name: str) -> Content: ...


@cache
def readers() -> tuple[Reader, ...]:
    """Every format module of this folder, as their `order` says; `_…` modules are their shared parts."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__) if not found.name.startswith("_"))
    found = [cast(Reader, import_module(f"{__name__}.{name}")) for name in names]
    return tuple(sorted(found, key=lambda reader: reader.order))


def read(body: bytes, name: str) -> Content:
    """The Content of a document, or `Unreadable` with one Problem that says in Chinese what is the matter."""
    head = _head(body)
    if not head.strip(b"\x00\x09\x0a\x0b\x0c\x0d\x20\xef\xbb\xbf\xff\xfe") and not body[HEAD:].strip():
        raise refuse("empty_file", "文件是空的，没有任何内容。")
    reader = _reader(head, name)
    if reader:
        return reader.read(body, name)
    known = _signatures.known_format(head)
    if known:
        raise refuse("unsupported_format", f"这是{known}，目前还不能读取这种格式。")
    raise refuse("binary_garbage", "内容是无法识别的二进制数据，不是网页，也不是文本。")


def needs(body: bytes, name: str) -> str:
    """What the reader of these bytes needs beside Python, as far as a look at them tells; "" for nothing."""
    reader = _reader(_head(body), name)
    where: re.Pattern[bytes] = getattr(reader, "NEEDS_WHERE", ANYWHERE)
    return getattr(reader, "NEEDS", "") if where.search(body) else ""


def _head(body: bytes) -> bytes:
    """What `accepts` is shown."""
    head = body if body.startswith(PACKAGES) else body[:HEAD]
    # The directory may stand anywhere, and says alone which program wrote the file.
    return head + _ole.directory(body)[:HEAD] if head.startswith(_ole.MAGIC) else head


def _reader(head: bytes, name: str) -> Reader | None:
    return next((reader for reader in readers() if reader.accepts(head, name)), None)
