"""Scanned pages of our own making: sample reports drawn by Pillow at a resolution, then worn as scanners wear them."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from extract.readers._pdf_fonts import boxes
from monitor.samples import SampleReport
from monitor.samples.layout import FormCell, FormTable

FONTS = (
    Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
)
SIMPLIFIED = 2  # the font in the collection
WIDTH, HEIGHT, MARGIN = 210, 297, 20  # millimetres: A4
BODY, SMALL = 12.0, 9.5  # points
LEADING = 1.6
T3_LABELS = (11.0, 17.0, 44.0)  # millimetres


def face(font: Path, size: float) -> ImageFont.FreeTypeFont:
    """The font at a size in pixels; without it, on a machine that has none, empty boxes: nobody reads them there."""
    if font.exists():
        return ImageFont.truetype(str(font), size, index=SIMPLIFIED)
    return ImageFont.truetype(BytesIO(boxes()), size)


class Print(NamedTuple):
    """How a report is printed: dots per inch, font, width of the ruling lines in points."""

    dpi: int = 150
    font: Path = FONTS[0]
    rule: float = 0.75


def drawn(report: SampleReport, printed: Print) -> list[Image.Image]:
    """The pages of a report, in grey on white."""
    return _Sheets(printed).with_report(report)


class _Sheets:
    """Pages that are filled from above; what has no room begins the next one."""

    def __init__(self, printed: Print) -> None:
        self.printed = printed
        self.pages: list[Image.Image] = []
        self.at = 0.0
        self._turn()

    def with_report(self, report: SampleReport) -> list[Image.Image]:
        self.line(report.title, BODY * 1.4, centred=True)
        for block in report.blocks(word=False):
            if isinstance(block, str):
                self.paragraph(block)
            else:
                self.table(block, report.printed)
        return self.pages

    def px(self, millimetres: float) -> float:
        return millimetres * self.printed.dpi / 25.4

    def font(self, points: float) -> ImageFont.FreeTypeFont:
        return face(self.printed.font, points * self.printed.dpi / 72)

    def _turn(self) -> None:
        page = Image.new("L", (round(self.px(WIDTH)), round(self.px(HEIGHT))), 255)
        self.pages.append(page)
        self.draw = ImageDraw.Draw(page)
        self.at = self.px(MARGIN)

    def _room(self, height: float) -> None:
        if self.at + height > self.px(HEIGHT - MARGIN):
            self._turn()

    def line(self, text: str, points: float, *, centred: bool = False) -> None:
        font = self.font(points)
        height = points * self.printed.dpi / 72 * LEADING
        self._room(height)
        left = (self.px(WIDTH) - font.getlength(text)) / 2 if centred else self.px(MARGIN)
        self.draw.text((left, self.at), text, 0, font)
        self.at += height

    def paragraph(self, text: str) -> None:
        for line in _wrapped("\u3000\u3000" + text, self.font(BODY), self.px(WIDTH - 2 * MARGIN)):
            self.line(line, BODY)

    def table(self, table: FormTable, value: Callable[[str], str]) -> None:
        """A ruled table; as a whole on one page where it has room."""
        columns = sum(cell.colspan for cell in table[0])
        if columns == 10:
            rest = (WIDTH - 2 * MARGIN - sum(T3_LABELS)) / 7
            widths = [*T3_LABELS, *[rest] * 7]
        else:
            widths = [(WIDTH - 2 * MARGIN) / columns] * columns
        edges = [self.px(MARGIN + sum(widths[:at])) for at in range(columns + 1)]
        font = self.font(SMALL)
        step = SMALL * self.printed.dpi / 72 * 1.3
        cells = list(_placed(table))
        texts = {
            (row, column): _wrapped(
                value(cell.name) if cell.name else cell.label,
                font,
                edges[column + cell.colspan] - edges[column] - self.px(2),
            )
            for row, column, cell in cells
        }
        heights = [step * 1.35] * len(table)
        for row, column, cell in cells:
            if cell.rowspan == 1:
                heights[row] = max(heights[row], step * (len(texts[row, column]) + 0.35))
        for row, column, cell in cells:
            lacking = step * (len(texts[row, column]) + 0.35) - sum(heights[row : row + cell.rowspan])
            if lacking > 0:
                heights[row + cell.rowspan - 1] += lacking
        self._room(sum(heights))
        tops = [self.at + sum(heights[:at]) for at in range(len(table) + 1)]
        stroke = max(1, round(self.printed.rule * self.printed.dpi / 72))
        for row, column, cell in cells:
            box = (edges[column], tops[row], edges[column + cell.colspan], tops[row + cell.rowspan])
            self.draw.rectangle(tuple(map(round, box)), outline=0, width=stroke)
            lines = texts[row, column]
            top = (box[1] + box[3]) / 2 - step * len(lines) / 2
            for at, line in enumerate(lines):
                left = (box[0] + box[2] - font.getlength(line)) / 2
                self.draw.text((left, top + at * step), line, 0, font)
        self.at = tops[-1] + step


def table_of(rows: Sequence[Sequence[str]], printed: Print) -> Image.Image:
    """A page with one table of plain cells."""
    return picture_of_table(tuple(tuple(FormCell(text) for text in row) for row in rows), str, printed)


def picture_of_table(table: FormTable, value: Callable[[str], str], printed: Print) -> Image.Image:
    """The part of a page that one table takes; `value` gives the figures by their names."""
    sheets = _Sheets(printed)
    sheets.table(table, value)
    return sheets.pages[0].crop((0, 0, sheets.pages[0].size[0], round(sheets.at + sheets.px(MARGIN))))


def _placed(table: FormTable) -> Iterator[tuple[int, int, FormCell]]:
    taken = set[tuple[int, int]]()
    for number, row in enumerate(table):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            yield number, column, cell
            taken |= {(number + down, column + right) for down in range(cell.rowspan) for right in range(cell.colspan)}
            column += cell.colspan


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines = [""]
    for char in text:
        if lines[-1] and font.getlength(lines[-1] + char) > width:
            lines.append("")
        lines[-1] += char
    return lines


def turned(page: Image.Image, degrees: float = 1.0) -> Image.Image:
    return page.convert("RGB").rotate(degrees, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))


def noisy(page: Image.Image, seed: int = 0) -> Image.Image:
    """Blurred a little, grained."""
    import numpy as np

    grey = np.asarray(page.convert("L").filter(ImageFilter.GaussianBlur(0.6)), dtype=np.float32)
    grain = np.random.default_rng(seed).normal(0, 9, grey.shape)
    return Image.fromarray(np.clip(grey * 0.92 + 8 + grain, 0, 255).astype(np.uint8)).convert("RGB")


def jpeg(page: Image.Image, quality: int = 45) -> Image.Image:
    out = BytesIO()
    page.convert("RGB").save(out, "JPEG", quality=quality)
    return Image.open(BytesIO(out.getvalue())).convert("RGB")


def photographed(page: Image.Image, seed: int = 0) -> Image.Image:
    """As taken by hand: light falls off to a corner, a little perspective, soft, grained, JPEG."""
    import numpy as np

    width, height = page.size
    dice = random.Random(seed)
    corners = [(0, 0), (0, height), (width, height), (width, 0)]
    source = [(x + dice.uniform(-0.012, 0.012) * width, y + dice.uniform(-0.012, 0.012) * height) for x, y in corners]
    flat = page.convert("L").transform(
        page.size, Image.Transform.PERSPECTIVE, _perspective(corners, source), Image.Resampling.BICUBIC, fillcolor=255
    )
    grey = np.asarray(flat.filter(ImageFilter.GaussianBlur(0.7)), dtype=np.float32)
    rows, columns = np.mgrid[0:height, 0:width]
    light = 0.95 - 0.35 * np.hypot(rows / height - 0.2, columns / width - 0.2)
    grain = np.random.default_rng(seed).normal(0, 5, grey.shape)
    shaded = np.clip((grey * 0.85 + 25) * light + grain, 0, 255).astype(np.uint8)
    warm = np.stack([shaded, shaded * 0.97, shaded * 0.9], axis=-1).astype(np.uint8)
    return jpeg(Image.fromarray(warm), 60)


def _perspective(to: Sequence[tuple[float, float]], source: Sequence[tuple[float, float]]) -> list[float]:
    import numpy as np

    rows, values = [], []
    for (x, y), (u, v) in zip(to, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return [float(one) for one in np.linalg.solve(np.array(rows, float), np.array(values, float))]


def sealed(
    page: Image.Image, ink: tuple[int, int, int] = (205, 40, 45), at: tuple[float, float] = (0.72, 0.5)
) -> Image.Image:
    """A round seal of 40 mm, its ink over what is printed."""
    import numpy as np

    seal = Image.new("L", page.size, 0)
    draw = ImageDraw.Draw(seal)
    dots = page.size[0] / WIDTH
    x, y, radius = page.size[0] * at[0], page.size[1] * at[1], 20 * dots
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=255, width=round(1.2 * dots))
    font = face(FONTS[0], 4.5 * dots)
    star = face(FONTS[1], 14 * dots)
    draw.text((x, y), "★", 255, star, anchor="mm")
    draw.text((x, y - 12 * dots), "示例县人民政府", 255, font, anchor="mm")
    draw.text((x, y + 12 * dots), "办公室", 255, font, anchor="mm")
    cover = np.asarray(seal.filter(ImageFilter.GaussianBlur(0.6)), dtype=np.float32)[..., None] / 255 * 0.85
    below = np.asarray(page.convert("RGB"), dtype=np.float32)
    # Ink lets through what is dark below it.
    return Image.fromarray((below * (1 - cover + cover * np.array(ink) / 255)).astype(np.uint8))


def grounded(page: Image.Image, color: tuple[int, int, int] = (214, 232, 250)) -> Image.Image:
    """On a coloured ground."""
    import numpy as np

    grey = np.asarray(page.convert("L"), dtype=np.float32)[..., None] / 255
    return Image.fromarray((grey * np.array(color)).astype(np.uint8))


WEARS: Mapping[str, Callable[[Image.Image], Image.Image]] = {
    "clean": lambda page: page,
    "turned 1 degree": lambda page: turned(noisy(page)),
    "JPEG 45": lambda page: jpeg(turned(noisy(page), -0.4)),
    "photo": photographed,
    "red seal": lambda page: jpeg(sealed(page), 75),
    "blue seal": lambda page: jpeg(sealed(page, (40, 60, 190)), 75),
    "colored ground": lambda page: jpeg(grounded(page), 75),
}


def as_tiff(pages: Sequence[Image.Image]) -> bytes:
    out = BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_deflate")
    return out.getvalue()
