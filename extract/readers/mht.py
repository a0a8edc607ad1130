"""MHT (a page saved with all its parts in one file) → Content: its page, or the pages of its frames, read as HTML."""

import re
from collections.abc import Iterator
from dataclasses import replace
from email import errors, message_from_bytes, policy
from email.message import Message

from extract.content import Content, Picture
from extract.readers import html as page
from extract.readers._package import damaged
from extract.readers._unreadable import refuse

order = 30

MAX_BYTES = 60 << 20
MOST_PARTS = 5000
DEEPEST = 40  # multiparts in one another: each says its boundary
PAGES = 200
LOOKED_AT = 4096
_HEADER = re.compile(rb"\s{0,99}[A-Za-z][A-Za-z-]{1,40}:[ \t]")
_TYPE = re.compile(rb"(?i)^content-type:\s{0,9}(?:multipart/|text/html)", re.M)
_VERSION = re.compile(rb"(?i)^\s{0,99}(?:mime-version:|from:\s{0,9}<saved by)", re.M)


def accepts(head: bytes, name: str) -> bool:  # noqa: ARG001 - every format has it
    """True for bytes that begin like a message of mail that holds a page."""
    first = head[:LOOKED_AT].replace(b"\r\n", b"\n")
    return bool(_HEADER.match(first) and _VERSION.search(first) and _TYPE.search(first))


def read(body: bytes, name: str) -> Content:
    """The Content of the page in it. Raises Unreadable beyond the bounds, cut off, or where there is no page."""
    if len(body) > MAX_BYTES:
        raise refuse("too_large", f"文件过大（{len(body) / 1e6:.0f} MB），超过 {MAX_BYTES / 1e6:.0f} MB 的上限。")
    if body.lower().count(b"boundary=") > DEEPEST:
        raise refuse("too_deep", "网页归档的各部分嵌套过深，未读取。")
    try:
        message = message_from_bytes(body.lstrip(), policy=policy.compat32)
        pages = list(_pages(message))
        pictures = _pictures(message)
    except RecursionError as error:
        raise refuse("too_deep", "网页归档的各部分嵌套过深，未读取。") from error
    if not pages:
        raise refuse("no_text", "网页归档（MHT）里没有网页。")
    if len(pages) > 1 and b"<frameset" in pages[0].lower():
        return _joined([page.read(one, name) for one in pages[1:PAGES]])
    content = page.read(pages[0], name)
    held = tuple(one._replace(body=_held(one, pictures)) for one in content.pictures)
    return replace(content, pictures=held)


def _pictures(message: Message) -> dict[str, Message]:
    """The parts that are pictures, by the addresses that a page may lead to them by."""
    found: dict[str, Message] = {}
    for part in message.walk():
        if part.get_content_maintype() == "image":
            for address in (part.get("Content-Location"), f"cid:{(part.get('Content-ID') or '').strip(' <>')}"):
                if address:
                    found.setdefault(str(address).strip(), part)
    return found


def _held(picture: Picture, pictures: dict[str, Message]) -> bytes:
    part = next((pictures[one] for one in picture.addresses if one in pictures), None)
    payload = None if part is None else part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _pages(message: Message) -> Iterator[bytes]:
    """The pages among the parts, the one that is shown first; raises Unreadable where it was cut off."""
    for number, part in enumerate(message.walk()):
        if number > MOST_PARTS:
            raise refuse("too_large", f"网页归档里超过 {MOST_PARTS} 个部分，未读取。")
        if part.get_content_type() == "text/html":
            text = _text(part)
            if b"</html" not in text[-LOOKED_AT:].lower() and _breaks_off(message, part):
                raise damaged()
            yield text


def _text(part: Message) -> bytes:
    """The page's bytes, as UTF-8 where its charset is told and right: what the page says of itself may be older."""
    payload = part.get_payload(decode=True)
    body = payload if isinstance(payload, bytes) else b""
    try:
        return body.decode(part.get_content_charset() or "ascii").encode("utf-8", "ignore")
    except (LookupError, UnicodeError, ValueError):
        return body


def _breaks_off(message: Message, part: Message) -> bool:
    """Whether the last of all parts is this one, and nothing says that it is the last."""
    unclosed = any(isinstance(defect, errors.CloseBoundaryNotFoundDefect) for defect in message.defects)
    last = message
    while last.is_multipart():
        parts = last.get_payload()
        if not isinstance(parts, list) or not isinstance(parts[-1], Message):
            break
        last = parts[-1]
    return unclosed and last is part


def _joined(contents: list[Content]) -> Content:
    """Sheets of a workbook that was saved as one file: one document in order."""
    first = contents[0]
    return replace(
        first,
        blocks=tuple(block for one in contents for block in one.blocks),
        images=sum(one.images for one in contents),
        left=frozenset(part for one in contents for part in one.left),
        apart=frozenset(text for one in contents for text in one.apart),
    )
