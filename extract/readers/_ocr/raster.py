"""A picture as numbers: its size before it is decoded, its channels, its ink; turned straight."""

from typing import Any, NamedTuple

Raster = Any  # an array of numpy, which comes with the extra alone: rows, columns, and channels where it has them

LONGEST = 2600  # pixels of the longer side that are looked at: 220 dpi of A4
SHORTEST = 1750  # a smaller picture is made larger: 150 dpi of A4
STEEPEST = 5.0  # degrees
COARSE, FINE = 0.5, 0.1
SMALL = 700  # pixels of width at which the slant is measured
PAPER = 250  # how bright paper is made
PALE = 110  # a colored pixel that is darker lies over black ink
COLORED = 60  # a pixel whose channels differ by more is no black, grey or white
TINGED = 20  # beside a colored one, so little tells of its edge, whose color JPEG took
EDGE = 9  # pixels that such an edge is wide, on both sides together
BLOCK = 31  # pixels around one that tell how dark paper is there


class Box(NamedTuple):
    """A box in pixels, the right and the lower edge being the first that are outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def of(self, image: Raster) -> Raster:
        """What the box shows of a picture."""
        return image[self.top : self.bottom, self.left : self.right]

    def within(self, other: "Box") -> "Box":
        """The part of it that lies in another; empty or reversed where none does."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    @property
    def area(self) -> int:
        return max(0, self.width) * max(0, self.height)


class Sheet(NamedTuple):
    """A page laid straight: as it looks (three channels), without colored ink, and with even paper.

    `back` leads from its pixels to those of the picture (a 3 × 3 matrix).
    """

    seen: Raster
    plain: Raster
    dark: Raster  # 255 where there is ink of any color
    black: Raster  # the same without colored ink
    back: Any

    def there(self, box: Box) -> Box:
        """The box around the same place in the original picture."""
        import numpy as np

        corners = np.array([[x, y, 1] for x in (box.left, box.right) for y in (box.top, box.bottom)], float).T
        x, y, w = self.back @ corners
        xs, ys = x / w, y / w
        return Box(max(0, round(xs.min())), max(0, round(ys.min())), round(xs.max()), round(ys.max()))


def straightened(image: Raster) -> Sheet:
    """A picture of three channels as a sheet: scaled to a size that can be read, turned straight, evenly lit."""
    import cv2
    import numpy as np

    height, width = image.shape[:2]
    scale = 1.0
    if max(height, width) > LONGEST:
        scale = LONGEST / max(height, width)
    elif max(height, width) < SHORTEST:
        scale = min(3.0, SHORTEST / max(height, width))
    if scale != 1.0:
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=method)
    forth = np.diag([scale, scale, 1.0])
    angle = slant(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
    if abs(angle) >= FINE:
        rows, columns = image.shape[:2]
        turn = cv2.getRotationMatrix2D((columns / 2, rows / 2), angle, 1.0)
        image = cv2.warpAffine(image, turn, (columns, rows), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        forth = np.vstack([turn, [0, 0, 1]]) @ forth
    return sheet_of(image, np.linalg.inv(forth))


def sheet_of(image: Raster, back: Any) -> Sheet:
    """The sheet of a straight picture."""
    import cv2
    import numpy as np

    seen = _even(image)
    plain, grey = without_color(seen), cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY)
    dark, black = ink(grey), ink(plain)
    if 2 * np.count_nonzero(black) < np.count_nonzero(dark):
        plain, black = grey, dark  # the print itself is colored
    return Sheet(seen, np.dstack([plain] * 3), dark, black, back)


def _even(image: Raster) -> Raster:
    """The picture with its paper white: what is brightest around a pixel is paper, of whatever color and light."""
    import cv2
    import numpy as np

    small = cv2.resize(image, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.dilate(small, np.ones((13, 13), np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), 8)
    paper = cv2.resize(paper, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.minimum(255, image.astype(np.float32) * PAPER / np.maximum(paper, 40)).astype(np.uint8)


def without_color(image: Raster) -> Raster:
    """One channel without colored ink; black stays black."""
    import cv2
    import numpy as np

    brightest = image.max(axis=2)
    spread = brightest.astype(np.int16) - image.min(axis=2)
    near = cv2.dilate((spread > COLORED).astype(np.uint8), np.ones((EDGE, EDGE), np.uint8)) > 0
    # Where a color lies over black, it is dark; what is colored and not dark is a seal, a mark, a ground.
    return np.where(near & (spread > TINGED) & (brightest > PALE), PAPER, brightest).astype(np.uint8)


def ink(grey: Raster) -> Raster:
    """255 where a pixel is clearly darker than the paper around it."""
    import cv2

    near = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, BLOCK, 18)
    return cv2.bitwise_and(near, cv2.inRange(grey, 0, 205))


def slant(grey: Raster) -> float:
    """By how many degrees the picture must be turned (counterclockwise) for its lines to lie level."""
    import cv2
    import numpy as np

    scale = min(1.0, SMALL / grey.shape[1])
    small = ink(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    rows, columns = small.shape

    def levelness(angle: float) -> float:
        turn = cv2.getRotationMatrix2D((columns / 2, rows / 2), angle, 1.0)
        sums = cv2.warpAffine(small, turn, (columns, rows)).sum(axis=1, dtype=np.float64)
        return float((np.diff(sums) ** 2).sum())

    steps = round(STEEPEST / COARSE)
    first = max((at * COARSE for at in range(-steps, steps + 1)), key=levelness)
    near = [first + at * FINE for at in range(-5, 6)]
    best = max(near, key=levelness)
    return best if levelness(best) > levelness(0.0) * 1.02 else 0.0
