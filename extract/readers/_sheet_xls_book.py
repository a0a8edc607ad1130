"""What all sheets of an XLS share: fonts, styles, colors and texts; whether a text is seen as it stands."""

from dataclasses import dataclass, field
from typing import NamedTuple

from extract.readers import _sheet_numbers as numbers
from extract.readers._colors import is_unseen
from extract.readers._doubts import without_notes
from extract.readers._sheet import Sheet, doubtful
from extract.readers._sheet_colors import PALETTE, WHITE, Color, indexed_color
from extract.readers._sheet_xls_strings import Text
from extract.readers._spans import MAX_CELLS

BIFF8 = 0x600
SOLID = 1


class Font(NamedTuple):
    """Whether its characters may be seen otherwise than they stand: struck out, raised, white; height and color."""

    unseen: bool
    height: int
    color: int
    raised: bool  # as the number of a note is, and seen
    struck: bool  # or raised, or too small to be seen


@dataclass(slots=True)
class Book:
    """What all sheets share. A style is its number format's code, whether it has borders, whether it is struck out;
    `looks` are the fonts of styles, `grounds` the pattern behind each and the numbers of its colors."""

    biff: int = BIFF8
    days_from_1904: bool = False
    formats: dict[int, str] = field(default_factory=dict)
    fonts: list[Font] = field(default_factory=list)
    looks: list[int] = field(default_factory=list)
    grounds: list[tuple[int, int, int]] = field(default_factory=list)
    palette: tuple[Color, ...] = PALETTE
    styles: list[tuple[int, bool, bool]] = field(default_factory=list)
    strings: list[Text] = field(default_factory=list)
    sheets: list[tuple[int, Sheet]] = field(default_factory=list)
    most: int = MAX_CELLS

    def style(self, number: int) -> tuple[str | None, bool, bool]:
        if number >= len(self.styles):
            return None, False, False
        form, framed, struck = self.styles[number]
        unseen = struck or self.hides(number, self.looks[number])
        code = self.formats.get(form) or numbers.BUILT_IN.get(form)
        if self.days_from_1904 and code and any(char in code.lower() for char in "ymd"):
            code = None
        return code, framed, unseen

    def hides(self, style: int, font: int) -> bool:
        """Whether characters of a font have the color of the ground in a cell of this style."""
        if font >= len(self.fonts):
            return False
        pattern, front, back = self.grounds[style]
        ink, *some = (indexed_color(one, self.palette) for one in (self.fonts[font].color, front, back))
        return any(is_unseen(ink, one) for one in ([WHITE] if not pattern else some[:1] if pattern == SOLID else some))

    def text(self, number: int, told: Text) -> str:
        """A text in a cell of this style; doubtful where some of its characters are seen otherwise than others.

        Offices give the digits beside Chinese words a font of their own that looks like that of the words.
        """
        used = {*(font for _, font in told.runs), *self.looks[number : number + 1]}
        if not told.runs:
            return told.text
        if max(used) >= len(self.fonts) or (
            number < len(self.grounds) and any(self.hides(number, one) for one in used)
        ):
            return doubtful(told.text)
        if len({self.fonts[one] for one in used}) == 1 and not self.fonts[max(used)].unseen:
            return told.text
        raised = ((words, font is not None and self.fonts[font].raised) for words, font in told.parts())
        return doubtful(without_notes(raised))
