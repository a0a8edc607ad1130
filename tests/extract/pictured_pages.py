"""Pages of the web of our own making, on which tables of a report are pictures."""

from collections.abc import Sequence
from io import BytesIO

from bench._scans import Print, picture_of_table
from monitor.samples import SampleReport
from monitor.samples.layout import FormTable

TABLES = ("T2", "T3", "T4")


def picture_of(report: SampleReport, table: FormTable, dpi: int = 150) -> bytes:
    """A table of a report as a picture by itself."""
    target = BytesIO()
    picture_of_table(table, report.printed, Print(dpi)).save(target, "PNG")
    return target.getvalue()


def pictured_page(report: SampleReport, pictured: Sequence[str] = TABLES) -> tuple[bytes, dict[str, bytes]]:
    """The page, and its pictures by the names with which it leads to them: W1.png and so on, in order."""
    pictures: dict[str, bytes] = {}
    pieces = [f"<h1>{report.title}</h1><p>发布时间：{report.published_on:%Y-%m-%d}</p><div class='TRS_Editor'>"]
    number = 0
    for block in report.blocks(word=False):
        if isinstance(block, str):
            pieces.append(f"<p>{block}</p>")
            continue
        table, number = TABLES[number], number + 1
        if table in pictured:
            name = f"W{number}.png"
            pictures[name] = picture_of(report, block)
            pieces.append(f'<p align="center"><img src="{name}" alt="表"></p>')
        else:
            pieces.append(_written(report, block))
    head = f'<html><head><meta charset="utf-8"><title>{report.title}</title></head><body>'
    return (head + "".join(pieces) + "</div></body></html>").encode(), pictures


def _written(report: SampleReport, table: FormTable) -> str:
    rows = (
        "".join(
            f'<td colspan="{cell.colspan}" rowspan="{cell.rowspan}">'
            f"{report.printed(cell.name) if cell.name else cell.label}</td>"
            for cell in row
        )
        for row in table
    )
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
