"""`gouji search`: where words stand in the prose of the reports: whose, which year and section, the clause."""

from collections.abc import Iterator
from contextlib import closing

import click

from crawler.agencies.lookup import find_agency
from extract.store.prose_index import waiting
from monitor.asking.search import Place
from monitor.asking.search import search as places_of
from monitor.commands.options import command, json_option, session
from monitor.schema import open_database
from monitor.words.terminal import inert

MANY = 1000  # reports, whose indexing takes seconds: whoever waits is told


@command(step=197, example="gouji search 信息处理费\ngouji search 信息处理费 收费 --year 2024 --json")
@click.argument("words", nargs=-1, required=True)
@click.option("--agency", help="只找这一机关 · only the reports of this body")
@click.option("--year", type=int, help="只找这一年度 · only the reports for this year")
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, show_default=True, help="最多列出几处 · places listed at most"
)
@json_option
def search(words: tuple[str, ...], agency: str | None, year: int | None, limit: int) -> None:
    """在现行报告的正文里找词：哪个机关、哪一年、哪一部分、哪一句；词长不限，几个词则都要有。

    Looks for words in the prose of the current reports: whose, of which year and section, and the clause with the word
    in 【】. Words of any length are found exactly, several ones in one report; full width and spaces do not count.
    """
    call = session()
    with closing(open_database(call.data)) as db:
        code = find_agency(db, agency).code if agency else ""
        if (new := waiting(db)) > MANY and db.writable:
            call.note(call.text(f"先编入索引 {new} 份报告……", f"indexing {new} reports first …"))
        found, more = places_of(db, words, agency=code, year=year, limit=limit)
    call.emit([_json(one) for one in found])
    if not found:
        call.say(call.text("没有找到。", "nothing was found"))
        return
    for line in _lines(found):
        call.say(line)
    if more:
        call.say(
            call.text(
                f"… 不止这 {limit} 处：加词、--agency 或 --year 缩小范围，或用 --limit 多列",
                f"… and more than these {limit}: narrow it by another word, --agency or --year, or raise --limit",
            )
        )


def _lines(found: list[Place]) -> Iterator[str]:
    heads: tuple[object, ...] = ()
    for one in found:
        if heads != (heads := (one.agency, one.year, one.section, one.heading)):
            yield ""
            yield f"{inert(one.name)}  {one.year}  {inert(one.heading)}".rstrip()
        yield f"    {'…' * one.cut[0]}{_marked(one)}{'…' * one.cut[1]}"


def _marked(one: Place) -> str:
    parts, behind = [], 0
    for start, end in one.marks:
        if start >= behind:
            parts += [one.clause[behind:start], "【", one.clause[start:end], "】"]
            behind = end
    return inert(" ".join("".join([*parts, one.clause[behind:]]).split()))


def _json(one: Place) -> dict[str, object]:
    return {
        "agency": one.agency,
        "agency_name": one.name,
        "year": one.year,
        "section": one.section,
        "heading": one.heading,
        "clause": one.clause,
        "marks": one.marks,
        "cut": one.cut,
        "report": one.report,
        "document": one.document,
        "url": one.url,
    }
