"""Where figures stand in the document itself, where its grids are not what a person sees: a box, a cell of a sheet."""

from dataclasses import replace

from extract.content import Content, Grid
from extract.model import Report, Row
from extract.place import GridCell, PageBox, PictureBox, Place, row_place


def with_own_places(report: Report, content: Content) -> Report:
    """The report with the places that the reader gave its cells; as it is where the reader gave none."""
    grids = [block for block in content.blocks if isinstance(block, Grid)]
    if not any(grid.places for grid in grids):
        return report
    rows, subtotals = (tuple(_row(row, grids) for row in some) for some in (report.rows, report.subtotals))
    return replace(report, rows=rows, subtotals=subtotals)


def _row(row: Row, grids: list[Grid]) -> Row:
    places = [_own(place, grids) for place in row.places]
    known = [place for place in places if place is not None]
    return row._replace(place=row_place(known)) if known and len(known) == len(places) else row


def _own(place: Place | None, grids: list[Grid]) -> Place | None:
    if not isinstance(place, GridCell) or not grids[place.grid].places:
        return place
    cells, places = grids[place.grid].rows[place.row], grids[place.grid].places[place.row]
    if place.column in cells.columns:
        return places[cells.columns.index(place.column)]
    return _around(places)


def _around(places: tuple[Place, ...]) -> Place | None:
    """What holds all cells of a row: somewhere in it."""
    boxes = [place for place in places if isinstance(place, PageBox | PictureBox)]
    if boxes and len(boxes) == len(places):
        lefts, tops, rights, bottoms = zip(*(box[1:] for box in boxes), strict=True)
        return type(boxes[0])(boxes[0][0], min(lefts), min(tops), max(rights), max(bottoms))
    return places[0] if places else None
