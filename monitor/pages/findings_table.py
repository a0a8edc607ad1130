"""Findings as a table of a page: whose, what is said, what it asks, how it stands."""

from collections.abc import Iterable, Mapping

from crawler.ground.contained import Failed, contained
from monitor.asking.missing import local_day
from monitor.export.sheet_file import Tone
from monitor.findings import Finding
from monitor.pages.ask import Ask
from monitor.pages.tables import PageCell, PageTable, Plain, page_table
from monitor.words.kinds import class_words, kind_of, status_words
from monitor.words.plain import matter_of, plain_line

TONES: Mapping[str, Tone] = {"fatal": "bad", "explain": "warn", "confirm": "unsure", "info": "quiet", "health": "quiet"}


def finding_line(one: Finding, ask: Ask) -> str:
    """What a finding says; what is stored of one that cannot be read costs this one alone."""
    said = contained(lambda: plain_line(one, ask.lang))
    return ask.say("存下的数据读不出来", "what is stored cannot be read") if isinstance(said, Failed) else said


def matter_line(one: Finding, count: int, ask: Ask) -> str:
    """What the findings of one matter say: the first of them, and how many there are."""
    several = ask.say(f"（{count} 项）", f" ({count} findings)") if count > 1 else ""
    return f"{finding_line(one, ask)}{several}"


def kind_words(one: Finding, lang: str) -> str:
    """Of what kind of trouble it is; "" of what is for information and no trouble."""
    return "" if one.finding_class == "info" else kind_of(one.key.rule, one.verdict).name(lang)


def twins_of(one: Finding, others: Iterable[Finding]) -> list[Finding]:
    """Findings that point at the same cell of the same report, and stand as this one does."""
    return [other for other in others if _matter(other) == _matter(one) and other.id != one.id]


def _matter(one: Finding) -> tuple[object, ...]:
    """What is told once: the cell that is pointed at; any other finding is a matter of its own."""
    what, known = matter_of(one)
    return (one.key.agency, one.key.year, one.status, one.finding_class, known) if what == "suspect" else one.key


def matters(found: Iterable[Finding]) -> list[tuple[Finding, int]]:
    """The first finding of each matter, with how many there are of it; in their order."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for one in found:
        groups.setdefault(_matter(one), []).append(one)
    return [(group[0], len(group)) for group in groups.values()]


def findings_table(
    ask: Ask, found: Iterable[Finding], names: Mapping[str, str], name: str = "findings", *, body: bool = True
) -> PageTable:
    """One row for each; `body`: with the column that says whose."""
    say = ask.say
    heads = [say("年度", "year"), say("发现", "finding"), say("性质", "asks"), say("种类", "kind")]
    heads += [say("状态", "status"), say("提出日", "since")]
    rows: list[list[PageCell | Plain]] = []
    for one, count in matters(found):
        code = one.key.agency
        row: list[PageCell | Plain] = [PageCell(names.get(code, code), ask.to("body", code))] if body else []
        rows.append(
            [
                *row,
                PageCell(one.key.year, ask.to("report", code, one.key.year)),
                PageCell(matter_line(one, count, ask), ask.to("finding", one.id)),
                PageCell(class_words(one.finding_class, ask.lang), tone=TONES.get(one.finding_class, "")),
                kind_words(one, ask.lang),
                status_words(one.status, ask.lang),
                local_day(one.opened_at),
            ]
        )
    title = say("发现", "findings")
    return page_table(name, title, [*([say("机关", "body")] if body else []), *heads], rows, say("没有。", "None."))
