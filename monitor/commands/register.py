"""`gouji agencies` (import, list; learn, events, unmatched): who must publish."""

from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from crawler.agencies.register_import import import_csv
from crawler.ground.data import create
from monitor.asking.register import register, unknown_parents
from monitor.commands.learn import events, learn, unmatched
from monitor.commands.options import group, json_option, session
from monitor.duty.sources import unwatched
from monitor.schema import open_database
from monitor.words.terminal import table

SHOWN = ("code", "name", "level", "kind", "division", "portal", "first_year", "last_year", "source")


@group(step=40, example="gouji agencies import 名录.csv\ngouji agencies learn\ngouji agencies list")
def agencies() -> None:
    """应发布年度报告的机关名录。

    The register of who must publish.
    """


for _part in (learn, events, unmatched):
    agencies.add_command(_part)


@agencies.command("import", example="gouji agencies import 名录.csv")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def import_(file: Path) -> None:
    """导入 CSV 名录（UTF-8，首行为列名；name 必填）。坏行连同行号一并列出，一行有错则全不导入。

    Imports a CSV register (UTF-8, header line): code, name (required), level, kind, parent (name or code), division,
    portal, first_year, last_year, source. Every bad line is named, and then nothing is imported.
    """
    call = session()
    with closing(open_database(create(call.data))) as db:
        result = import_csv(db, file)
        stray, orphans = unwatched(db, call.data.config()), unknown_parents(db)
    call.emit({**asdict(result), "unwatched": dict(stray), "unknown_parents": dict(orphans)})
    call.say(
        call.text(
            f"新增 {result.added}，更新 {result.updated}，未变 {result.unchanged}",
            f"{result.added} new, {result.updated} changed, {result.unchanged} unchanged",
        )
    )
    for portal, count in stray:
        call.say(
            call.text(
                f"门户“{portal}”不在 gouji.toml 中，登记在其下的 {count} 个机关无从判断：写入 [[portal]]，"
                "或改正名录的 portal 列",
                f"portal '{portal}' is not in gouji.toml, and its {count} bodies "
                "cannot be judged: write its [[portal]], or mend the column `portal`",
            )
        )
    for parent, count in orphans:
        call.say(
            call.text(
                f"上级“{parent}”不在名录中，{count} 个机关写着它：请查有无笔误，或把它也列入名录",
                f"the parent '{parent}' of {count} bodies is not in the register: look for a slip, or enter it as well",
            )
        )


@agencies.command("list", example="gouji agencies list --json")
@json_option
def list_agencies() -> None:
    """列出名录。

    Prints the register.
    """
    call = session()
    with closing(open_database(call.data)) as db:
        rows = register(db)
    call.emit([row._asdict() for row in rows])
    cells = [[getattr(row, name) for name in SHOWN] for row in rows[: call.room]]
    for line in table([SHOWN, *([str(cell if cell is not None else "") for cell in row] for row in cells)]):
        call.say(line)
    for line in call.rest(len(rows)):
        call.say(line)
    call.say(call.text(f"共 {len(rows)} 个机关", f"{len(rows)} agencies"))
