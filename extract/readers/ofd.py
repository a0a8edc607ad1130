"""OFD → Content: ofdkit gives the pieces of text with their places; what they make is told as of the pages of a PDF."""

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from lxml import etree

from extract.content import Content, Second
from extract.readers import _package
from extract.readers._ofd_page import page_of
from extract.readers._pdf_flow import flow_of, items_of, without_furniture
from extract.readers._pdf_page import Page
from extract.readers._pdf_stream import stream
from extract.readers._unreadable import refuse

order = 25

MAX_BYTES = 60 << 20
MOST_PAGES = 300
MOST_PIECES = 200_000
_FIRST = re.compile(rb"(?i)OFD\.xml|Doc_0/")


class _Read(NamedTuple):
    """A page, and its text in reading order as the library gives it."""

    page: Page
    text: str


def accepts(head: bytes, name: str) -> bool:  # noqa: ARG001 - every format has it
    """True for packages that hold an OFD."""
    first = _package.first_member(head)
    return first.lower().startswith(("ofd.xml", "doc_0/", "/ofd.xml", "doc_0")) and bool(_FIRST.search(head))


def read(body: bytes, name: str) -> Content:  # noqa: ARG001 - every format has it
    """The Content of an OFD. Raises Unreadable beyond the bounds, damaged, protected, or without text and pictures."""
    if len(body) > MAX_BYTES:
        raise refuse("too_large", f"文件过大（{len(body) / 1e6:.0f} MB），超过 {MAX_BYTES / 1e6:.0f} MB 的上限。")
    with _package.Package(body) as package:
        package.check()
        found = list(_pages(body, package))
    images = sum(len(one.page.pictures) for one in found)
    blocks, begun = flow_of(without_furniture([(one.page.height, items_of(one.page)) for one in found]))
    if not blocks and not images:
        raise refuse("no_text", "OFD 文件里没有文字，也没有图片。")
    second = Second(("boxes", "stream"), partial(stream, [one.text for one in found]))
    return Content(tuple(blocks), images=images, second=second, pages=tuple(begun))


def _pages(body: bytes, package: _package.Package) -> Iterator[_Read]:
    from ofdkit import OFDDocument
    from ofdkit.errors import OFDError

    count = 0
    try:
        with OFDDocument(body) as document:
            for number, page in enumerate(document.pages, 1):
                if number > MOST_PAGES:
                    raise refuse("too_large", f"OFD 超过 {MOST_PAGES} 页，不是年度报告。")
                runs = [run for run in page.runs if run.text.strip()]
                count += sum(len(run.text) for run in runs)
                if count > MOST_PIECES:
                    raise refuse("too_large", "OFD 里的文字过多，不是年度报告。")
                root = _root(package, page.location or "")
                yield _Read(page_of(number, (page.width, page.height), runs, root), page.text())
    except (OFDError, ValueError, RecursionError) as error:
        raise _package.damaged() from error


def _root(package: _package.Package, location: str) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    names = {name.lower(): name for name in package.names}
    body = package.read(names.get(location.lower().lstrip("/"), ""))
    return etree.fromstring(body, parser) if body else None
