"""A walk over the elements of a Word document: the text so far, and what stands open in it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from extract.content import Left
from extract.readers._flatten import AWAY, CLOSE, HIDDEN
from extract.readers._word_fields import Fields
from extract.readers._word_looks import Style, Styles
from extract.readers._word_names import name_of
from extract.readers._word_numbers import Numbers
from extract.readers._word_pictures import Pictures

# What holds others and shows them as they are.
THROUGH = frozenset(
    {
        "w:body", "w:document", "w:ins", "w:moveTo", "w:smartTag", "w:customXml", "w:sdtContent", "w:hyperlink",
        "w:rubyBase", "w:txbxContent", "m:oMathPara", "w14:conflictIns",
    }
)  # fmt: skip


@dataclass(slots=True)
class Walk:
    """One walk over a document; `out` is the text so far."""

    styles: Styles
    numbers: Numbers
    handlers: Mapping[str, "Handler"]
    out: list[str] = field(default_factory=list)
    left: set[Left] = field(default_factory=set)
    cells: int = 0  # how many cells we are in
    ground: str = ""  # the color behind the words of the cell
    gone: int = 0  # how many hidden rows or changes we are in
    mark: str = ""  # what stands open in `out`
    look: str = ""  # the mark of the run that we are in
    style: Style = field(default_factory=Style)
    fields: Fields = field(default_factory=Fields)
    boxes: list[etree._Element] = field(default_factory=list)
    looks: dict[tuple[object, ...], str] = field(default_factory=dict)
    pictures: Pictures = field(default_factory=Pictures)
    keeps: bool = False  # the paragraph's mark was deleted: it goes on in the next

    def visit(self, element: etree._Element) -> None:
        """Takes one element, whatever it is; what no reader sees leaves nothing."""
        name = name_of(element)
        if (handler := self.handlers.get(name)) is not None:
            handler(self, element)
        elif name in THROUGH:
            self.inside(element)

    def inside(self, elements: Iterable[etree._Element]) -> None:
        """Takes several, one after the other."""
        for element in elements:
            self.visit(element)

    def apart(self, elements: Iterable[etree._Element]) -> str:
        """The text of a cell, or of what stands in a frame: a story of its own, with fields of its own."""
        outer = self.out, self.mark, self.look, self.fields, self.boxes, self.style, self.keeps
        self.out, self.mark, self.fields, self.boxes, self.keeps = [], "", Fields(), [], False
        self.inside(elements)
        self.say("", "")
        text = "".join(self.out)
        self.out, self.mark, self.look, self.fields, self.boxes, self.style, self.keeps = outer
        return text

    def say(self, text: str, mark: str) -> None:
        """More text; words that look alike stand between one pair of marks."""
        if mark != self.mark:
            if self.mark:
                self.out.append(f"{CLOSE} ")
            if mark:
                self.out.append(f" {mark}")
            self.mark = mark
        self.out.append(text)

    def words(self, text: str, mark: str) -> None:
        """Words of a run of this mark; outside of cells what nobody sees is not there."""
        if self.fields.hides:
            return
        if self.fields.open and text.strip():
            self.fields.said()
        if self.cells:
            self.say(text, mark)
        elif mark in (AWAY, HIDDEN):
            self.say(" ", "")
        else:
            self.say(f" {text} " if mark and text.strip() else text, "")

    def sign(self, sign: str) -> None:
        """A sign of what is in a cell beside its words; outside of cells it has no meaning."""
        if self.cells:
            self.say("", "")
            self.out.append(sign)


Handler = Callable[[Walk, etree._Element], None]
