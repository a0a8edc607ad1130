"""A page that was photographed aslant, made square by the outline of its largest table."""

from typing import Any

from extract.readers._ocr.raster import Raster, Sheet, sheet_of
from extract.readers._ocr.ruling import lines_of

LEAST = 0.15  # of the sheet's width and 0.05 of its height: a smaller net of lines says nothing of the page
STRAIGHT = 2.0  # pixels by which a corner may be off
SLACK = 8  # pixels
FARTHEST = 0.05  # of the outline's width and height; what is farther off is no outline of a table


def squared(sheet: Sheet) -> tuple[Sheet, Raster]:
    """The sheet with its largest table rectangular, and its rules."""
    import cv2
    import numpy as np

    lines = lines_of(sheet.black, sheet.dark)
    corners = _outline(lines)
    if corners is None:
        return sheet, lines
    left, right = (corners[0][0] + corners[3][0]) / 2, (corners[1][0] + corners[2][0]) / 2
    top, bottom = (corners[0][1] + corners[1][1]) / 2, (corners[2][1] + corners[3][1]) / 2
    wanted = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    off = np.abs(wanted - corners)
    most = FARTHEST * np.array([right - left, bottom - top]) + SLACK
    if off.max() <= STRAIGHT or (off.max(axis=0) > most).any():
        return sheet, lines
    matrix = cv2.getPerspectiveTransform(corners, wanted)
    rows, columns = sheet.seen.shape[:2]
    seen = cv2.warpPerspective(
        sheet.seen, matrix, (columns, rows), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    again = sheet_of(seen, sheet.back @ np.linalg.inv(matrix))
    return again, lines_of(again.black, again.dark)


def _outline(lines: Raster) -> Any:
    """The corners of the largest net of lines, from the upper left one round; None where there is none."""
    import cv2
    import numpy as np

    joined = cv2.dilate(lines, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    if count < 2:
        return None
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_WIDTH] * stats[1:, cv2.CC_STAT_HEIGHT]))
    rows, columns = lines.shape
    if stats[largest, cv2.CC_STAT_WIDTH] < LEAST * columns or stats[largest, cv2.CC_STAT_HEIGHT] < 0.05 * rows:
        return None
    ys, xs = np.nonzero((labels == largest) & (lines > 0))
    ends = [np.argmin(xs + ys), np.argmax(xs - ys), np.argmax(xs + ys), np.argmin(xs - ys)]
    return np.array([[xs[at], ys[at]] for at in ends], np.float32)
