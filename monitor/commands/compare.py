"""`gouji compare`: one body's rates over the years beside those of its peers, each with what it is made of."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import click

from crawler.agencies.lookup import find_agency
from crawler.ground.errors import UsageError
from crawler.ground.writing import write
from monitor.asking.compare import PEERS, ComparedYear, Comparison, comparison
from monitor.commands.compare_files import comparison_json, sheet
from monitor.commands.compare_files import csv as as_csv
from monitor.commands.options import CallOptions, command, json_option, session
from monitor.export.sheet_file import book_bytes
from monitor.indicators.catalogue import rate_catalogue
from monitor.schema import open_database
from monitor.words.peers import peers_words
from monitor.words.rates import cases_words, interval_words, percent, points, state_words, why_no_step
from monitor.words.terminal import inert, table


@command(
    step=186,
    example="gouji compare 示例县教育局\ngouji compare 示例县教育局 2024 --peers field\n"
    "gouji compare 示例县教育局 --all --xlsx 对比.xlsx",
)
@click.argument("agency")
@click.argument("year", required=False, type=click.IntRange(1900, 2999))
@click.option(
    "--peers",
    multiple=True,
    type=click.Choice(PEERS),
    help="与谁相比：总是同类同级（kind）；division 再限同一区划，parent 同一上级，portal 同一门户，"
    "field 同一业务（如各县教育局）；可写几次 · always of the same kind and level; what else is to be the same",
)
@click.option("--all", "everything", is_flag=True, help="列出全部比率 · every rate there is")
@click.option("--xlsx", type=click.Path(path_type=Path), metavar="FILE", help="另写成工作簿 · also as a workbook")
@click.option("--csv", "csv", type=click.Path(path_type=Path), metavar="FILE", help="另写成 CSV · also as CSV")
@click.option("--force", is_flag=True, help="覆盖改过的文件 · overwrite a file that was edited, or is not gouji's")
@json_option
def compare(
    agency: str,
    year: int | None,
    peers: tuple[str, ...],
    everything: bool,
    xlsx: Path | None,
    csv: Path | None,
    force: bool,
) -> None:
    """公开率、不予公开率、结转率、纠错率等：本机关历年，同类机关的四分位；写明分子、分母、算式。分母不足 30 不算比率。

    A body's rates over the years with 95 % intervals, and the quartiles of its peers; numerator, denominator and
    formula are always shown, and where there is no rate, the reason. Nobody is ranked.
    """
    call = session()
    found = rate_catalogue()
    wanted = tuple(found.rates.values()) if everything or year is not None else found.main
    with closing(open_database(call.data)) as db:
        told = comparison(db, find_agency(db, agency), year, peers, wanted)
    files = {}
    if xlsx is not None:
        files[_ending(xlsx, ".xlsx")] = book_bytes([sheet(call, told, [_peers_words(call, told), *_legend(call)])])
    if csv is not None:
        files[_ending(csv, ".csv")] = as_csv(call, told)
    if files:
        write(files, call.data.sums, force=force)
    call.emit(comparison_json(told))
    for line in _lines(call, told, year):
        call.say(line)
    for path in files:
        call.note(call.text(f"已写好 {inert(str(path))}", f"written: {inert(str(path))}"))


def _ending(path: Path, ending: str) -> Path:
    if path.suffix.lower() != ending:
        raise UsageError(f"'{path}' does not end in {ending}", f"'{path}' 的结尾应是 {ending}")
    return path


def _peers_words(call: CallOptions, told: Comparison) -> str:
    return peers_words(told.kind, told.level, told.by, told.unknown, told.peers, call.lang)


def _lines(call: CallOptions, told: Comparison, year: int | None) -> Iterator[str]:
    of_year = call.text(f"  {year} 年度", f"  {year}") if year is not None else ""
    yield inert(told.body.name) + of_year
    yield inert(_peers_words(call, told))
    yield ""
    if year is None:
        for one in told.rates:
            yield f"{one.indicator.name[call.lang]} = {one.indicator.formula[call.lang]}"
            yield from table(
                [(call.text("年度", "year"), *_heads(call)), *((str(at.year), *_row(at)) for at in one.years)],
                right=range(1, 7),
                indent="  ",
            )
            yield from _notes(call, one.years)
            yield ""
    else:
        rows = [(one.indicator.name[call.lang], *_row(at)) for one in told.rates for at in one.years]
        yield from table([("", *_heads(call)), *rows], right=range(1, 7), limits={0: 20})
        yield from _notes(call, [at for one in told.rates for at in one.years])
        yield ""
        yield from (f"{one.indicator.name[call.lang]} = {one.indicator.formula[call.lang]}" for one in told.rates)
        yield ""
    yield from _legend(call)


def _heads(call: CallOptions) -> tuple[str, ...]:
    return (
        call.text("分子/分母", "cases"),
        call.text("比率", "rate"),
        call.text("95% 区间", "95 %"),
        call.text("比上年", "step"),
        call.text("同类四分位", "quartiles"),
        call.text("机关", "n"),
    )


def _row(at: ComparedYear) -> tuple[str, ...]:
    rate, peers = at.rate, at.peers
    middle = f"{percent(peers.lower)[:-1]}–{percent(peers.median)[:-1]}–{percent(peers.upper)[:-1]}" if peers else "–"
    return (
        cases_words(rate),
        (percent(rate.value) if rate.value is not None else "–") + ("*" if at.doubtful else ""),
        interval_words(rate) or "–",
        points(at.step) if at.step is not None else "–",
        middle,
        str(at.with_rate) if at.with_report else "–",
    )


def _notes(call: CallOptions, years: Sequence[ComparedYear]) -> Iterator[str]:
    """Why some have no rate, no step, no quartiles: each reason once, with its years."""
    why: dict[str, list[str]] = {}
    for at in years:
        said = [
            state_words(at.rate, call.lang) if at.rate.value is None else "",
            why_no_step(at.why_no_step, call.lang) if at.why_no_step == "changed" else "",
            call.text("* 所涉的格有未了结的不平，仅供参考", "* a cell of it is contradicted by the report itself")
            if at.doubtful
            else "",
        ]
        for one in filter(None, said):
            years_of = why.setdefault(one, [])
            if str(at.year) not in years_of:
                years_of.append(str(at.year))
    for said_once, of in why.items():
        yield f"  {', '.join(of)}{call.text('：', ': ')}{said_once}"


def _legend(call: CallOptions) -> Iterator[str]:
    found = rate_catalogue()
    yield call.text(
        f"区间：占比为 Wilson 区间，件数之比为泊松区间。四分位：分母够 {found.least} 的同类机关，"
        f"不足 {found.least_peers} 个不列。",
        f"Intervals: Wilson's for shares, Poisson's for ratios of counts. Quartiles: of peers with a denominator of at "
        f"least {found.least}; none below {found.least_peers} of them.",
    )
    yield call.text(
        "比率不说明原因；政府汇总全区域的报告与只报本机关的不可相比。算法和注意事项：docs/papers.md",
        "A rate tells no cause; a report on a whole region is not to be compared with one on an office: docs/papers.md",
    )
