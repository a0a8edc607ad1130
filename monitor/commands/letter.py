"""`gouji letter`: the 核实函 about what is open in one report, as Word and Markdown."""

import re
from contextlib import closing
from pathlib import Path

import click

from crawler.agencies.lookup import AgencyRef, find_agency
from crawler.ground.clock import local_date, now
from crawler.ground.errors import GoujiError
from crawler.ground.writing import write
from monitor.asking.findings import about
from monitor.commands.options import CallOptions, command, json_option, session
from monitor.letter.docx import docx
from monitor.letter.parts import Letter, compose, markdown
from monitor.schema import open_database
from monitor.words.terminal import inert

UNFIT = re.compile(r"[^\w.()（）-]+")
LONGEST_NAME = 60


@command(
    step=240,
    example="gouji letter 示例县财政局 2024\ngouji letter 财政局 2024 --output 函件\n"
    "gouji letter 财政局 2024 --output -",
)
@click.argument("agency")
@click.argument("year", type=click.IntRange(1900, 2999))
@click.option(
    "--output",
    default=".",
    metavar="DIR",
    type=click.Path(),
    help="写到哪个目录（默认当前目录；- 为在屏幕上显示） · where to write; - prints it",
)
@click.option("--force", is_flag=True, help="覆盖改过的函 · overwrite a letter that was edited, or is not gouji's")
@json_option
def letter(agency: str, year: int, output: str, force: bool) -> None:
    """写核实函（.docx 和 .md）：列出待核之处及依据，请机关核实、说明或更正。没有可问的就不写，退出状态仍为 0。

    The letter that asks a body to verify, explain or correct what is open about its report, with the evidence.
    Where nothing is open no letter is written, and the exit status is 0 all the same.
    """
    call = session()
    with closing(open_database(call.data)) as db:
        body = find_agency(db, agency)
        found = about(db, body.code, year)
    at = now()
    written = compose(body, year, found, local_date(at), call.lang)
    if written is None:
        _nothing(call, body, year, len(found))
        return
    text = markdown(written)
    paths: list[str] = []
    if output == "-":
        call.say(text.rstrip("\n"))
    else:
        paths = [
            str(path)
            for path in _write(
                call, Path(output), written, {".docx": docx(written, at), ".md": text.encode()}, force=force
            )
        ]
        call.say(
            call.text(
                f"已写好 {'、'.join(map(inert, paths))}：{len(written.findings)} 项提示，发出前请过目",
                f"written: {', '.join(map(inert, paths))}; {len(written.findings)} findings. Read it before it is sent",
            )
        )
    call.emit(
        {
            "agency": body.code,
            "agency_name": body.name,
            "year": year,
            "findings": written.findings,
            "title": written.title,
            "markdown": text,
            "files": paths,
        }
    )


def _nothing(call: CallOptions, body: AgencyRef, year: int, others: int) -> None:
    call.emit(
        {
            "agency": body.code,
            "agency_name": body.name,
            "year": year,
            "findings": [],
            "title": None,
            "markdown": None,
            "files": [],
        }
    )
    name = inert(body.name)
    rest_zh = f"（有 {others} 项不待核：gouji findings --agency {name} --year {year}）" if others else ""
    rest_en = f" ({others} findings are not open)" if others else ""
    call.say(
        call.text(
            f"{name} {year} 年度没有待核实之处，不必发函{rest_zh}",
            f"nothing is open about {name} {year}; no letter is needed{rest_en}",
        )
    )


def _write(call: CallOptions, folder: Path, letter: Letter, bodies: dict[str, bytes], *, force: bool) -> list[Path]:
    stem = UNFIT.sub("_", f"核实函-{letter.agency.name}"[:LONGEST_NAME]) + f"-{letter.year}"
    paths = {folder / f"{stem}{suffix}": body for suffix, body in bodies.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GoujiError(
            f"cannot make the folder {folder}: {error.strerror}", f"建不了文件夹 {folder}：{error.strerror}"
        ) from error
    write(paths, call.data.sums, force=force)
    return list(paths)
