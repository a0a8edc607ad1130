"""HTML pages → Content: the article's paragraphs and grids, the page's title and metadata."""

from collections.abc import Sequence

from lxml import etree

from extract.model import Content, Grid
from extract.readers import _article, _signatures, _tree
from extract.readers._charset import decode
from extract.readers._script_body import markup_in_scripts
from extract.readers._unreadable import refuse
from extract.readers._walk import INVISIBLE, Walk

THIN_ROWS = 4  # a page without a grid of so many rows …
THIN_TEXT = 200  # … and without a paragraph of so many characters may keep its article in a script


def accepts(head: bytes, name: str) -> bool:
    """True for bytes that are markup, whatever the name says."""
    return not _signatures.is_binary(head) and _signatures.is_markup(head, name)


def read(body: bytes, name: str) -> Content:
    """The Content of a page. Hidden elements are read like the others: a script may show them.

    Raises Unreadable beyond the bounds, in no known charset, or where there is no text and no image.
    """
    if len(body) > _tree.MAX_BYTES:
        raise _tree.too_large(len(body))
    root = _tree.parse(decode(body).encode("utf-8", "replace"))
    if root is None:
        raise refuse("no_text", "网页里没有任何文字。")
    title, meta = _article.metadata(root)
    blocks, images = _read_article(root)
    if _is_thin(blocks):
        hidden = markup_in_scripts(root)
        inner = _tree.parse(hidden.encode("utf-8", "replace")) if hidden else None
        if inner is not None:
            blocks, images = _read_whole(inner)
    if not blocks and not images:
        raise refuse("no_text", "网页里没有任何正文文字。")
    return Content(tuple(blocks), title, meta, images)


def _read_article(root: etree._Element) -> tuple[list[str | Grid], int]:
    """The article where its container is certain (with the head tables before it), else the whole page."""
    article = _article.container(root)
    if article is None:
        return _read_whole(root)
    images = _article.count_images(article)
    walk = Walk(_has_invisible(_article.text_of(root)))
    for table in _article.head_tables(article):
        walk.read(table)
    walk.read(article)
    return walk.blocks(), images


def _read_whole(root: etree._Element) -> tuple[list[str | Grid], int]:
    images = _article.count_images(root)
    walk = Walk(_has_invisible(_article.text_of(root)))
    walk.read(root)
    return walk.blocks(), images


def _has_invisible(text: str) -> bool:
    return any(chr(code) in text for code in INVISIBLE)


def _is_thin(blocks: Sequence[str | Grid]) -> bool:
    return not any(len(block.rows) >= THIN_ROWS if isinstance(block, Grid) else len(block) >= THIN_TEXT
                   for block in blocks)
