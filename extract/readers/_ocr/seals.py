"""Seals: colored ink far larger than a digit, and what lies within it. All other color in a cell is of a pen.

What is printed below a seal is looked at through a filter of its color; what a pen has touched is no figure.
"""

from typing import NamedTuple

from extract.readers._ocr.raster import COLORED, Box, Raster, Sheet

LARGE = 8  # heights of a digit, that a seal is wide and high: no pen writes a figure, or strikes one out, so large
TORN = 5  # pixels of black rules and signs that lie across a seal
SPECKS = 4  # pixels of color: less is what JPEG leaves


class Seals(NamedTuple):
    """The connected colored ink of a page: which pixel belongs to which (0 for none), and where each lies by number."""

    labels: Raster
    boxes: Raster  # left, top, right, bottom

    def within(self, inside: Box, tall: int) -> tuple[bool, bool]:
        """Whether a cell, where digits are so tall, has colored ink of seals, and such as is of none."""
        import numpy as np

        numbers, counts = np.unique(inside.of(self.labels), return_counts=True)
        there = self.boxes[numbers[(numbers > 0) & (counts > SPECKS)]]
        large = (self.boxes[:, 2:] - self.boxes[:, :2]).min(axis=1) >= LARGE * tall
        seals = self.boxes[large & (np.arange(len(self.boxes)) > 0)]  # 0 is the paper
        of_seals = [bool(((seals[:, :2] <= one[:2]) & (seals[:, 2:] >= one[2:])).all(axis=1).any()) for one in there]
        return any(of_seals), not all(of_seals)


def seals_of(sheet: Sheet) -> Seals:
    """The colored ink of a sheet."""
    import cv2
    import numpy as np

    spread = sheet.seen.max(axis=2).astype(np.int16) - sheet.seen.min(axis=2)
    printed_so = sheet.black is sheet.dark  # nothing of a colored print is of a seal or a pen, as far as we know
    # A colored ground is no ink.
    colored = ((spread > (255 if printed_so else COLORED)) & (sheet.dark > 0)).astype(np.uint8)
    joined = cv2.morphologyEx(colored, cv2.MORPH_CLOSE, np.ones((TORN, TORN), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    labels[colored == 0] = 0
    return Seals(labels, np.hstack([stats[:, :2], stats[:, :2] + stats[:, 2:4]]))


def filtered(sheet: Sheet, box: Box) -> Raster:
    """A box as through a filter of the color that lies there: the color is pale, what is black stays black."""
    import numpy as np

    return np.dstack([box.of(sheet.seen).max(axis=2)] * 3)
