"""The pictures of a page that may show a table: where they stand among its blocks, and their addresses."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from crawler.pages.picture_names import LAZY, ORNAMENT, PICTURE
from extract.content import DOUBT, Grid, Picture
from extract.readers._doubts import has_figure

MOST = 400  # elements that are looked at
MOST_PICTURES = 60
DATA_CELLS = 4  # a row with so many cells holds data: its pictures stand behind the table
SMALL = 100  # pixels: a picture that says that it is no wider or no higher is an ornament
HIGHEST = 60  # elements above one
UNSEEN = frozenset({"noscript", "template", "head", "script", "select", "button", "nav", "footer"})
DATA = "data:image/"
# A noncharacter of Unicode that no other mark of the readers is: it encloses the number of a picture.
MARK = chr(0xFDDE)
_MARKED = re.compile(f"{MARK}(\\d{{1,4}}){MARK}")
_PIXELS = re.compile(r"\s{0,9}(\d{1,5})\s{0,9}(?:px)?\s{0,9}", re.IGNORECASE)


def mark_pictures(root: etree._Element) -> list[tuple[str, ...]]:
    """Marks in the text of a page where its pictures stand; their addresses, by the numbers in the marks."""
    found: list[tuple[str, ...]] = []
    for element in [*islice(root.iter("img", "a"), MOST)]:
        if len(found) == MOST_PICTURES:
            break
        addresses = tuple(_addresses(element))
        above = [*islice(element.iterancestors(), HIGHEST)]
        if addresses and not _is_small(element) and UNSEEN.isdisjoint(one.tag for one in above):
            place = _data_table(above)
            place = element if place is None else place
            place.tail = f"{MARK}{len(found)}{MARK}{place.tail or ''}"
            found.append(addresses)
    return found


def taken_out(
    blocks: Sequence[str | Grid], addresses: Sequence[tuple[str, ...]]
) -> tuple[list[str | Grid], tuple[Picture, ...]]:
    """The blocks without the marks, and the pictures that stand among them."""
    if not addresses:
        return list(blocks), ()
    kept: list[str | Grid] = []
    pictures: list[Picture] = []
    for block in blocks:
        if isinstance(block, Grid):
            grid, numbers = _unmarked(block)
            kept += [] if grid is None else [grid]
            pictures += [Picture(len(kept), addresses[number]) for number in numbers]
            continue
        numbers = [int(one) for one in _MARKED.findall(block)]
        text = " ".join(_MARKED.sub("", block).split()) if numbers else block
        before = numbers if _MARKED.match(block) else []
        pictures += [Picture(len(kept), addresses[number]) for number in before]
        kept += [text] if text else []
        pictures += [Picture(len(kept), addresses[number]) for number in ([] if before else numbers)]
    return kept, tuple(pictures)


def _addresses(element: etree._Element) -> Iterator[str]:
    """Where a picture may be had, the whole one before a small one that leads to it; nothing for ornaments."""
    if element.tag == "a":
        href = (element.get("href") or "").strip()
        if _leads_to_picture(href) and next(element.iter("img"), None) is None:
            yield href
        return
    link = next((one for one in islice(element.iterancestors(), HIGHEST) if one.tag == "a"), None)
    said = [(element.get(name) or "").strip() for name in (*LAZY, "src")]
    href = "" if link is None else (link.get("href") or "").strip()
    for address in ([href] if _leads_to_picture(href) else []) + said:
        if address and (address.lower().startswith(DATA) or not ORNAMENT.search(address)):
            yield address


def _leads_to_picture(href: str) -> bool:
    try:
        return bool(href) and PICTURE.search(urlsplit(href).path) is not None and not ORNAMENT.search(href)
    except ValueError:  # no address at all
        return False


def _is_small(element: etree._Element) -> bool:
    sizes = [_PIXELS.fullmatch(element.get(name) or "") for name in ("width", "height")]
    return any(size is not None and int(size[1]) < SMALL for size in sizes)


def _data_table(above: Sequence[etree._Element]) -> etree._Element | None:
    """The outermost of the tables around a picture that hold data."""
    tables = [one for one in above if one.tag == "table" and _holds_data(one)]
    return tables[-1] if tables else None


def _holds_data(table: etree._Element) -> bool:
    rows = islice(table.iter("tr"), MOST)
    return any(sum(one.tag in ("td", "th") for one in islice(row, DATA_CELLS)) >= DATA_CELLS for row in rows)


def _unmarked(grid: Grid) -> tuple[Grid | None, list[int]]:
    """A table without the marks in it, None where nothing else was in it; a cell is none that can be read."""
    numbers = [int(one) for row in grid.rows for text in row.texts if MARK in text for one in _MARKED.findall(text)]
    if not numbers:
        return grid, []
    rows = tuple(row._replace(texts=tuple([_cell(text) for text in row.texts])) for row in grid.rows)
    if not any(text.strip(DOUBT) for row in rows for text in row.texts):
        return None, numbers
    return Grid(rows, grid.columns_known, grid.places), numbers


def _cell(text: str) -> str:
    if MARK not in text:
        return text
    rest = " ".join(_MARKED.sub(" ", text).split())
    return DOUBT + rest.lstrip(DOUBT) if not rest or has_figure(rest) else rest
