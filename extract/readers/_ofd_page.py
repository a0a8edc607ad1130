"""One page of an OFD → its marks, as of a page of a PDF: glyphs one by one, rules, what may cover a figure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple, Protocol

from lxml import etree

from extract.readers._pdf_geometry import is_level
from extract.readers._pdf_page import Box, Color, Glyph, Page, Seen, Stroke

POINTS = 72 / 25.4  # of a millimeter
THIN = 0.5  # millimeters: a line rises no more, and a filled shape that is thinner is a line
ASCENT, DESCENT = 0.88, 0.12  # of the size, above and below the line that signs stand on
WIDEST = 1.1  # times the size: a sign whose next one stands further off has a gap behind it
EVEN = 0.02  # of a width: what two ways to reckon it may differ
MOST_SHAPES = 20_000  # of a page
MOST_COVERS = 200  # filled shapes of a page that are held against its texts
NOT_SEEN = ("false", "0")
BLACK: Color = (0, 0, 0)
_MOVES = re.compile(r"[A-Za-z]|[-+]?[0-9]{0,9}\.?[0-9]{1,9}(?:[eE][-+]?[0-9]{1,3})?")
_NUMBER = re.compile(r"[-+]?[0-9]{0,9}\.?[0-9]{1,9}|g")

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]


class Run(Protocol):
    """A piece of text as the library gives it, in millimeters; `y` is the line that it stands on."""

    text: str
    x: float
    y: float
    size: float
    width: float
    object_id: str | None


class _Said(NamedTuple):
    """What the file itself says of a text: in what order it is painted, how it looks, how far its signs stand apart."""

    order: int
    color: Color | None
    seen: bool
    codes: tuple[tuple[str, tuple[float, ...]], ...]


def page_of(number: int, size: tuple[float, float], runs: Sequence[Run], root: etree._Element | None) -> Page:
    """The page. A text that one does not see as it stands is not sure."""
    page = Page(number, size[0] * POINTS, size[1] * POINTS)
    said = {} if root is None else dict(_texts(root))
    covers = [] if root is None else _shapes(page, root)
    at = Counter[str | None]()
    for run in runs:
        own = said.get(run.object_id)
        code = own.codes[at[run.object_id]] if own and at[run.object_id] < len(own.codes) else ("", ())
        at[run.object_id] += 1
        page.glyphs += _glyphs(run, own, code, covers)
    return page


def _glyphs(
    run: Run, said: _Said | None, code: tuple[str, tuple[float, ...]], covers: Sequence[tuple[int, Box]]
) -> Iterator[Glyph]:
    text, deltas = code
    known = text == run.text
    own = [1.0 if unicodedata.east_asian_width(char) in "WF" else 0.5 for char in run.text]  # of a size
    steps = deltas[: len(own) - 1] if known else ()
    rest = [one * run.size for one in own[len(steps) :]]
    # The steps are in units of the text: what of its width they make says how large these are.
    scale = (run.width - sum(rest)) / sum(steps) if sum(steps) > 0 else 1.0
    widths = [*(step * scale for step in steps), *rest]
    even = _is_even(run, widths, len(steps))
    color = said.color if said else BLACK
    seen = Seen(said.order if said else 0, color, False, False, False, run.size * POINTS, run.y * POINTS)
    top, bottom = (run.y - ASCENT * run.size) * POINTS, (run.y + DESCENT * run.size) * POINTS
    for char, share, begin, width in zip(run.text, own, accumulate([run.x, *widths]), widths, strict=False):
        if char.isspace():
            continue
        room = run.size * (share if char.isascii() else WIDEST)
        wide = width if width <= room else share * run.size
        box = Box(begin * POINTS, top, (begin + wide) * POINTS, bottom)
        sure = even and (said is None or said.seen) and not _is_covered(box, said, covers)
        yield Glyph(char, *box, sure, seen if char.isdigit() else None)


def _is_even(run: Run, widths: Sequence[float], told: int) -> bool:
    """Whether it is known where each sign stands, by steps that are told, and digits of a number stand together."""
    if told < len(widths) - 1:
        spaced = any(map(str.isspace, run.text.strip()))
        return not spaced and abs(run.width - sum(widths)) <= EVEN * run.width
    return not any(
        one.isdigit() and two.isdigit() and width > WIDEST * run.size
        for one, two, width in zip(run.text, run.text[1:], widths, strict=False)
    )


def _is_covered(box: Box, said: _Said | None, covers: Sequence[tuple[int, Box]]) -> bool:
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return said is not None and any(order > said.order and cover.holds(x, y) for order, cover in covers)


def _texts(root: etree._Element) -> Iterator[tuple[str | None, _Said]]:
    """What is said of each text, by its number; of several with one number, of the last."""
    for order, text in enumerate(root.iter("{*}TextObject", "{*}PathObject")):
        if not text.tag.endswith("TextObject"):
            continue
        matrix = (text.get("CTM") or "1 0 0 1 0 0").split()
        turned = len(matrix) == 6 and (float(matrix[1]) != 0 or float(matrix[2]) != 0)
        ink = text.find("{*}FillColor")
        color = _color(ink)
        clear = (ink is not None and ink.get("Alpha") in NOT_SEEN) or text.get("Alpha") in NOT_SEEN
        white = color is not None and min(color) >= 245
        seen = not (turned or white or clear or text.get("Visible") == "false")
        codes = tuple(
            (_clean(one.text), _steps(one.get("DeltaX"))) for one in text.iter("{*}TextCode") if _clean(one.text)
        )
        yield (text.get("ID") or "").strip() or None, _Said(order, color, seen, codes)


def _clean(text: str | None) -> str:
    """A text as the library gives it."""
    return "".join(
        " " if char == "\t" else char for char in text or "" if char == "\t" or unicodedata.category(char) != "Cc"
    )


def _color(ink: etree._Element | None) -> Color | None:
    """The color of a text: black where none is said, none where it is no plain one."""
    if ink is None or ink.get("Value") is None:
        return BLACK if ink is None else None
    parts = _numbers(ink.get("Value"))
    if len(parts) == 1:
        parts *= 3
    return (round(parts[0]), round(parts[1]), round(parts[2])) if len(parts) == 3 else None


def _steps(text: str | None) -> tuple[float, ...]:
    """From each sign to the next; `g` repeats what follows: 「g 3 2.5」."""
    parts = _NUMBER.findall(text or "")
    found: list[float] = []
    at = 0
    while at < len(parts) and len(found) < MOST_SHAPES:
        if parts[at] == "g" and at + 2 < len(parts) and "g" not in parts[at + 1 : at + 3]:
            found += [float(parts[at + 2])] * max(0, min(int(float(parts[at + 1])), MOST_SHAPES))
            at += 3
        else:
            found += [] if parts[at] == "g" else [float(parts[at])]
            at += 1
    return tuple(found)


def _shapes(page: Page, root: etree._Element) -> list[tuple[int, Box]]:
    """Adds rules, drawings and pictures to the page; gives the filled shapes, each with when it is painted."""
    covers: list[tuple[int, Box]] = []
    for order, one in enumerate(root.iter("{*}TextObject", "{*}PathObject")):
        if one.tag.endswith("TextObject") or one.get("Visible") == "false":
            continue
        box, matrix = _numbers(one.get("Boundary")), _numbers(one.get("CTM")) or [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]
        if len(box) != 4 or len(matrix) != 6 or len(page.strokes) > MOST_SHAPES:
            continue
        data = one.find("{*}AbbreviatedData")
        points = [*_points("" if data is None else data.text or "")]
        corners = [_placed(point, matrix, box) for point, _, _ in points]
        edges = [(a, b) for (a, b), (_, goes_on, _) in zip(pairwise(corners), points[1:], strict=True) if goes_on]
        for (x, y), (to_x, to_y) in edges:
            if abs(y - to_y) < THIN < abs(x - to_x):
                page.strokes.append(_stroke(min(x, to_x), (y + to_y) / 2, max(x, to_x), (y + to_y) / 2))
            elif abs(x - to_x) < THIN < abs(y - to_y):
                page.strokes.append(_stroke((x + to_x) / 2, min(y, to_y), (x + to_x) / 2, max(y, to_y)))
        whole = _around(corners) if corners else Box(0, 0, 0, 0)
        if any(curved for _, _, curved in points) or not all(is_level([a, b]) for a, b in edges):
            page.drawings.append(_around([(box[0], box[1]), (box[0] + box[2], box[1] + box[3])]))
        elif one.get("Fill") == "true" and min(whole.right - whole.left, whole.bottom - whole.top) > THIN * POINTS:
            covers.append((order, whole))
    for one in root.iter("{*}ImageObject"):
        if len(box := _numbers(one.get("Boundary"))) == 4:
            page.pictures.append(_around([(box[0], box[1]), (box[0] + box[2], box[1] + box[3])]))
    return covers[:MOST_COVERS]


def _stroke(left: float, top: float, right: float, bottom: float) -> Stroke:
    return Stroke(left * POINTS, top * POINTS, right * POINTS, bottom * POINTS)


def _around(corners: Sequence[Point]) -> Box:
    xs, ys = zip(*corners, strict=True)
    return Box(min(xs) * POINTS, min(ys) * POINTS, max(xs) * POINTS, max(ys) * POINTS)


def _placed(point: Point, matrix: Sequence[float], box: Sequence[float]) -> Point:
    (x, y), (a, b, c, d, e, f) = point, matrix
    return a * x + c * y + e + box[0], b * x + d * y + f + box[1]


def _points(data: str) -> Iterator[tuple[Point, bool, bool]]:
    """The corners of a path, whether a straight line leads to each, and whether a curve does."""
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
            yield point, command == "L", False
        elif command == "C" and not values:
            yield start, True, False
        elif len(values) >= 2:
            yield (values[-2], values[-1]), False, True
        command, values = part, []
    if command == "C":
        yield start, True, False


def _numbers(text: str | None) -> list[float]:
    try:
        return [float(part) for part in (text or "").split()]
    except ValueError:
        return []
