"""What is cited of a version that changed: where it came from, the basis, a cell before and after."""

from typing import Any

from crawler.ground.clock import local_date, parse_stamp
from extract.store.load import StoredReport
from monitor.changes.bounds import words
from monitor.changes.diff import CellChange, CellValue
from monitor.changes.versions import Version

MOST_CELLS = 8  # named in a sentence


def version_cited(one: Version) -> dict[str, Any]:
    return {
        "document": one.stored.document,
        "first_seen": one.stored.first_seen,
        "seen": one.since,
        "published_on": one.stored.published_on,
    }


def figure_text(figure: CellValue | None) -> str:
    if figure is None:
        return "–"
    return str(figure.value) if figure.value is not None else figure.raw or "–"


def operand_cited(change: CellChange) -> dict[str, Any]:
    return {
        "cell": change.cell,
        "value": change.after.value if change.after else None,
        "raw": f"{figure_text(change.before)} → {figure_text(change.after)}",
        "state": "number",
        "side": "",
    }


def source_cited(one: StoredReport) -> dict[str, Any]:
    return {"document": one.document, "url": one.url, "published_on": one.published_on, "first_seen": one.first_seen}


def basis_cited(name: str) -> dict[str, str]:
    told = words("basis", name)
    return {"basis": told.zh, "basis_en": told.en}


def local_day(stamped: str) -> str:
    return local_date(parse_stamp(stamped)).isoformat()
