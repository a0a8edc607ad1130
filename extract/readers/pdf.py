"""PDF → Content: ruled tables by their borders, others by their columns, text in the order in which it is read.

The engine's own text in reading order is the second reading. A page without text is a picture: it is counted.
"""

from functools import partial

from extract.content import Content, Left, Second
from extract.readers import _pdf_engine
from extract.readers._pdf_cells import tables_of
from extract.readers._pdf_flow import Item, blocks_of, without_furniture
from extract.readers._pdf_frames import frames_of
from extract.readers._pdf_lines import lines_of
from extract.readers._pdf_meaning import is_meant
from extract.readers._pdf_page import Page
from extract.readers._pdf_stream import stream
from extract.readers._unreadable import refuse

order = 20

HEAD = b"%PDF-"
NEAR = 1024  # bytes before the head that readers of PDF allow
MOST_PAGES = 500
TAIL = 2048  # bytes at the end that hold its sign
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
            page = document.page(number)
            if page is None:
                left.add("further_page")
            else:
                pages.append(page)
    if not pages:
        raise refuse("damaged_file", "PDF 的每一页都损坏，读不出来；请重新下载，或用阅读器另存一份。")
    if b"%%EOF" not in body[-TAIL:]:
        left.add("cut_off")
    return _content(pages, frozenset(left))


def _content(pages: list[Page], left: frozenset[Left]) -> Content:
    scans = sum(_is_scan(page) for page in pages)
    glyphs = sum(len(page.glyphs) for page in pages)
    if not glyphs:
        detail = f"PDF 没有文字层，{len(pages)} 页都是图像（扫描件或图片），要用文字识别（OCR）才能读。"
        raise refuse("no_text", detail)
    if not is_meant(pages):
        raise refuse("text_unmapped", "PDF 的字体没有文字对照，取出的文字与看到的不同，要用文字识别（OCR）才能读。")
    blocks = blocks_of(without_furniture([(page.height, _items(page)) for page in pages]))
    second = Second(("boxes", "stream"), partial(stream, [page.text for page in pages]))
    return Content(tuple(blocks), images=scans, left=left, second=second)


def _is_scan(page: Page) -> bool:
    whole = page.width * page.height
    return any(box.area > LARGE * whole for box in page.pictures) and len(page.glyphs) < FEW


FEW = 30  # characters: a page with fewer beside a large picture is a scan


def _items(page: Page) -> list[Item]:
    """The tables and the other lines of a page, from top to bottom."""
    tables, rest = tables_of(page, frames_of(page.strokes))
    lines = lines_of(rest)
    for line in lines:
        line.page = page.number
    return sorted([*tables, *lines], key=_place)


def _place(item: Item) -> tuple[float, float]:
    return item.box.top, item.box.left
