"""`gouji agencies end` and `remove`: a body that owes no more, a row that was a slip; `template`: an empty list."""

from contextlib import closing
from pathlib import Path

import click

from crawler.agencies.csv_file import EARLIEST, LATEST
from crawler.agencies.ending import end_duty, later_reports, remove
from crawler.agencies.lookup import find_agency
from crawler.ground.errors import UsageError
from monitor.commands.options import command, json_option, session
from monitor.export.register_template import write_template
from monitor.schema import open_database


@command(example="gouji agencies end 示例县粮食局 --year 2024\ngouji agencies end 示例县粮食局 --undo")
@click.argument("agency")
@click.option(
    "--year", type=click.IntRange(EARLIEST, LATEST), help="应报的最后一个报告年度 · the last report year it owes"
)
@click.option("--undo", is_flag=True, help="仍应报送至今 · it owes to this day after all")
@json_option
def end(agency: str, year: int | None, undo: bool) -> None:
    """结束一个机关的报送义务：此年度之后不再算缺报；已有的报告、发现都留着。

    Ends a body's duty: no report is missed after this year. Its reports and findings stay.
    """
    call = session()
    if (year is None) == (not undo):
        raise UsageError(
            "write either --year YEAR (the last report year it owes) or --undo",
            "请写 --year 年度（应报的最后一个报告年度），或写 --undo",
        )
    with closing(open_database(call.data)) as db:
        body = find_agency(db, agency)
        before = end_duty(db, body, year)
        later = later_reports(db, body.code, year) if year is not None else []
    call.emit({"code": body.code, "name": body.name, "last_year": year, "before": before, "later": later})
    if year is None:
        call.say(call.text(f"{body.name}：仍应报送至今", f"{body.name} owes reports to this day"))
        return
    call.say(
        call.text(
            f"{body.name}：最后一个应报年度为 {year}，{year + 1} 年度起不再算缺报",
            f"{body.name}: {year} is the last report year it owes; from {year + 1} on none is missed",
        )
    )
    if later:
        years = "、".join(map(str, later))
        call.say(
            call.text(
                f"注意：已有它 {years} 年度的文件，仍照常核对",
                f"note: documents of {years} are there and are still checked",
            )
        )


@command(name="remove", example="gouji agencies remove 示例县教育剧")
@click.argument("agency")
@json_option
def remove_(agency: str) -> None:
    """从名录删去录错的一行：只在没有任何文件、报告、发现与之相关时；否则说明怎么办。

    Takes a slip out of the register: only where no document, report or finding hangs on it; else says what to do.
    """
    call = session()
    with closing(open_database(call.data)) as db:
        body = find_agency(db, agency)
        remove(db, body)
    call.emit({"code": body.code, "name": body.name})
    call.say(call.text(f"已从名录删去：{body.name}", f"taken out of the register: {body.name}"))


@command(example="gouji agencies template 名录.xlsx")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="替换已有的文件 · replace a file that is there")
@json_option
def template(file: Path, force: bool) -> None:
    """写一份可填写的空白名录（.xlsx）：下拉选项、示例行、填写说明；填好后用 gouji agencies import 导入。

    Writes an empty register to fill in (.xlsx): drop-downs, an example row, a sheet that explains; once it is filled,
    gouji agencies import takes it in.
    """
    call = session()
    written = write_template(file, call.lang, force=force)
    call.emit({"file": str(written)})
    call.say(
        call.text(
            f"已写好 {written}。填好后：gouji agencies import {written}",
            f"written: {written}. When it is filled in: gouji agencies import {written}",
        )
    )
