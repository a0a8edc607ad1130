"""The ink of a cell, apart from any recognition: where it is, how many signs it has, whether that fits a reading."""

import re
from itertools import pairwise
from typing import NamedTuple

from extract.readers._ocr.raster import Box, Raster

LEANS = -0.12  # pixels to the right for each that a stroke goes down
SPECK = 4  # pixels of ink: less is dirt
DIGITS = re.compile("[0-9]")
POINTS = re.compile("[.,]")


class Ink(NamedTuple):
    """The ink within a box. `tall` signs are as high as digits, `low` ones stand at the foot like a point.

    `clear`: its signs stand apart, so that their number can be told. `widest_gap` in heights of a sign.
    `flat` is a dash, `slanting` a stroke from the upper right to the lower left and nothing else.
    """

    box: Box
    there: bool
    flat: bool = False
    tall: int = 0
    low: int = 0
    clear: bool = False
    widest_gap: float = 0.0
    slanting: bool = False


def ink_of(dark: Raster, inside: Box) -> Ink:
    """What ink lies in the inside of a cell, crumbs and remains of rules at its edges left out."""
    import cv2

    part = inside.of(dark)
    if not part.size:
        return Ink(inside, False)
    count, _, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    signs = []
    for at in range(1, count):
        left, top, width, height, area = map(int, stats[at])
        edge = left == 0 or top == 0 or left + width == part.shape[1] or top + height == part.shape[0]
        thin = min(width, height) <= 3
        if area >= SPECK and not (edge and thin):
            signs.append(Box(left, top, left + width, top + height))
    if not signs:
        return Ink(inside, False)
    around = Box(
        min(one.left for one in signs),
        min(one.top for one in signs),
        max(one.right for one in signs),
        max(one.bottom for one in signs),
    )
    height = max(one.height for one in signs)
    tall = sorted(one for one in signs if one.height >= 0.7 * height)
    low = [one for one in signs if one.height < 0.45 * height and one.top > around.top + 0.5 * around.height]
    clear = len(tall) + len(low) == len(signs) and all(one.width < 0.95 * height for one in tall)
    gaps = [after.left - before.right for before, after in pairwise(tall)]
    box = Box(
        inside.left + around.left, inside.top + around.top, inside.left + around.right, inside.top + around.bottom
    )
    flat = len(signs) <= 2 and around.width > 1.5 * around.height
    slanting = len(signs) == 1 and _slants(box.of(dark))
    return Ink(box, True, flat, len(tall), len(low), clear, max(gaps, default=0) / height, slanting)


def _slants(sign: Raster) -> bool:
    """Whether a sign is one stroke that leans to the right: a figure 1 is upright, a 7 has a bar, a / has neither."""
    import numpy as np

    height, width = sign.shape
    if height < 6 or width < 0.15 * height:
        return False
    rows = [np.nonzero(row)[0] for row in sign if row.any()]
    middles = np.array([(row[0] + row[-1]) / 2 for row in rows])
    slope, start = np.polyfit(np.arange(len(rows)), middles, 1)
    off = np.abs(middles - (start + slope * np.arange(len(rows)))).max()
    widest = max(row[-1] - row[0] + 1 for row in rows)
    return bool(slope < LEANS and off < max(1.5, 0.08 * height) and widest < max(0.75 * width, 4))


TOUCH = (0.12, 0.9)  # of a cell's height: less is roughness of the rule, more is the rule itself


def touches(dark: Raster, box: Box) -> tuple[bool, bool]:
    """Whether a sign runs into the rule on the left of a cell, or on the right: what lies on the rule is not seen."""
    import cv2

    part = box.of(dark)
    if not part.size:
        return False, False
    count, _, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    left = right = False
    for at in range(1, count):
        begins, _, width, height, area = map(int, stats[at])
        if area >= 2 * SPECK and TOUCH[0] * part.shape[0] < height < TOUCH[1] * part.shape[0]:
            left |= begins <= 1
            right |= begins + width >= part.shape[1] - 1
    return left, right


GAP = 0.9  # heights of a digit: digits so far apart are no one figure


def tells_against(ink: Ink, figure: str) -> bool:
    """Whether the signs of a cell cannot be this figure: another number of digits, a point too many, a gap."""
    if ink.widest_gap > GAP and not POINTS.search(figure):
        return True
    if not ink.clear or not re.fullmatch(r"[0-9.,]+", figure):
        return False
    return ink.tall != len(DIGITS.findall(figure)) or (ink.low != len(POINTS.findall(figure)))
