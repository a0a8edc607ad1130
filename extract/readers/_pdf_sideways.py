"""Pages whose text stands sideways or on its head: as many readings of a page as it has directions.

A wide table on an upright page is printed so, and a page that was scanned into its place the wrong way round.
"""

from collections.abc import Sequence

from extract.readers._pdf_page import Page

FEWEST = 20  # characters: fewer are a label that runs down its cell, or a note in the margin …
FIGURES = 10  # … as are more without so many digits, beside a page that is upright


def sideways(page: Page) -> list[int]:
    """By how much a page is to be turned, clockwise, to read what does not stand upright in it."""
    upright, digits = len(page.glyphs), len(page.slanted)
    return sorted(
        360 - by
        for by, count in page.turned.items()
        if count >= FEWEST and (count > upright or (digits >= FIGURES and count > FEWEST + FIGURES))
    )


def told_apart(readings: Sequence[Page]) -> list[Page]:
    """The readings of one page, the fullest first; it alone has the text of the page in reading order, which is one."""
    if len(readings) < 2:
        return [*readings]
    found = sorted((one for one in readings if one.glyphs), key=lambda one: -len(one.glyphs))
    for one in found[1:]:
        one.text = ""
    return found or [readings[0]]
