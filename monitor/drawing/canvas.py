"""The font and the strokes that all pictures share."""

from functools import cache
from typing import TYPE_CHECKING

from crawler.ground.errors import GoujiError

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

# Fonts with Chinese characters, as the systems name their files; the first that is there.
FONTS = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansSC-Regular.otf",
    "SourceHanSansSC-Regular.otf",
    "wqy-zenhei.ttc",
    "wqy-microhei.ttc",
    "msyh.ttc",
    "simsun.ttc",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "DroidSansFallbackFull.ttf",
)
RED, ORANGE, BLACK, GREY, PALE = (200, 20, 20), (215, 120, 0), (0, 0, 0), (150, 150, 150), (245, 245, 245)
LIGHT = 200  # what is lighter is ground
Color = tuple[int, int, int]
Box = tuple[int, int, int, int]


@cache
def font(size: int) -> "FreeTypeFont":
    """A font with Chinese characters; GoujiError that names one to install where there is none."""
    from PIL import ImageFont

    for name in FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    raise GoujiError(
        "no font with Chinese characters was found; on Debian and Ubuntu: apt install fonts-noto-cjk",
        "没有找到中文字体；Debian、Ubuntu 上可以：apt install fonts-noto-cjk",
    )


def outline(draw: "ImageDraw", box: Box, color: Color) -> None:
    """A frame around a cell, a little outside of it."""
    left, top, right, bottom = box
    draw.rectangle((left - 3, top - 3, right + 3, bottom + 3), outline=color, width=3)


def beside(image: "Image", box: Box, text: str, color: Color, size: int) -> None:
    """A note at the right of a cell, or where around or in it the least is hidden; on a ground of its own."""
    from PIL import ImageDraw

    draw = ImageDraw.Draw(image)
    letters = font(size)
    left, top, right, bottom = draw.textbbox((0, 0), text, font=letters)
    wide, high = int(right - left) + 8, int(bottom - top) + 6
    middle = (box[1] + box[3]) // 2 - high // 2
    spots = [
        (box[2] + 6, middle),
        (box[2] - 4 - wide, middle),
        (box[0] - 6 - wide, middle),
        (box[2] - wide, box[3] + 6),
        (box[2] - wide, box[1] - 6 - high),
    ]
    inside = [(x, y) for x, y in spots if 0 <= x <= image.width - wide - 1 and 0 <= y <= image.height - high - 1]
    x, y = min(inside or [(max(spots[2][0], 0), middle)], key=lambda at: _ink(image, (*at, at[0] + wide, at[1] + high)))
    draw.rectangle((x, y, x + wide, y + high), fill=(255, 255, 224), outline=color)
    draw.text((x + 4 - left, y + 3 - top), text, font=letters, fill=color)


def _ink(image: "Image", box: Box) -> int:
    """How much is drawn there already."""
    return sum(image.crop(box).convert("L").histogram()[:LIGHT])
