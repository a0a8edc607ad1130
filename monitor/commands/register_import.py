"""`gouji agencies import`: a list as people keep it is shown as it was understood, then taken into the register."""

import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click
from sqlite_utils import Database

from crawler.agencies.agency import Agency
from crawler.agencies.ending import end_duty, remove
from crawler.agencies.list_sheet import letter
from crawler.agencies.lookup import AgencyRef
from crawler.agencies.refusal import Spot
from crawler.agencies.register_import import ImportResult, import_rows
from crawler.ground.clock import local_date, now
from crawler.ground.data import create
from crawler.ground.errors import GoujiError
from monitor.asking.register import no_longer_listed, unknown_parents, without_portal
from monitor.asking.register_list import ReadList, read_list
from monitor.commands.options import CallOptions, command, json_option, leave, session
from monitor.commands.register_words import say_after, say_counts, say_gone, say_list
from monitor.duty.sources import unwatched
from monitor.schema import open_database

MOST_ASKED = 30  # bodies that are gone through one by one


@command(name="import", example="gouji agencies import 名录.xlsx\ngouji agencies import 名录.csv --yes")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="不再询问，直接写入 · write without asking")
@click.option("--dry-run", is_flag=True, help="只看怎样理解，什么都不写入 · show how it is understood, write nothing")
@click.option("--sheet", "sheets", multiple=True, metavar="NAME", help="只取这张工作表，可重复 · this sheet only")
@json_option
def import_(file: Path, yes: bool, dry_run: bool, sheets: tuple[str, ...]) -> None:
    """导入名录（Excel、WPS 表格、CSV）：照平时的样子即可，先说明怎样理解，再写入。

    .xlsx、.xls、.et、.ods、.csv 都行，有标题行、中文列名、联系人也行；只有单位名称必填。不认识的列说出列名后略过；坏行
    连同工作表和行号一并列出，有一行错则什么都不写入。空表：gouji agencies template 名录.xlsx。

    Imports a register as people keep it: a workbook, or CSV in any usual encoding; the headings are found below title
    rows, in Chinese or English (name, code, level, kind, parent, division, portal, first_year, last_year, source;
    contacts). It shows what it took for what, and asks on a terminal; other columns are named and passed over. Every
    bad row is named, and then nothing is imported.
    """
    call = session()
    data = create(call.data)
    config = data.config()
    found = read_list(file, config.portals, sheets)
    say_list(call, found)
    with closing(open_database(data)) as db:
        asking = on_terminal() and not (yes or call.as_json)
        if dry_run or asking:
            say_counts(call, _tried(db, found), tried=True)
            if dry_run or not click.confirm(call.text("写入名录？", "write this into the register?"), default=True):
                call.emit(_described(found))
                call.say(call.text("什么都没有写入。", "Nothing was written."))
                leave(0)
        result, codes = import_rows(db, file, found.reading.rows)
        stray, orphans = unwatched(db, config), unknown_parents(db)
        several = without_portal(db, codes) if len(config.portals) > 1 else 0
        year = local_date(now()).year - 1
        gone = no_longer_listed(db, codes, year) if result.added < len(codes) else []
        call.emit(
            {
                **asdict(result),
                "unwatched": dict(stray),
                "unknown_parents": dict(orphans),
                "no_longer_listed": [{"code": one.code, "name": one.name} for one in gone],
                "without_portal": several,
                **_described(found),
            }
        )
        say_counts(call, result, tried=False)
        say_after(call, stray, orphans, several)
        say_gone(call, gone, year)
        if asking and gone:
            _go_through(call, db, gone, year)


def on_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()


class _TriedError(Exception):
    """No error: an import that is only tried ends with it, so that the transaction takes everything back."""

    def __init__(self, result: ImportResult) -> None:
        super().__init__()
        self.result = result


def _tried(db: Database, found: ReadList) -> ImportResult:
    """What an import would do; it is done and taken back."""
    try:
        with db.atomic():
            raise _TriedError(import_rows(db, found.path, found.reading.rows)[0])
    except _TriedError as tried:
        return tried.result


def _described(found: ReadList) -> dict[str, object]:
    """How a file was understood, for programs."""
    return {
        "sheets": [
            {
                "name": table.sheet.name,
                "heading_row": table.first,
                "columns": {one.heading: one.field for one in table.columns if one.field},
                "ignored": {one.heading or letter(one.number): one.why for one in table.columns if not one.field},
            }
            for table in found.reading.tables
        ],
        "sheets_left": dict(found.left),
        "rows_left": {sort: [_spot(spot) for spot in spots] for sort, spots in found.reading.passed.items()},
        "notes": [
            {"code": note.code, **(_spot(note.spot) if note.spot else {}), "zh": note.said[1], "en": note.said[0]}
            for note in found.reading.notes
        ],
    }


def _spot(spot: Spot) -> dict[str, object]:
    return {"sheet": spot.sheet, "row": spot.line}


def _go_through(call: CallOptions, db: Database, gone: Sequence[Agency], year: int) -> None:
    """Asks for each body that the list has no more what became of it; to leave it as it is stands first."""
    question = call.text("逐个处理？（也可以以后再说）", "go through them one by one? (it can wait)")
    if len(gone) > MOST_ASKED or not click.confirm(question, default=False):
        return
    for body in gone:
        answer = click.prompt(
            call.text(
                f"{body.name}：1 保留　2 {year} 年度起不再报送　3 当初录错，删除",
                f"{body.name}: 1 keep, 2 owes no more from report year {year} on, 3 a slip, remove",
            ),
            type=click.Choice(["1", "2", "3"]),
            default="1",
            show_choices=False,
        )
        ref = AgencyRef(body.code, body.name)
        try:
            if answer == "2":
                end_duty(db, ref, year - 1)
            elif answer == "3":
                remove(db, ref)
        except GoujiError as error:
            call.say("  " + call.text(error.zh, error.message))
