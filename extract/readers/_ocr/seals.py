"""Seals: colored ink far larger than a digit, and what lies within it. All other color in a cell is of a pen.

What is printed below a seal is looked at through a filter of its color; what a pen has touched is no figure.
"""

from typing import NamedTuple

from extract.readers._ocr.raster import COLORED, Box, Raster, Sheet

LARGE = 8  # heights of a digit, that a seal is wide and high: no pen writes a figure, or strikes one out, so large
LARGEST = 0.4  # of the sheet's width: what is larger frames a page or a table
TORN = 11  # pixels of black rules and signs that lie across a seal
THIN = 3  # pixels: no pen is thinner
SPECKS = 4  # pixels of color: less is what JPEG leaves


class Seals(NamedTuple):
    """The connected colored ink of a page: which pixel belongs to which (0 for none).

    By number: where each lies, which channel is its brightest, and whether it is as large as a seal.
    """

    labels: Raster
    boxes: Raster  # left, top, right, bottom
    colors: Raster
    large: Raster

    def within(self, inside: Box) -> tuple[bool, bool]:
        """Whether a cell has colored ink of seals, and such as is of none."""
        import numpy as np

        numbers, counts = np.unique(inside.of(self.labels), return_counts=True)
        of_seals = list(map(self._is_of_seal, numbers[(numbers > 0) & (counts > SPECKS)]))
        return any(of_seals), not all(of_seals)

    def _is_of_seal(self, one: int) -> bool:
        box, seals = self.boxes[one], self.boxes[self.large & (self.colors == self.colors[one])]
        return bool(((seals[:, :2] <= box[:2]) & (seals[:, 2:] >= box[2:])).all(axis=1).any())


def seals_of(sheet: Sheet, tall: int) -> Seals:
    """The colored ink of a sheet on which digits are so tall; what is of two colors is of two things."""
    import cv2
    import numpy as np

    spread = sheet.seen.max(axis=2).astype(np.int16) - sheet.seen.min(axis=2)
    printed_so = sheet.black is sheet.dark  # nothing of a colored print is of a seal or a pen, as far as we know
    # A colored ground is no ink; and what it leaves at the edges of black signs is thinner than a pen.
    colored = (spread > (255 if printed_so else COLORED)) & (sheet.dark > 0)
    brightest = sheet.seen.argmax(axis=2)
    labels: Raster = np.zeros(colored.shape, np.int32)
    boxes: list[Raster] = [np.zeros((1, 4), np.int32)]
    colors = [0]
    for color in range(3):
        ink = (colored & (brightest == color)).astype(np.uint8)
        joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((TORN, TORN), np.uint8))  # a worn ring is thin
        thick = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((THIN, THIN), np.uint8))
        count, found, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
        labels = np.where(thick > 0, found + len(colors) - 1, labels)
        boxes.append(np.hstack([stats[1:, :2], stats[1:, :2] + stats[1:, 2:4]]))
        colors += [color] * (count - 1)
    places = np.vstack(boxes)
    sides = places[:, 2:] - places[:, :2]
    large = (sides.min(axis=1) >= LARGE * tall) & (sides.max(axis=1) <= LARGEST * labels.shape[1])
    large[0] = False  # the paper
    return Seals(labels, places, np.array(colors), large)


def filtered(sheet: Sheet, box: Box) -> Raster:
    """A box as through a filter of the color that lies there: the color is pale, what is black stays black."""
    import numpy as np

    return np.dstack([box.of(sheet.seen).max(axis=2)] * 3)
