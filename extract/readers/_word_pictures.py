"""The pictures of a Word document that may show a table: where they stand, and their bytes once they are asked for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from lxml import etree

from extract.content import Grid, Picture
from extract.readers._opc import Package
from extract.readers._pictures import MARK, MOST_PICTURES, taken_out
from extract.readers._word_names import child, name_of, number, value_of

MARKED = re.compile(f"{MARK}\\d{{1,4}}{MARK}")
FRAMES = ("wp:inline", "wp:anchor", "v:shape")
HIGHEST = 24  # elements above a picture, up to its frame
SMALL = 100 * 9525  # a hundred pixels in the units of a drawing: what is no wider or no higher is an ornament
SMALL_POINTS = 75
_POINTS = re.compile(r"(?:^|;)\s{0,9}(?:width|height)\s{0,9}:\s{0,9}(\d{1,6})(?:\.\d{0,9})?pt")


@dataclass(slots=True)
class Pictures:
    """The pictures met so far, each by the relation that leads to it; `behind`: marks that wait for a table's end."""

    relations: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)

    def mark(self, element: etree._Element) -> str:
        """What stands in the text for this picture; nothing for an ornament, or one that is not in the document."""
        relation = value_of(element, "embed") or (value_of(element, "id") if name_of(element) == "v:imagedata" else "")
        if not relation or len(self.relations) >= MOST_PICTURES or _is_small(element):
            return ""
        self.relations.append(relation)
        return f"{MARK}{len(self.relations) - 1}{MARK}"

    def set_aside(self, text: str) -> str:
        """A cell's text without its marks: in a row of data a picture is no part of the row, and follows the table."""
        self.behind += MARKED.findall(text)
        return MARKED.sub("", text)

    def take_behind(self) -> Sequence[str]:
        """The marks that waited."""
        found, self.behind = self.behind, []
        return found


def pictures_of(
    blocks: Sequence[str | Grid], pictures: Pictures, package: Package
) -> tuple[list[str | Grid], tuple[Picture, ...]]:
    """The blocks without the marks of pictures, and the pictures that stand among them."""
    if not pictures.relations:
        return list(blocks), ()
    parts = package.pictures()
    kept, found = taken_out(blocks, [(parts.get(one, ""),) for one in pictures.relations])
    return kept, tuple(
        one._replace(load=partial(package.body, one.addresses[0])) for one in found if package.keeps(one.addresses[0])
    )


def _is_small(element: etree._Element) -> bool:
    frame = next((one for one in islice(element.iterancestors(), HIGHEST) if name_of(one) in FRAMES), None)
    if frame is None:
        return False
    if name_of(frame) == "v:shape":
        return any(int(size) < SMALL_POINTS for size in _POINTS.findall(frame.get("style") or ""))
    extent = child(frame, "wp:extent")
    return any(0 < number(value_of(extent, side)) < SMALL for side in ("cx", "cy"))
