"""What is wrong with a portal's part, field by field of right.json (explained in ../shared/cases/README.md)."""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import unquote_to_bytes

from tests.cases.documents import complaints as complaints_of
from tests.cases.documents import reading
from tests.cases.portals import YEAR, Walked
from tests.hostile.road import query

OPEN = ("open", "regressed")
NO_LATER = ("不晚于", "no later than")

Told = tuple[str, str, str, str]
"""A finding: rule, status, responsibility, message."""


def complaints(part: Mapping[str, Any], walked: Walked) -> Iterator[str]:
    """What is wrong with one part after the last look."""
    yield from walked.broken
    for field, value in part.items():
        if field == "name":
            continue
        if field in FIELDS:
            yield from FIELDS[field](walked, value)
        else:
            yield f"right.json says {field}, which nobody holds here"


def findings(walked: Walked, body: str, rule: str) -> list[Told]:
    """All findings about a body, whatever their status, of the rules that begin so."""
    return [
        told
        for told in query(
            walked.data,
            "select f.rule, f.status, f.responsibility, f.message from findings f join agencies a on a.code = f.agency "
            "where a.name = ? order by f.id",
            body,
        )
        if told[0].startswith(rule)
    ]


def stands(*states: str) -> Callable[[Walked, str], Iterator[str]]:
    """A body's state in `missing` is one of these."""

    def held(walked: Walked, body: str) -> Iterator[str]:
        entry = walked.standing.get(body)
        if entry is None or entry.state not in states:
            yield f"{body} is {entry and entry.state} ({entry and entry.reason}), right is {' or '.join(states)}"

    return held


def _read(walked: Walked, right: Mapping[str, Any], *, or_problem: bool) -> Iterator[str]:
    found = reading(
        walked.data,
        "agency_name = ? and year = ?",
        right["agency"],
        right["year"],
        problems="url in (select url from documents where agency_name = ? and year = ?)",
    )
    wanted = {**right, "must": list(right["truth"]), "read_or_problem": or_problem}
    yield from complaints_of(wanted, found)


def report(walked: Walked, right: Mapping[str, Any]) -> Iterator[str]:
    yield from _read(walked, right, or_problem=False)


def figures(walked: Walked, right: Mapping[str, Any]) -> Iterator[str]:
    yield from _read(walked, right, or_problem=True)


def late(walked: Walked, value: tuple[str, list[int]]) -> Iterator[str]:
    body, days = value
    entry = walked.standing.get(body)
    said = [entry.reason, entry.reason_en] if entry else []
    said += [told[3] for told in findings(walked, body, "pub.state")]
    said += [line for line in walked.missing.splitlines() if body in line]
    if entry is None or entry.state != "published_late":
        yield f"{body} is {entry and entry.state}, right is published_late"
    elif entry.days_late not in days and not any(words in text for words in NO_LATER for text in said):
        yield f"{body} is {entry.days_late} days late ({entry.day}), right is {days}, or to say {NO_LATER[0]}"


def documents(walked: Walked, most: int) -> Iterator[str]:
    ((count,),) = query(walked.data, "select count(*) from documents")
    if count > most:
        yield f"{count} documents are stored, right are {most} at most"


def urls(walked: Walked, words: list[str]) -> Iterator[str]:
    known = [str(url) for (url,) in query(walked.data, "select url from documents")]
    for word in words:
        if not any(word.encode("gbk") in unquote_to_bytes(url) for url in known):
            yield f"no stored address holds {word} in GBK: {known}"


def never_asked(walked: Walked, path: str) -> Iterator[str]:
    asked = [one.target for one in walked.asked if one.target.startswith(path)]
    if asked:
        yield f"asked for {' '.join(asked)}"


def published_on(walked: Walked, value: tuple[str, list[str]]) -> Iterator[str]:
    body, days = value
    found = [
        day
        for (day,) in query(
            walked.data,
            "select published_on from reports where agency_name = ? and year = ? and superseded_by is null",
            body,
            YEAR,
        )
    ]
    if len(found) != 1 or found[0] not in days:
        yield f"{body}: published_on is {found}, right is {days}"


def rules(walked: Walked, wanted: list[tuple[str, str]]) -> Iterator[str]:
    for body, rule in wanted:
        if not any(told[1] in OPEN for told in findings(walked, body, rule)):
            yield f"no {rule} of {body}"


def rules_never(walked: Walked, unwanted: list[tuple[str, str]]) -> Iterator[str]:
    for body, rule in unwanted:
        yield from (f"finding {told[:3]} {told[3]}" for told in findings(walked, body, rule) if told[1] in OPEN)


def rules_never_source(walked: Walked, unwanted: list[tuple[str, str]]) -> Iterator[str]:
    for body, rule in unwanted:
        for told in findings(walked, body, rule):
            if told[1] in OPEN and told[2] == "source":
                yield f"finding {told[:3]} {told[3]}"


def never_told(walked: Walked, unwanted: list[tuple[str, str]]) -> Iterator[str]:
    for body, rule in unwanted:
        yield from (f"finding {told[:3]} {told[3]}" for told in findings(walked, body, rule))


def once(walked: Walked, value: tuple[str, str]) -> Iterator[str]:
    told = findings(walked, *value)
    if len(told) > 1:
        yield f"{value[1]} of {value[0]} is told {len(told)} times"


def gap(walked: Walked, least: float) -> Iterator[str]:
    asked = sorted(walked.asked, key=lambda one: one.begin)
    for before, after in pairwise(asked):
        if after.begin - before.end < least:
            yield f"{after.begin - before.end:.2f} s after the end of {before.target} came {after.target}"


FIELDS: Mapping[str, Callable[[Walked, Any], Iterator[str]]] = {
    "published": stands("published"),
    "excused": stands("published", "not_assessable"),
    "overdue": stands("overdue", "overdue_confirmed"),
    "report": report,
    "figures": figures,
    "late": late,
    "documents": documents,
    "urls": urls,
    "never_asked": never_asked,
    "published_on": published_on,
    "rules": rules,
    "rules_never": rules_never,
    "rules_never_source": rules_never_source,
    "never_told": never_told,
    "once": once,
    "gap": gap,
}
