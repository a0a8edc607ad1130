"""Figures below the ink of a seal are read; what a pen has written or struck out in color stays in doubt."""

from collections.abc import Callable, Iterator, Sequence

import pytest
from PIL import Image, ImageDraw

from bench._scans import FONTS, Print, face, jpeg, noisy, sealed, table_of
from extract.content import DOUBT, Grid
from extract.readers._ocr.pages import blocks_of
from tests.extract.scanned import needs_ocr

pytestmark = needs_ocr

BLUE, RED = (40, 60, 190), (205, 40, 45)
FIGURES = ("12", "7", "305", "46", "9", "81")
ROWS = (("项目", *"甲乙丙丁戊己"), *((f"第{sign}类件数", *FIGURES) for sign in "一二三四五"))
Ink = tuple[int, int, int]
ROW = 5.88  # millimetres
Pen = Callable[[ImageDraw.ImageDraw, float], None]


def worn(ink: Ink, draw: Pen, page: Image.Image | None = None) -> Image.Image:
    """The table with what a pen or a seal has left on it in this ink, which lets black through; compressed."""
    import numpy as np

    page = page or table_of(ROWS, Print(200)).convert("RGB")
    over = Image.new("L", page.size, 0)
    draw(ImageDraw.Draw(over), page.size[0] / 210)
    cover = np.asarray(over, dtype=np.float32)[..., None] / 255 * 0.85
    below = np.asarray(page, dtype=np.float32)
    return jpeg(Image.fromarray((below * (1 - cover + cover * np.array(ink) / 255)).astype(np.uint8)), 75)


def cells(page: Image.Image) -> Iterator[tuple[str, str]]:
    """What is printed in each cell of figures, and what was read there."""
    (grid,) = [block for block in blocks_of(page, 1, 1.0) if isinstance(block, Grid)]
    for row in grid.rows[1:]:
        yield from zip(FIGURES, row.texts[1:], strict=True)


def ring(at: tuple[float, float]) -> Pen:
    def draw(on: ImageDraw.ImageDraw, dots: float) -> None:
        x, y = at[0] * dots, at[1] * dots
        on.ellipse((x - 20 * dots, y - 20 * dots, x + 20 * dots, y + 20 * dots), outline=255, width=round(1.2 * dots))

    return draw


@pytest.mark.parametrize("ink", [BLUE, RED])
@pytest.mark.parametrize("at", [(95.0, 35.0), (118.0, 38.0), (140.0, 30.0)])
def test_figures_below_the_ring_of_a_seal_are_read(ink: Ink, at: tuple[float, float]) -> None:
    read = list(cells(worn(ink, ring(at))))
    assert all(text in (printed, f"{DOUBT}{text.removeprefix(DOUBT)}") for printed, text in read)  # none is wrong
    assert sum(text == printed for printed, text in read) >= len(read) - 1


def written(text: str, beside: float) -> Pen:
    """A pen's digits in each cell of figures, so many millimetres beside the middle."""

    def draw(on: ImageDraw.ImageDraw, dots: float) -> None:
        font = face(FONTS[1], 4.0 * dots)
        for column in range(1, 7):
            for row in range(1, 6):
                middle = (20 + 170 / 7 * (column + 0.5) + beside, 20 + ROW * (row + 0.5))
                on.text((middle[0] * dots, middle[1] * dots), text, 255, font, anchor="mm")

    return draw


def struck(on: ImageDraw.ImageDraw, dots: float) -> None:
    """Each figure is struck out by a line of the pen."""
    for column in range(1, 7):
        for row in range(1, 6):
            x, y = 20 + 170 / 7 * (column + 0.5), 20 + ROW * (row + 0.5)
            on.line(((x - 4) * dots, (y + 1.5) * dots, (x + 4) * dots, (y - 1.5) * dots), 255, round(0.6 * dots))


@pytest.mark.parametrize("ink", [BLUE, RED])
@pytest.mark.parametrize("pen", [written("3", -6.0), written("1", 5.0), struck])
def test_what_a_pen_has_changed_in_color_is_no_figure(ink: Ink, pen: Pen) -> None:
    stated: Sequence[str] = [text for _, text in cells(worn(ink, pen)) if not text.startswith(DOUBT)]
    assert not stated


def frame(on: ImageDraw.ImageDraw, dots: float) -> None:
    on.rectangle((12 * dots, 12 * dots, 198 * dots, 62 * dots), outline=255, width=round(1.5 * dots))


@pytest.mark.parametrize(("around", "ink"), [(ring((105.0, 38.0)), RED), (frame, BLUE)])
def test_a_pen_within_something_large_is_a_pen_still(around: Pen, ink: Ink) -> None:
    read = list(cells(worn(BLUE, struck, worn(ink, around))))
    assert all(text.startswith(DOUBT) for _, text in read)


def marked(on: ImageDraw.ImageDraw, dots: float) -> None:
    """One row lies on a ground of its own."""
    on.rectangle((20 * dots, (20 + 2 * ROW) * dots, 190 * dots, (20 + 3 * ROW) * dots), fill=255)


def test_a_row_on_a_colored_ground_is_read() -> None:
    read = list(cells(worn((255, 235, 60), marked)))
    assert [text for _, text in read] == [printed for printed, _ in read]


@pytest.mark.parametrize("row", [1, 2, 3])
def test_a_rule_that_the_ring_of_a_seal_runs_along_is_one(row: int) -> None:
    """The ink of a stamp that lets little through, on a page that is grained and compressed."""
    page = noisy(table_of(ROWS, Print(150, rule=0.5)))
    dots = page.size[0] / 210
    top = (20 + row * ROW) * dots
    seal = sealed(page, at=(0.5, (top + 19.5 * dots) / page.size[1]))
    (grid,) = [block for block in blocks_of(jpeg(seal, 45), 1, 1.0) if isinstance(block, Grid)]
    assert [len(line.texts) for line in grid.rows] == [len(line) for line in ROWS]


def test_a_digit_beside_the_ring_of_a_seal_keeps_its_side() -> None:
    """Wherever the ring runs beside or over an 8, it is an 8 or none."""
    rows = (("项目", *"甲乙丙丁戊己"), *((f"第{sign}类件数", *"888888") for sign in "一二三四五"))
    for ink in (BLUE, RED):
        for at in range(4):
            page = table_of(rows, Print(150, rule=0.5)).convert("RGB")
            (grid,) = [
                block
                for block in blocks_of(worn(ink, ring((96.5 + 0.7 * at, 36.0)), page), 1, 1.0)
                if isinstance(block, Grid)
            ]
            stated = {text for row in grid.rows[1:] for text in row.texts[1:] if not text.startswith(DOUBT)}
            assert stated == {"8"}
