"""Colors as pages write them, and whether words of one can be seen on a ground of another."""

import re
from functools import lru_cache

NEAR = 24  # in each of red, green and blue: nobody tells the two apart
LONGEST = 60  # characters of a declaration that are looked at
Color = tuple[int, int, int]

# Without white space and in lower case.
COLOR = re.compile(r"(?:^|;)color:([^;!]{1,40})")
GROUND = re.compile(r"(?:^|;)background(?:-color)?:([^;!]{1,200})")
_HEX = re.compile(r"(?:#|\A)([0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-z])")
_RGB = re.compile(r"rgba?\(([0-9]{1,3}),([0-9]{1,3}),([0-9]{1,3})(?:,([0-9.]{1,9}))?\)")
_WORD = re.compile(r"(?:^|(?<=[\s),]))[a-z]{3,20}")
_NAMED = {
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "red": (255, 0, 0),
    "lime": (0, 255, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "aqua": (0, 255, 255),
    "cyan": (0, 255, 255),
    "fuchsia": (255, 0, 255),
    "magenta": (255, 0, 255),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "maroon": (128, 0, 0),
    "navy": (0, 0, 128),
    "olive": (128, 128, 0),
    "purple": (128, 0, 128),
    "teal": (0, 128, 128),
    "orange": (255, 165, 0),
    "pink": (255, 192, 203),
    "lightgray": (211, 211, 211),
    "lightgrey": (211, 211, 211),
    "whitesmoke": (245, 245, 245),
}


@lru_cache(maxsize=1024)
def color_of(text: str) -> Color | None:
    """The color in the value of a declaration or an attribute; None where none is written in one of the usual ways."""
    text = text[:LONGEST].strip().lower()
    if rgb := _RGB.search(text):
        red, green, blue = (min(int(part), 255) for part in rgb.groups()[:3])
        return (red, green, blue) if rgb[4] is None or rgb[4].strip("0.") else None  # through nothing all is seen
    if found := _HEX.search(text):
        digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    return next((_NAMED[word] for word in _WORD.findall(text) if word in _NAMED), None)


def is_unseen(color: Color | None, ground: Color | None) -> bool:
    """Whether words of this color are not seen on this ground."""
    return (
        color is not None
        and ground is not None
        and all(abs(one - two) <= NEAR for one, two in zip(color, ground, strict=True))
    )
