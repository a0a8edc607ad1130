"""HTML pages → Content: the article's paragraphs and grids, the page's title and metadata.

Its tags, in the order in which they are written, are the second reading of its tables.
"""

from collections.abc import Sequence
from functools import partial

from crawler.pages.markup import permitted
from extract.content import DOUBT, Content, Grid, Second
from extract.readers import _article, _html_tokens, _left, _pictures, _signatures, _tree
from extract.readers._charset import to_utf8
from extract.readers._doubts import settle, told_apart
from extract.readers._flatten import IMAGE, flatten
from extract.readers._marked import mark
from extract.readers._script_body import markup_in_scripts
from extract.readers._unreadable import refuse
from extract.readers._walk import blocks_of

order = 50

THIN_ROWS = 4  # a page without a grid of so many rows …
THIN_TEXT = 200  # … and without a paragraph of so many characters may keep its article in a script


def accepts(head: bytes, name: str) -> bool:
    """True for bytes that are markup, whatever the name says."""
    return not _signatures.is_binary(head) and _signatures.is_markup(head, name)


def read(body: bytes, name: str) -> Content:  # noqa: ARG001 - every format has it
    """The Content of a page. Hidden elements are read like the others: a script may show them.

    Raises Unreadable beyond the bounds, in no known charset, or where there is no text and no image.
    """
    if len(body) > _tree.MAX_BYTES:
        raise _tree.too_large(len(body))
    markup = to_utf8(body)
    page = _tree.parse(markup)
    if page is None:
        raise refuse("no_text", "网页里没有任何文字。")
    title, meta = _article.metadata(page.root)
    linked = _article.linked_titles(page.root)
    mark(*page)
    addresses = _pictures.mark_pictures(page.root)
    marked, article = _article.marked_article(page.root)
    left = _left.left_in(page.root, article, markup, page.pieces)
    marked = settle(marked)
    blocks = blocks_of(marked)
    source = body
    if _is_thin(blocks):
        hidden = permitted(markup_in_scripts(page.root)).encode("utf-8")
        inner = _tree.parse(hidden) if hidden else None
        if inner is not None:
            source = hidden
            mark(*inner)
            addresses = _pictures.mark_pictures(inner.root)
            marked = settle(flatten(inner.root))
            blocks = blocks_of(marked)
            left -= {"script"}
    apart = frozenset[str]()
    if DOUBT in marked:
        blocks, apart = told_apart(blocks)
    images = marked.count(IMAGE)
    blocks, pictures = _pictures.taken_out(blocks, addresses)
    if not blocks and not images:
        raise refuse("no_text", "网页里没有任何正文文字。")
    tabled = any(isinstance(block, Grid) for block in blocks)
    second = Second(("grid", "tokens"), partial(_html_tokens.tables_of, source)) if tabled else None
    return Content(tuple(blocks), title, meta, images, linked, left, apart, second, pictures)


def _is_thin(blocks: Sequence[str | Grid]) -> bool:
    return not any(
        len(block.rows) >= THIN_ROWS if isinstance(block, Grid) else len(block) >= THIN_TEXT for block in blocks
    )
