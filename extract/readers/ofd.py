"""OFD → Content: ofdkit gives the pieces of text with their places, the drawn lines make the tables of them."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from lxml import etree

from extract.content import Content, Grid
from extract.readers import _package
from extract.readers._ofd_grid import Line, Piece, Table, grid_of, line_text, lines_of, tables_of
from extract.readers._text_grids import blocks_of
from extract.readers._unreadable import refuse

order = 25

MAX_BYTES = 60 << 20
MOST_PAGES = 300
MOST_PIECES = 200_000
THIN = 0.5  # millimeters: a filled shape that is thinner is a line
NOT_SEEN = ("false", "0")
_FIRST = re.compile(rb"(?i)OFD\.xml|Doc_0/")
_MOVES = re.compile(r"[A-Za-z]|[-+]?[0-9]{0,9}\.?[0-9]{1,9}(?:[eE][-+]?[0-9]{1,3})?")
_WHITE = re.compile(r"\s{0,9}255\s{1,9}255\s{1,9}255\s{0,9}")


class _Page(NamedTuple):
    """What stands on a page: pieces of text, lines across and down, pictures."""

    number: int
    pieces: tuple[Piece, ...]
    across: tuple[Line, ...]
    down: tuple[Line, ...]
    images: int


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
        pages = list(_pages(body, package))
    images = sum(page.images for page in pages)
    drawn = [(page, tables_of(page.across, page.down)) for page in pages]
    if any(tables for _, tables in drawn):
        blocks = [block for page, tables in drawn for block in _blocks(page, tables)]
    else:
        blocks = blocks_of([line_text(line) for page in pages for line in lines_of(page.pieces)])
    if not blocks and not images:
        raise refuse("no_text", "OFD 文件里没有文字，也没有图片。")
    return Content(tuple(blocks), images=images)


def _pages(body: bytes, package: _package.Package) -> Iterator[_Page]:
    from ofdkit import OFDDocument
    from ofdkit.errors import OFDError

    count = 0
    try:
        with OFDDocument(body) as document:
            for number, page in enumerate(document.pages, 1):
                if number > MOST_PAGES:
                    raise refuse("too_large", f"OFD 超过 {MOST_PAGES} 页，不是年度报告。")
                root = _root(package, page.location or "")
                unsure = _unsure(root)
                runs = [run for run in page.runs if run.text.strip()]
                count += len(runs)
                if count > MOST_PIECES:
                    raise refuse("too_large", "OFD 里的文字过多，不是年度报告。")
                pieces = {
                    (run.text, round(run.x, 1), round(run.y, 1)): Piece(
                        run.text, run.x, run.x + run.width, run.y, run.size, run.object_id not in unsure
                    )
                    for run in runs
                }
                across, down = _lines(root)
                images = 0 if root is None else sum(1 for _ in root.iter("{*}ImageObject"))
                yield _Page(number, tuple(pieces.values()), across, down, images)
    except (OFDError, ValueError, RecursionError) as error:
        raise _package.damaged() from error


def _root(package: _package.Package, location: str) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    names = {name.lower(): name for name in package.names}
    body = package.read(names.get(location.lower().lstrip("/"), ""))
    return etree.fromstring(body, parser) if body else None


def _unsure(root: etree._Element | None) -> set[str | None]:
    """The numbers of texts that one does not see, or sees turned or in white."""
    found = set[str | None]()
    for text in [] if root is None else root.iter("{*}TextObject"):
        matrix = (text.get("CTM") or "1 0 0 1 0 0").split()
        turned = len(matrix) == 6 and (float(matrix[1]) != 0 or float(matrix[2]) != 0)
        color = text.find("{*}FillColor")
        white = color is not None and _WHITE.fullmatch(color.get("Value") or "") is not None
        clear = color is not None and color.get("Alpha") in NOT_SEEN
        if turned or white or clear or text.get("Visible") == "false" or text.get("Alpha") in NOT_SEEN:
            found.add((text.get("ID") or "").strip() or None)
    return found


def _lines(root: etree._Element | None) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    across, down = list[Line](), list[Line]()
    for path in [] if root is None else root.iter("{*}PathObject"):
        box = _numbers(path.get("Boundary"))
        matrix = _numbers(path.get("CTM")) or [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
        if len(box) != 4 or len(matrix) != 6 or path.get("Visible") == "false":
            continue
        data = path.find("{*}AbbreviatedData")
        points = [_placed(point, matrix, box) for point in _points("" if data is None else data.text or "")]
        edges = [(one, other) for (one, _), (other, goes_on) in pairwise(points) if goes_on]
        for (x, y), (to_x, to_y) in edges:
            if abs(y - to_y) < THIN < abs(x - to_x):
                across.append(Line((y + to_y) / 2, min(x, to_x), max(x, to_x)))
            elif abs(x - to_x) < THIN < abs(y - to_y):
                down.append(Line((x + to_x) / 2, min(y, to_y), max(y, to_y)))
    return tuple(across), tuple(down)


def _placed(
    point: tuple[tuple[float, float], bool], matrix: Sequence[float], box: Sequence[float]
) -> tuple[tuple[float, float], bool]:
    (x, y), goes_on = point
    a, b, c, d, e, f = matrix
    return (a * x + c * y + e + box[0], b * x + d * y + f + box[1]), goes_on


def _points(data: str) -> Iterator[tuple[tuple[float, float], bool]]:
    """The corners of a path of straight lines, and whether a line leads to each; a curve is passed over."""
    values: list[float] = []
    command, start = "", (0.0, 0.0)
    for part in [*_MOVES.findall(data), "S"]:
        if not part.isalpha():
            values.append(float(part))
            continue
        if command in ("M", "S", "L") and len(values) >= 2:
            point = (values[0], values[1])
            if command != "L":
                start = point
            yield point, command == "L"
        elif command == "C" and not values:
            yield start, True
        elif len(values) >= 2:
            yield (values[-2], values[-1]), False
        command, values = part, []
    if command == "C":
        yield start, True


def _numbers(text: str | None) -> list[float]:
    try:
        return [float(part) for part in (text or "").split()]
    except ValueError:
        return []


def _blocks(page: _Page, drawn: Sequence[Table]) -> Iterator[str | Grid]:
    """The page from above: paragraphs, and tables where they stand."""
    rest = list(page.pieces)
    for table in drawn:
        above = [piece for piece in rest if piece.middle < table.ys[0] and not any(t.holds(piece) for t in drawn)]
        yield from _paragraphs(above)
        inside = [piece for piece in rest if table.holds(piece)]
        done = {*above, *inside}
        rest = [piece for piece in rest if piece not in done]
        yield grid_of(table, inside, page.number)
    yield from _paragraphs(rest)


def _paragraphs(pieces: Sequence[Piece]) -> Iterator[str]:
    """Lines that fill the page go on in the next one, unless that is indented."""
    lines = lines_of(pieces)
    right = max((line[-1].right for line in lines), default=0.0)
    left = min((line[0].left for line in lines), default=0.0)
    text = ""
    for at, line in enumerate(lines):
        before = lines[at - 1][-1] if at else None
        size = line[0].size
        goes_on = before is not None and right - before.right < 1.5 * size and line[0].left - left < 0.5 * size
        if goes_on:
            text += " ".join(line_text(line).split())
        else:
            if text:
                yield text
            text = " ".join(line_text(line).split())
    if text:
        yield text
