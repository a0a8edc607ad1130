"""The cells of a report that a picture points at: suspected ones, their rivals, and those that could not be read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from extract.content import UNREAD
from extract.model import Report, cell_name
from monitor.drawing.canvas import ORANGE, RED, Box, Color, beside, outline
from monitor.words.report import RIVAL, SUSPECT, suspect_marks

if TYPE_CHECKING:
    from PIL.Image import Image

NOTES = {"missing": "缺", "ambiguous": "无法确定", "illegible": "不清"}


class Doubtful(NamedTuple):
    """A cell, the color of its frame, and what stands beside it."""

    cell: str
    color: Color
    note: str


def doubtful(report: Report, suspects: Iterable[Mapping[str, Any]]) -> list[Doubtful]:
    """Each cell once, suspected ones first."""
    known = list(suspects)
    values = {
        cell_name(row.table, row.code, member): (raw, state)
        for row in report.rows
        for member, raw, state in zip(row.members, row.raws, row.states, strict=True)
    }
    proposed = {str(one["cell"]): one.get("value") for one in known if one.get("cell")}
    found = [
        Doubtful(cell, RED if sign == SUSPECT else ORANGE, _note(values.get(cell, (None, ""))[0], proposed.get(cell)))
        for cell, sign in sorted(suspect_marks(known).items(), key=lambda one: one[1] == RIVAL)
    ]
    marked = {one.cell for one in found}
    return found + [
        Doubtful(cell, ORANGE, NOTES[state])
        for cell, (_, state) in values.items()
        if state in UNREAD and cell not in marked
    ]


def mark(image: "Image", boxes: Mapping[str, Box], marks: Sequence[Doubtful], size: int) -> None:
    """Frames the cells that have a box, with their notes beside them; a note never hides a frame."""
    from PIL import ImageDraw

    draw = ImageDraw.Draw(image)
    # Cells of a row of which nobody knows which is where have all the same box.
    there = dict.fromkeys((boxes[one.cell], one.note, one.color) for one in reversed(marks) if one.cell in boxes)
    for box, note, color in there:
        beside(image, box, note, color, size)
    for box, _, color in there:
        outline(draw, box, color)


def _note(raw: str | None, value: object) -> str:
    printed = raw or "空"
    return f"{printed} → {value}？" if value is not None else f"{printed}？"
