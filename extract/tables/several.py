"""Two reports in one file, below one another or side by side: rows must not mix, and a comparison is no report."""

from collections import Counter
from collections.abc import Sequence

from crawler.pages.titles import recognize
from extract.content import Content, Grid
from extract.form.template import normalize
from extract.model import Problem
from extract.tables.line import Line
from extract.tables.other_year import LABEL

Named = tuple[str, int | None]
LONGEST_TITLE = 80  # characters
LONGEST_LINE = 250  # with two titles, or more
HEADERS = 4  # rows of a table that may name the years of its columns
MOST = 0.5  # of the rows of 表三: so many that are there twice, and differ, are another report's


def several(content: Content, lines: Sequence[Line], conflicts: Sequence[Problem], body: Named) -> Problem | None:
    """Why a file with this body and year in its head holds more than one report; None where it does not.

    `conflicts` are the rows that are there twice with different figures.
    """
    if not lines:
        return None
    places = [place for place, block in enumerate(content.blocks) if isinstance(block, Grid)]
    used = sorted({places[line.grid] for line in lines})
    if years := _years_of_columns(content, lines, places):
        return _problem(f"表格里并列着{'、'.join(years)}，是对比")
    if len(lines) == len({(line.table, line.code) for line in lines}):
        return None
    if other := _other_title(content, used, body):
        return _problem(f"还有《{other}》")
    if not _all_twice(lines) or _annexed(content, used):
        return None  # rows that are there twice are told apart, or told, one by one
    if years := _years_above(content, used):
        return _problem(f"分别标着{'、'.join(years)}")
    codes = {line.code for line in lines if line.table == "T3"}
    if codes and sum(one.table == "T3" for one in conflicts) >= MOST * len(codes):
        return _problem("同一张表填了两份，数字不同")
    return None


def _all_twice(lines: Sequence[Line]) -> bool:
    """Whether each table that is there stands there twice, for the most part."""
    counts = Counter((line.table, line.code) for line in lines)
    tables = {table for table, _ in counts}
    return all(
        sum(count > 1 for (one, _), count in counts.items() if one == table)
        >= MOST * sum(one == table for one, _ in counts)
        for table in tables
    )


def _annexed(content: Content, used: Sequence[int]) -> bool:
    """Whether what stands below is an annex by its own words."""
    between = content.blocks[used[0] : used[-1]]
    return any(isinstance(block, str) and block.lstrip("（(【 ").startswith("附") for block in between)


def _problem(why: str) -> Problem:
    return Problem("several_reports", f"一个文件里不止一份年度报告（{why}），没有分开，未读取")


def _other_title(content: Content, used: Sequence[int], body: Named) -> str:
    """A title of another report between the tables, or beside the first one's."""
    for place, block in enumerate(content.blocks[: used[-1]]):
        if isinstance(block, str) and len(block) <= LONGEST_LINE:
            parts = [(part, named) for part in _titles(block) if (named := _named(part))]
            if used[0] < place and len(block) <= LONGEST_TITLE and (named := _named(block)) and named != body:
                return block
            if len({named for _, named in parts}) > 1:
                return parts[-1][0]
    return ""


def _titles(block: str) -> list[str]:
    return [part for part in block.split() if len(part) <= LONGEST_TITLE]


def _named(title: str) -> Named | None:
    info = recognize(title)
    return (info.agency_name, info.year) if info and info.agency_name and info.year else None


def _years_above(content: Content, used: Sequence[int]) -> list[str]:
    """The years that stand alone above tables, or side by side above one."""
    above = [block for place in used if place and isinstance(block := content.blocks[place - 1], str)]
    labels = [part for block in above if len(block) <= LONGEST_TITLE for part in block.split()]
    return _several_years(labels)


def _years_of_columns(content: Content, lines: Sequence[Line], places: Sequence[int]) -> list[str]:
    """The years that head the columns of a table with most rows of 表三."""
    codes: dict[int, set[str]] = {}
    for line in lines:
        if line.table == "T3":
            codes.setdefault(line.grid, set()).add(line.code)
    everything = set[str]().union(*codes.values())
    for grid, some in codes.items():
        block = content.blocks[places[grid]]
        if len(some) >= MOST * len(everything) and isinstance(block, Grid):
            for row in block.rows[:HEADERS]:
                if years := _several_years(row.texts):
                    return years
    return []


def _several_years(texts: Sequence[str]) -> list[str]:
    """The years among labels of years alone, where they are several; 上年 and the like are one."""
    found = {label: None for text in texts if (label := _year(text))}
    return list(found) if len(found) > 1 else []


def _year(text: str) -> str:
    match = LABEL.fullmatch(normalize(text)) if len(text) <= LONGEST_TITLE else None
    if match is None or (match["year"] and "年" not in text):
        return ""
    return f"{match['year']}年" if match["year"] else "上年"
