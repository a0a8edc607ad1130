"""The bytes of a Word document → Content: its package, its styles and lists, its text, laid out as that of a page.

The tokens of its XML, in their order, are the second reading of its tables.
"""

from functools import partial

from extract.content import DOUBT, Content, Grid, Second
from extract.readers import _opc, _word_tokens
from extract.readers._doubts import settle, told_apart
from extract.readers._flatten import IMAGE, INVISIBLE, drop_marks
from extract.readers._unreadable import Unreadable, refuse
from extract.readers._walk import blocks_of
from extract.readers._word_looks import styles_of
from extract.readers._word_names import child, name_of
from extract.readers._word_numbers import Numbers
from extract.readers._word_pictures import pictures_of
from extract.readers._word_text import walk_of

CORE = "docProps/core.xml"
LONGEST_TITLE = 300


def content_of(body: bytes) -> Content:
    """The Content. Raises Unreadable where the document is damaged, encrypted, beyond all measure or empty."""
    package = _opc.open_package(body)
    main = package.tree(package.main)
    if name_of(main) != "w:document":
        raise _opc.damaged("里面没有 Word 正文")
    drop_marks(main)
    styles = styles_of(package.beside_main("styles"))
    walk = walk_of(styles, Numbers(package.beside_main("numbering")))
    text = child(main, "w:body")
    try:
        marked = "" if text is None else settle(walk.apart(text).translate(INVISIBLE))
    except RecursionError as error:
        raise refuse("too_deep", "文档的内容嵌套过深，无法完整读取。") from error
    blocks = blocks_of(marked)
    apart = frozenset[str]()
    if DOUBT in marked:
        blocks, apart = told_apart(blocks)
    blocks, pictures = pictures_of(blocks, walk.pictures, package)
    images = marked.count(IMAGE)
    if not blocks and not images:
        raise refuse("no_text", "文档里没有任何正文文字。")
    title = _title(package)
    tabled = any(isinstance(block, Grid) for block in blocks)
    return Content(
        tuple(blocks),
        "",
        {"core:title": title} if title else {},
        images,
        left=frozenset(walk.left),
        apart=apart,
        second=Second(("grid", "tokens"), partial(_word_tokens.tables_of, body)) if tabled else None,
        pictures=pictures,
    )


def _title(package: _opc.Package) -> str:
    """What the document's properties call it: often the title of the file that it was copied from."""
    try:
        found = next((one.text for one in package.tree(CORE).iter("{*}title") if one.text), "")
    except Unreadable:  # it is not there, or nobody needs it
        return ""
    return " ".join(found.split())[:LONGEST_TITLE]
