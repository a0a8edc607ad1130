"""PDF → Content: ruled tables by their borders, others by their columns, text in the order in which it is read.

The engine's own text in reading order is the second reading. A page without text is a picture: what it shows is
recognized where the extra `ocr` is installed, else it is counted.
"""

import re
from functools import partial

from extract.content import Content, Grid, Left, Second
from extract.readers import _ocr, _pdf_engine, _pdf_pages
from extract.readers._pdf_flow import flow_of, items_of, without_furniture
from extract.readers._pdf_meaning import is_meant
from extract.readers._pdf_page import Page
from extract.readers._pdf_stream import stream
from extract.readers._unreadable import refuse

order = 20
NEEDS = "ocr"
NEEDS_WHERE = re.compile(rb"/Subtype\s*/Image\b")  # a picture is a stream: what it is stands in no compressed part


HEAD = b"%PDF-"
NEAR = 1024  # bytes before the head that readers of PDF allow
MOST_PAGES = 500
TAIL = 2048  # bytes at the end that hold its sign
FEW = 30  # characters: a page with fewer beside a large picture is a scan
LARGE = 0.3  # of the page: such a picture may be a scan


def accepts(head: bytes, name: str) -> bool:  # noqa: ARG001 - every format has it
    """True where a PDF begins within the bytes that readers of PDF skip, and nothing but junk before."""
    at = head[: NEAR + len(HEAD)].find(HEAD)
    return at == 0 or (at > 0 and not head[:at].strip(b"\0\t\n\f\r \xef\xbb\xbf"))


def read(body: bytes, name: str) -> Content:  # noqa: ARG001 - every format has it
    """The Content of a PDF. Raises Unreadable where it is encrypted, damaged, too long, or has no usable text."""
    with _pdf_engine.Document(body) as document:
        if document.size > MOST_PAGES:
            raise refuse("too_large", f"PDF 有 {document.size} 页，超过 {MOST_PAGES} 页的上限，不是一份年度报告。")
        if not document.size:
            raise refuse("no_text", "PDF 里一页也没有。")
        pages: list[Page] = []
        left = set[Left]()
        for number in range(1, document.size + 1):
            found = document.pages(number)
            if not found:
                left.add("further_page")
            pages += found
    if not pages:
        raise refuse("damaged_file", "PDF 的每一页都损坏，读不出来；请重新下载，或用阅读器另存一份。")
    if any(page.veiled for page in pages):
        left.add("hidden")
    if b"%%EOF" not in body[-TAIL:]:
        left.add("cut_off")
    return _content(body, pages, frozenset(left))


def _content(body: bytes, pages: list[Page], left: frozenset[Left]) -> Content:
    everything = sorted({page.number for page in pages})
    scans = sorted(set(everything) - {page.number for page in pages if not _is_scan(page)})
    if not any(page.glyphs for page in pages):
        return Content(_seen(body, everything, "no_text", "PDF 没有文字层，各页都是图像（扫描件或图片）"), left=left)
    if not is_meant(pages):
        detail = "PDF 的字体没有文字对照，取出的文字与看到的不同"
        return Content(_seen(body, everything, "text_unmapped", detail), left=left)
    blocks, begun = flow_of(without_furniture([(page.height, items_of(page)) for page in pages]))
    second = Second(("boxes", "stream"), partial(stream, [page.text for page in pages]))
    if scans and _ocr.available():
        blocks, scans = [*blocks, *_pdf_pages.seen(body, scans)], []
    return Content(tuple(blocks), images=len(scans), left=left, second=second, pages=tuple(begun))


def _seen(body: bytes, pages: list[int], code: str, detail: str) -> tuple[str | Grid, ...]:
    """What the pages show; raises Unreadable with this problem where that cannot be recognized here."""
    if not _ocr.available():
        told = f"{detail}，要用文字识别（OCR）才能读；请运行 pip install 'gouji[ocr]'，再重新读取。"
        raise refuse(code, told, len(pages))
    blocks = _pdf_pages.seen(body, pages)
    if not blocks:
        raise refuse(code, f"{detail}，识别不出任何文字。")
    return tuple(blocks)


def _is_scan(page: Page) -> bool:
    whole = page.width * page.height
    return any(box.area > LARGE * whole for box in page.pictures) and len(page.glyphs) < FEW
