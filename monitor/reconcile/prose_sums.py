"""Numbers of one sentence that must tie among themselves: ways, applicants, outcomes, results, what came and went."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, combinations, takewhile
from typing import NamedTuple

from extract.content import UNREAD, Number
from monitor.claims.claim import Claim
from monitor.claims.dictionary import dictionary
from monitor.claims.statement import PERSONS
from monitor.reconcile.claim_rules import is_part, sentences
from monitor.reconcile.claimed import judge_claims, value_of
from monitor.reconcile.meanings import PARTS, PROCESSED
from monitor.reconcile.outcome import Outcome
from monitor.reconcile.result import Result, passing, unknown
from monitor.reconcile.rule import Rule
from monitor.reconcile.sheet import Sheet

INTAKE = ("intake", "received")
OUTCOMES = (
    "granted",
    "granted_in_part",
    "granted_any",
    "refused",
    "unavailable",
    "not_existing",
    "not_processed",
    "other",
)
GROUP_OF = {"not_existing": "unavailable"}
ALL_GROUPS = frozenset({"granted", "granted_in_part", "refused", "unavailable", "not_processed", "other"})
OPEN_LIST = re.compile("其余|其他(?:为|均)|等(?:[,，。；、）)]|$)")
STOCK_DONE = re.compile("办结|答复|办理完|处理完")
PARTS_FOLLOW = re.compile("其中|包括|含")
PERSONS_AND_OTHERS = frozenset({"natural_person", "legal_person"})  # all applicants
TRACKS_OF = {
    "remedies": ("reconsideration", "litigation"),
    "litigation": ("litigation_direct", "litigation_after_reconsideration"),
}
MOST_TOLD = 40  # numbers of a sentence of which sums are made
LONGEST = 300  # characters that are quoted
BROUGHT = "T3[brought_forward,total]"


class Tie(NamedTuple):
    """`terms` that add up to `sum`, and what that should be; `whole` are the admissible totals."""

    name: str
    terms: tuple[Number, ...]
    whole: tuple[Number, ...]
    holds: bool


def internal(rule: Rule, sheet: Sheet) -> Result:
    """Every sentence whose numbers can only be right together."""
    judged = judge_claims(sheet)
    brought = value_of(BROUGHT, sheet)
    done = value_of(PROCESSED, sheet)
    if sheet.report.doubt or not UNREAD.isdisjoint(chain.from_iterable([row.states for row in sheet.report.rows])):
        return unknown(
            rule, sheet, "not_whole"
        )  # a number that a table would contradict may stand in what was not read
    blamed = {_key(one.claim) for one in judged if one.verdict == "fail"}
    ties: list[Tie] = []
    outcomes: list[Outcome] = []
    for group in _told(sentences(judged)):
        here = list(_ties(group, brought, done))
        ties += here
        if any(_key(one) in blamed for one in group):
            continue  # its number is told already as one that the table contradicts
        broken = next((tie for tie in here if not tie.holds), None)  # one list is told once
        if broken is not None and all(one.subject != broken.name for one in outcomes):
            outcomes.append(_outcome(rule, sheet, broken, group))
    held = sum(tie.holds for tie in ties)
    return Result(held, tuple(outcomes)) if outcomes else passing(max(1, held))


def _key(claim: Claim) -> tuple[int, int, int]:
    return claim.section, claim.start, claim.at


def _outcome(rule: Rule, sheet: Sheet, tie: Tie, group: Sequence[Claim]) -> Outcome:
    facts: dict[str, str | int] = {
        "sentence": "".join(dict.fromkeys(one.whole for one in group)).rstrip("。；")[:LONGEST],
        "terms": " + ".join(map(str, tie.terms)),
        "sum": str(sum(tie.terms)),
        "whole": "、".join(dict.fromkeys(map(str, _printed(tie, group)))),
    }
    return Outcome(rule.id, tie.name, "fail", sum(tie.terms), tie.whole[0], year=sheet.year, facts=facts)


def _printed(tie: Tie, group: Sequence[Claim]) -> list[Number]:
    """Of the admissible totals those that the sentence prints, or sums of two that it prints; else all."""
    told = [one.value for one in group if one.value]
    sums = {one + two for one, two in combinations(told[:MOST_TOLD], 2)}
    return [one for one in tie.whole if one in told] or [one for one in tie.whole if one in sums] or [*tie.whole]


def _told(found: Iterator[list[Claim]]) -> Iterator[list[Claim]]:
    """Each sentence; one that begins with 其中 belongs to the sentence before."""
    kept: list[Claim] = []
    for some in found:
        first = some[0]
        if kept and kept[-1].section == first.section and first.sentence - kept[-1].sentence == 1 and _continues(first):
            kept = [*kept, *some]
            continue
        if kept:
            yield kept
        kept = some
    if kept:
        yield kept


def _continues(claim: Claim) -> bool:
    return claim.whole.startswith(("其中", "答复", "办结", "予以公开", "在办理"))


def _ties(claims: Sequence[Claim], brought: Number | None, done: Number | None) -> Iterator[Tie]:
    exact = [one for one in claims if one.relation in ("=", "denial") and one.value is not None and not one.weak]
    if any(one.approximate for one in claims):
        return
    yield from _by_way(exact, brought)
    yield from _outcomes(exact, brought, done)
    yield from _stock(exact, brought)
    yield from _results(exact)
    yield from _tracks(exact)
    yield from _reasons(exact)


def _first(claims: Sequence[Claim], *concepts: str) -> Claim | None:
    return next((one for one in claims if one.concept in concepts), None)


def _totals(claims: Sequence[Claim], brought: Number | None) -> tuple[Number, ...]:
    """What came in, as it is printed, without and with what was brought forward."""
    total = _first(claims, *INTAKE)
    if total is None or total.value is None:
        return ()
    said = _first(claims, "brought_forward")
    more = said.value if said is not None else brought
    found = [total.value]
    return (*found, total.value + more) if more else tuple(found)


def _by_way(claims: Sequence[Claim], brought: Number | None) -> Iterator[Tie]:
    """Ways are all that there are; of applicants some may be left out, unless persons and all others are told."""
    whole = _totals(claims, brought)
    total = _first(claims, *INTAKE)
    if not whole or total is None:
        return
    for name, concepts in (("channel", frozenset({"channel"})), ("applicant", PERSONS)):
        parts = [one for one in claims if one.concept in concepts and one.relation == "="]
        if name == "channel":
            parts = _run(claims, total)
        both = {one.concept for one in parts} >= PERSONS_AND_OTHERS
        if both:
            parts = [one for one in parts if one.concept in PERSONS_AND_OTHERS]
        else:
            parts = [one for one in parts if _place(one) > _place(total)]
        tie = _tie(name, parts, whole, complete=both or name == "channel") if len(parts) > 1 else None
        if tie is not None:
            yield tie


def _run(claims: Sequence[Claim], total: Claim) -> list[Claim]:
    """The ways that follow the whole at once; none where the list says that it leaves some out."""
    behind = [one for one in claims if _place(one) > _place(total) and one.concept not in PERSONS]
    found = list(takewhile(lambda one: one.concept == "channel", behind))
    return [] if any(OPEN_LIST.search(one.whole) for one in found) else found


def _place(claim: Claim) -> int:
    """Where its number stands in the section."""
    return claim.start + claim.at


def _tie(name: str, parts: Sequence[Claim], whole: tuple[Number, ...], *, complete: bool) -> Tie | None:
    """The tie of parts with one of the totals that they may have; None where some parts are not said."""
    terms = tuple(one.value for one in parts if one.value is not None)
    total = sum(terms)
    if total in whole:
        return Tie(name, terms, whole, True)
    return Tie(name, terms, whole, False) if complete or total > max(whole) else None


def _outcomes(claims: Sequence[Claim], brought: Number | None, done: Number | None) -> Iterator[Tie]:
    parts = _apart([one for one in claims if _group(one.concept)])
    if len(parts) < 2:
        return
    whole = list(_totals(claims, brought))
    carried = _first(claims, "carried_forward")
    processed = _first(claims, "processed")
    if processed is not None and processed.value is not None:
        whole.append(processed.value)
    if carried is not None and carried.value is not None:
        whole += [one - carried.value for one in whole]
    if not whole:
        return
    whole += [done] if done is not None else []
    complete = {GROUP_OF.get(group, group) for one in parts for group in _groups(one)} >= ALL_GROUPS
    tie = _tie("outcomes", parts, tuple(whole), complete=complete)
    if tie is not None:
        yield tie


def _group(concept: str) -> str:
    """The outcome that a concept is, or is a reason of."""
    group = concept.partition(".")[0]
    known = dictionary().concepts.get(concept)
    if concept in OUTCOMES:
        return concept
    return group if known is not None and known.kind == "leaf" else ""


def _groups(claim: Claim) -> tuple[str, ...]:
    return ("granted", "granted_in_part") if claim.concept == "granted_any" else (_group(claim.concept),)


def _apart(claims: Sequence[Claim]) -> list[Claim]:
    """Without the reasons of a group that is told itself, and without what is told together and apart."""
    told = {one.concept for one in claims}
    spared = {"granted", "granted_in_part"} if "granted_any" in told else set()
    if "unavailable" in told:
        spared.add("not_existing")
    return [
        one
        for one in claims
        if one.concept not in spared and (one.concept in OUTCOMES or _group(one.concept) not in told)
    ]


def _stock(claims: Sequence[Claim], brought: Number | None) -> Iterator[Tie]:
    """新收 + 结转 = 办结 + 结转下年, where the sentence says at least what came, what was done and what is left."""
    total = _first(claims, *INTAKE)
    done, left = _first(claims, "processed"), _first(claims, "carried_forward")
    if total is None or done is None or left is None or None in (total.value, done.value, left.value):
        return
    said = _first(claims, "brought_forward")
    more = said.value if said is not None else brought
    terms = tuple(one.value for one in (done, left) if one.value is not None)
    came = total.value or 0
    apart = said is not None and STOCK_DONE.search(said.clause)  # 上年结转的3件已全部办结, 本年新收6件, 办结6件
    sure = total.concept == "received" and not apart
    whole = (came,) if not more else (came + more,) if sure else (came + more, came)
    if sum(terms) in whole:
        yield Tie("stock", terms, whole, True)
    elif more is not None or sum(terms) < came:
        yield Tie("stock", terms, whole, False)


def _results(claims: Sequence[Claim]) -> Iterator[Tie]:
    """The results of the cases of a track add up to its cases."""
    by_track: dict[str, list[Claim]] = {}
    for one in claims:
        if is_part(one) and one.relation == "=":
            by_track.setdefault(one.concept.partition(".")[0], []).append(one)
    for track, parts in by_track.items():
        total = _first(claims, track)
        names = [one.concept for one in parts]
        if total is None or total.value is None or len(set(names)) != len(names):
            continue
        tie = _tie(track, parts, (total.value,), complete=len(parts) == len(PARTS))
        if tie is not None:
            yield tie


def _tracks(claims: Sequence[Claim]) -> Iterator[Tie]:
    """行政复议、行政诉讼共12件，其中…: the cases of both; 行政诉讼7件，其中…: the suits of both sorts."""
    for name, concepts in TRACKS_OF.items():
        total = _first(claims, name)
        parts = [one for one in claims if one.concept in concepts and one.relation == "="]
        if total is None or total.value is None or sorted(one.concept for one in parts) != sorted(concepts):
            continue
        if name == "litigation" and not PARTS_FOLLOW.search(total.whole):
            continue  # 诉讼7件 may be the one sort alone
        tie = _tie(name, parts, (total.value,), complete=True)
        if tie is not None:
            yield tie


def _reasons(claims: Sequence[Claim]) -> Iterator[Tie]:
    """不予处理10件，其中…: the reasons behind a group; all of them are its number, fewer are no more."""
    for total in claims:
        reasons = reasons_of(total.concept)
        parts = [one for one in claims if one.concept in reasons and _place(one) > _place(total)]
        names = {one.concept for one in parts}
        if len(parts) < 2 or total.value is None or len(names) != len(parts):
            continue
        tie = _tie(total.concept, parts, (total.value,), complete=names == reasons)
        if tie is not None:
            yield tie


@cache
def reasons_of(group: str) -> frozenset[str]:
    """The reasons of 表三 that belong to a group."""
    concepts = dictionary().concepts.items()
    return frozenset(name for name, one in concepts if one.kind == "leaf" and name.startswith(f"{group}."))
