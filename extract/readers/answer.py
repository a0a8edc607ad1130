"""JSON answers of content interfaces → Content: the page they carry, read as HTML."""

import json
from collections.abc import Iterator

from extract.content import Content
from extract.readers import html as page
from extract.readers._charset import decode
from extract.readers._script_body import MARKUP
from extract.readers._unreadable import refuse

order = 10

DEEPEST = 12


def accepts(head: bytes, name: str) -> bool:  # noqa: ARG001 - every format has it
    """True for bytes that begin like an object of JSON and hold markup in it."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"{") and start[1:].lstrip()[:1] == b'"' and (b"<" in head or b"\\u003" in head)


def read(body: bytes, name: str) -> Content:
    """The Content of the longest piece of HTML in the answer. Raises Unreadable where there is none."""
    try:
        value = json.loads(decode(body))
    except (ValueError, RecursionError) as error:
        raise refuse("no_text", "文件像接口返回的 JSON，但不完整或不合格式，读不出正文。") from error
    markup = max((text for text in strings(value) if MARKUP.search(text)), key=len, default="")
    if not markup:
        raise refuse("no_text", "接口返回的 JSON 里没有正文。")
    return page.read(markup.encode("utf-8", "ignore"), name)


def strings(value: object, depth: int = 0) -> Iterator[str]:
    """Every text in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)) and depth < DEEPEST:
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner, depth + 1)
