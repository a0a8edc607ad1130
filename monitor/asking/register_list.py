"""A list from a file, before anything of it is written: which sheets hold it, what is taken for what."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from crawler.agencies.headings import words
from crawler.agencies.list_cells import CellReader
from crawler.agencies.list_portals import WatchedPortals
from crawler.agencies.list_rows import ListReading
from crawler.agencies.list_sheet import table_of
from crawler.agencies.refusal import refuse_rows
from crawler.ground.config import Portal
from crawler.ground.errors import UsageError
from extract.sheet_lists import list_sheets

MOST_NAMED = 8


@dataclass(slots=True)
class ReadList:
    """What a file holds. `left` are the sheets not taken, each with why: `hidden`, `no_heading`, `not_asked`."""

    path: Path
    reading: ListReading = field(default_factory=ListReading)
    left: list[tuple[str, str]] = field(default_factory=list)


def read_list(path: Path, portals: Sequence[Portal], wanted: Sequence[str] = ()) -> ReadList:
    """The list in a file; UsageError where none is found, or where rows of it are bad (every one is named).

    `wanted` are the names of the sheets that are asked for; none given: every one with headings that is not hidden.
    """
    found = ReadList(path)
    sheets = list_sheets(path)
    reader = CellReader(WatchedPortals(portals))
    for order, sheet in enumerate(sheets):
        if wanted and sheet.name not in wanted:
            found.left.append((sheet.name, "not_asked"))
        elif sheet.hidden and not wanted:
            if sheet.rows:
                found.left.append((sheet.name, "hidden"))
        elif (table := table_of(sheet)) is not None:
            found.reading.add(order, table, reader)
        elif sheet.rows:
            found.left.append((sheet.name, "no_heading"))
    if unknown := [name for name in wanted if name not in {sheet.name for sheet in sheets}]:
        names = "、".join(f"“{sheet.name}”" for sheet in sheets[:MOST_NAMED])
        raise UsageError(
            f"{path}: there is no sheet “{unknown[0]}”; there are {names}",
            f"{path}：没有名为“{unknown[0]}”的工作表；现有 {names}",
        )
    if not found.reading.tables:
        raise _no_list(path, found)
    found.reading.settle()
    refuse_rows(path, found.reading.errors)
    if not found.reading.rows:
        raise UsageError(
            f"{path}: the headings are there, but no body below them; fill in the list and import it again",
            f"{path}：有表头，下面却没有机关；请填好名单再导入",
        )
    return found


def _no_list(path: Path, found: ReadList) -> UsageError:
    """No sheet has headings: what is looked for, and what is there instead."""
    hidden = [name for name, why in found.left if why == "hidden"]
    only = f"；隐藏的工作表“{hidden[0]}”没有看，请先取消隐藏" if hidden else ""
    only_english = f"; the hidden sheet “{hidden[0]}” was not looked at: unhide it" if hidden else ""
    known = "、".join(one.zh for one in list(words().names.values())[:MOST_NAMED])
    return UsageError(
        f"{path}: no row with headings was found (one must name the body: name, 单位名称 or the like){only_english}; "
        "an empty list to fill in is made by: gouji agencies template LIST.xlsx",
        f"{path}：没有找到表头（要有一列是“单位名称”之类；可用的列：{known}……）{only}；"
        "可填写的空表：gouji agencies template 名录.xlsx",
    )
