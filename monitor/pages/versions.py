"""The page of the versions of one report, and of what each changed; and of last year's figures beside this year's."""

from collections.abc import Iterable

from crawler.agencies.lookup import find_agency
from crawler.ground.errors import GoujiError
from monitor.asking.diff import compare_versions, pair_of_years
from monitor.asking.missing import local_day
from monitor.asking.report import current, readings_of
from monitor.changes.diff import CellChange, CellValue, between_years
from monitor.pages.ask import Ask, Shown
from monitor.pages.site import Site
from monitor.pages.tables import PageCell, PageTable, Plain, page_table
from monitor.words.cells import cell_words


def versions_page(site: Site, ask: Ask) -> Shown:
    """All of it; a first year has no other to stand beside."""
    say, year = ask.say, ask.number("year")
    assert year is not None
    tables: list[PageTable] = []
    with site.reading() as db:
        body = find_agency(db, ask.parts["code"])
        told = compare_versions(db, body, year)
        try:
            pair = pair_of_years(body, [known for known, _ in readings_of(db, body.code)], (year,))
            years = current(db, body, pair)
        except GoujiError:
            years = []
    heads = (
        say("初见", "since"),
        say("末见", "last seen"),
        say("标题", "title"),
        say("网页", "page"),
        say("原件", "original"),
    )
    rows = [
        (
            local_day(one.since),
            local_day(one.last_seen) if one.last_seen else "–",
            one.title,
            PageCell(one.stored.url, url=one.stored.url),
            PageCell(say("存档件", "archived copy"), ask.to("archive", one.stored.document)),
        )
        for one in told.versions
    ]
    tables.append(page_table("versions", say("版本", "versions"), heads, rows))
    for number, step in enumerate(told.steps, 1):
        title = say(f"第 {number} 版 → 第 {number + 1} 版", f"version {number} → {number + 1}")
        tables.append(_changes(ask, f"step{number}", title, step.difference.changes))
    if years:
        earlier, later = years
        title = say(f"{earlier.year} 年 → {later.year} 年", f"{earlier.year} → {later.year}")
        tables.append(_changes(ask, "years", title, between_years(earlier.report, later.report).changes))
    intro = say(f"{len(told.versions)} 个版本。", f"versions: {len(told.versions)}")
    title = say(f"{body.name} {year} 年度：版本和上年", f"{body.name}, {year}: versions, and the year before")
    return Shown("list", title, {"intro": intro, "fields": ()}, tables)


def _changes(ask: Ask, name: str, title: str, changes: Iterable[CellChange]) -> PageTable:
    say = ask.say
    rows = [(cell_words(one.cell, ask.lang), _said(one.before), _said(one.after), one.delta) for one in changes]
    heads = (say("格", "cell"), say("前", "before"), say("后", "after"), say("相差", "difference"))
    return page_table(name, title, heads, rows, say("各格相同。", "No cell differs."))


def _said(value: CellValue | None) -> Plain:
    """What is printed: a number where it is one, else the text."""
    if value is None:
        return "–"
    if value.value is not None and (not value.raw or value.raw == str(value.value)):
        return value.value
    return value.raw or ("–" if value.value is None else str(value.value))
