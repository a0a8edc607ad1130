"""Where a figure stands in its document, in words: page and box, sheet and cell, or table, row and column."""

from collections.abc import Iterator, Sequence
from itertools import chain

from extract.model import Report, Row
from extract.place import GridCell, PageBox, PictureBox, Place, SheetCell, read_place
from monitor.words.cells import column_label, row_words
from monitor.words.report import cell_text


def place_words(place: Place | None, lang: str = "zh") -> str:
    """One place; everything is counted from 1, as people count."""
    english = lang == "en"
    match place:
        case None:
            return "not known" if english else "不详"
        case GridCell(grid, row, column):
            if column is None:
                return f"table {grid + 1}, row {row + 1}" if english else f"第{grid + 1}个表格第{row + 1}行"
            return (
                f"table {grid + 1}, row {row + 1}, column {column + 1}"
                if english
                else f"第{grid + 1}个表格第{row + 1}行第{column + 1}列"
            )
        case PageBox(page, left, top, right, bottom):
            return (
                f"page {page}, {left}–{right} from the left, {top}–{bottom} from the top"
                if english
                else f"第{page}页，距左{left}–{right}、距上{top}–{bottom}"
            )
        case PictureBox(picture, left, top, right, bottom):
            return (
                f"picture {picture}, {left}–{right} from the left, {top}–{bottom} from the top"
                if english
                else f"第{picture}张图，距左{left}–{right}、距上{top}–{bottom}"
            )
        case SheetCell(sheet, _, _):
            cell = str(place).rpartition(" ")[2]
            return f"sheet {sheet}, cell {cell}" if english else f"第{sheet}张工作表{cell}格"
    words = (place.paragraph + 1, place.start + 1, place.end)
    return "paragraph {}, characters {}–{}".format(*words) if english else "正文第{}段第{}–{}字".format(*words)


def where_lines(report: Report, lang: str = "zh") -> list[tuple[str, str, str]]:
    """Every figure: the cell in words, what is printed there, where it stands."""
    return [*chain.from_iterable(_row(row, report, lang) for row in report.rows), *_indicators(report, lang)]


def _row(row: Row, report: Report, lang: str) -> Iterator[tuple[str, str, str]]:
    form = report.forms.get(row.table, "")
    label = row_words(row.table, row.code, lang, form)
    cells: Sequence[tuple[str, Place | None]] = list(zip(row.members, row.places, strict=True))
    for (member, place), raw, value, state in zip(cells, row.raws, row.values, row.states, strict=True):
        words = f"{label} · {column_label(row.table, member, lang, form)}"
        yield words, cell_text(raw, value, state), place_words(place, lang)


def _indicators(report: Report, lang: str) -> Iterator[tuple[str, str, str]]:
    for one in report.indicators:
        yield one.label, cell_text(one.raw, one.value, one.state), place_words(read_place(one.place), lang)
