"""`gouji letter`: courteous letters as Word and Markdown: what is open, what is missing, what is soon due."""

from contextlib import closing
from pathlib import Path

import click

from crawler.agencies.lookup import find_agency
from crawler.ground.clock import local_date, now
from crawler.ground.errors import GoujiError, UsageError, reason
from crawler.ground.writing import write
from monitor.asking.awaited import contacts_of
from monitor.asking.findings import about
from monitor.commands.options import CallOptions, command, json_option, session
from monitor.duty.clock import read_clock
from monitor.letter.docx import docx
from monitor.letter.index import Filed, filed, index_files
from monitor.letter.many import Mode, Written, letters_for
from monitor.letter.parts import Letter, letter_words, markdown
from monitor.schema import open_database
from monitor.words.terminal import inert


@command(
    step=240,
    example="gouji letter 示例县财政局 2024\ngouji letter 财政局 2024 --output -\ngouji letter --remind --output 函件\n"
    "gouji letter --missing --output 函件\ngouji letter --all --output 函件",
)
@click.argument("agency", required=False)
@click.argument("year", type=click.IntRange(1900, 2999), required=False)
@click.option(
    "--remind", is_flag=True, help="期限之前：提醒还没有公布的机关 · before the day: who has not published yet"
)
@click.option("--missing", is_flag=True, help="期限之后：询问没有公布的机关 · after it: who has not published")
@click.option("--all", "everything", is_flag=True, help="有待核之处的每个机关各一函 · every body with open matters")
@click.option(
    "--output",
    default=".",
    metavar="DIR",
    type=click.Path(),
    help="写到哪个目录（默认当前目录；- 为在屏幕上显示） · where to write; - prints it",
)
@click.option("--force", is_flag=True, help="覆盖改过的函 · overwrite a letter that was edited, or is not gouji's")
@json_option
def letter(
    agency: str | None, year: int | None, remind: bool, missing: bool, everything: bool, output: str, force: bool
) -> None:
    """写函（.docx 和 .md）：列出待核之处及依据，请机关核实、说明或更正；或提醒、询问公布。一个机关一函，几函另有目录
    （index.md、index.xlsx）。没有可问的就不写，退出状态仍为 0。

    Letters that ask a body to verify, explain or correct what is open, or to publish; one for each body, several with
    an index. Where nothing is open no letter is written, and the exit status is 0 all the same.
    """
    call = session()
    many = remind or missing or everything
    _insist(agency, output, [remind, missing, everything])
    mode: Mode = "remind" if remind else "missing" if missing else "open"
    with closing(open_database(call.data)) as db:
        code = find_agency(db, agency).code if agency is not None else None
        at = read_clock(db, now()).sure
        if not many and year is None:
            year = local_date(at).year - 1
        written = letters_for(db, call.data.config(), at, mode, agency=code, year=year, language=call.lang)
        contacts = contacts_of(db)
        others = len(about(db, code, year)) if code is not None and year is not None else 0
    words = letter_words()[call.lang]
    if not written.letters:
        _nothing(call, agency, code, year, mode, others)
        return
    found = filed(written.letters, words["stem_remind" if remind else "stem"], contacts)
    paths: list[str] = []
    if output == "-":
        call.say("\n".join(markdown(one.letter).rstrip("\n") for one in found))
    else:
        bodies: dict[str, bytes] = {}
        for one in found:
            bodies |= {f"{one.stem}.docx": docx(one.letter, at), f"{one.stem}.md": markdown(one.letter).encode()}
        if many:
            bodies |= index_files(found, call.lang)
        paths = [str(path) for path in _write(call, Path(output), bodies, force=force)]
    _tell(call, found, paths, written, output, many=many)


def _insist(agency: str | None, output: str, modes: list[bool]) -> None:
    if sum(modes) > 1:
        raise UsageError(
            "--remind, --missing and --all are three kinds of letter: choose one",
            "--remind、--missing、--all 是三种函，请选一种",
        )
    if agency is None and not any(modes):
        raise UsageError(
            "name a body (gouji letter AGENCY YEAR), or choose --remind, --missing or --all",
            "请写明机关（gouji letter 机关 年度），或选 --remind、--missing、--all",
        )
    if agency is None and output == "-":
        raise UsageError(
            "many letters are written into a folder: --output DIR",
            "几封函要写到文件夹里：--output 目录",
        )


def _tell(
    call: CallOptions, found: list[Filed], paths: list[str], written: Written, output: str, *, many: bool
) -> None:
    told = [_json(one, paths if not many else [path for path in paths if one.stem in path]) for one in found]
    call.emit({"letters": told, "without": written.without, "files": paths} if many else told[0])
    if output == "-":
        return
    if not many:
        count = len(found[0].letter.findings)
        call.say(
            call.text(
                f"已写好 {'、'.join(map(inert, paths))}：{count} 项发现，发出前请过目",
                f"written: {', '.join(map(inert, paths))}; {count} findings. Read it before it is sent",
            )
        )
        return
    rest_zh = f"；其余 {written.without} 个机关没有要写的，没有写" if written.without else ""
    rest_en = f"; to {written.without} other bodies there is nothing to write" if written.without else ""
    call.say(
        call.text(
            f"已写好 {len(found)} 封函（.docx 和 .md）和目录 index.md、index.xlsx，在 {inert(output)}；"
            f"发出前请过目{rest_zh}",
            f"{len(found)} letters (.docx and .md) and index.md, index.xlsx are in {inert(output)}: "
            f"read them before they are sent{rest_en}",
        )
    )


def _json(one: Filed, paths: list[str]) -> dict[str, object]:
    letter: Letter = one.letter
    return {
        "agency": letter.agency.code,
        "agency_name": letter.agency.name,
        "year": letter.year,
        "findings": letter.findings,
        "title": letter.title,
        "markdown": markdown(letter),
        "files": paths,
    }


def _nothing(
    call: CallOptions, agency: str | None, code: str | None, year: int | None, mode: Mode, others: int
) -> None:
    empty: dict[str, object] = {
        "agency": code,
        "agency_name": agency,
        "year": year,
        "findings": [],
        "title": None,
        "markdown": None,
    }
    call.emit(empty | {"files": []} if agency is not None else {"letters": [], "without": None, "files": []})
    if agency is None:
        call.say(
            {
                "remind": call.text("没有期限未到而尚未公布的机关，不必发函", "nobody has to be reminded"),
                "missing": call.text("没有逾期未公布的机关，不必发函", "no body is missing; no letter is needed"),
                "open": call.text("没有待核实之处，不必发函", "nothing is open; no letter is needed"),
            }[mode]
        )
        return
    name, of = inert(agency), "" if year is None else f" {year} 年度"
    rest_zh = f"（有 {others} 项不待核：gouji findings --agency {name} --year {year}）" if others else ""
    rest_en = f" ({others} findings are not open)" if others else ""
    call.say(
        call.text(
            f"{name}{of}没有待核实之处，不必发函{rest_zh}",
            f"nothing is open about {name} {year or ''}; no letter is needed{rest_en}",
        )
    )


def _write(call: CallOptions, folder: Path, bodies: dict[str, bytes], *, force: bool) -> list[Path]:
    paths = {folder / name: body for name, body in bodies.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GoujiError(
            f"cannot make the folder {folder}: {error.strerror}", f"建不了文件夹 {folder}：{reason(error)[1]}"
        ) from error
    write(paths, call.data.sums, force=force)
    return list(paths)
