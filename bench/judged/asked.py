"""Asks the house about every draft and sentence, and counts what was told against what had to be."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.judged.drafts import Judged, Said, drafts, page, sentences
from bench.judged.page import Page
from extract.model import Report
from extract.reading import read_report
from monitor.checking.drafts import Draft, Judgement, judge_drafts
from monitor.reconcile.rulebook import Rulebook, load

TOLD = frozenset({"fatal", "explain", "confirm", "info"})
KINDS = ("claim.", "form.")
# Figures that fit no sentence of the set: what is no claim cannot fit them by chance.
ODD = {
    "t2": {"made": 811, "repealed": 823, "in_force": 829, "licenses": 70001, "penalties": 70003, "coercive": 70007},
    "t3": {"granted": [857, 859], "refused.state_secret": [863], "brought_forward": [877], "carried_forward": [881]},
    "t4": {"reconsideration": [883, 887, 907, 911], "litigation_direct": [919, 929, 937, 941]},
}


@dataclass
class Asked:
    """What came of one part of the set, by rule (drafts) or by concept (sentences)."""

    name: str
    count: int = 0
    right: int = 0
    wanted: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)


def drafts_asked(folder: Path | None, only: str) -> Asked:
    """Every draft: each rule that must speak, and no other."""
    asked, book = Asked("drafts"), load()
    for draft in drafts():
        if only not in draft.id:
            continue
        html = draft.page.html()
        told = told_of(book, judged(book, html))
        missed = [rule for rule in draft.tells if not any(one[0] in rule.split("|") for one in told)]
        allowed = {*draft.may, *(one for rule in draft.tells for one in rule.split("|"))}
        false = [one for one in told if one[0] not in allowed]
        asked.count += 1
        asked.right += not missed and not false
        asked.wanted.update(draft.tells)
        asked.missed.update(missed)
        asked.false.update(one[0] for one in false)
        if missed or false:
            asked.lines.append(_line(draft, missed, false))
            _write(folder, draft.id, html)
    return asked


def sentences_asked(folder: Path | None, only: str) -> Asked:
    """Every sentence inside a report of odd figures: what it claims is read, and nothing else."""
    asked, book = Asked("sentences"), load()
    for at, said in enumerate(sentences()):
        if only not in f"sentence{at}" and only not in said.text:
            continue
        html = _around(said).html()
        judgement = judged(book, html)
        read = [
            (one.claim.concept, None if one.claim.value is None else float(one.claim.value))
            for one in judgement.claims
            if one.claim.section == 1 and (said.claims or one.verdict != "not_assessable")
        ]
        missed, false = difference(said.claims, read)
        if not said.claims:
            false += [(rule, None) for rule, _ in told_of(book, judgement) if rule.startswith("claim.")]
        asked.count += 1
        asked.right += not missed and not false
        asked.wanted.update(name for name, _ in said.claims)
        asked.missed.update(name for name, _ in missed)
        asked.false.update(name for name, _ in false)
        if missed or false:
            asked.lines.append(f"== sentence{at}: not read {missed}, read and is none {false}\n    {said.text}")
            _write(folder, f"sentence{at}", html)
    return asked


def judged(book: Rulebook, html: str) -> Judgement:
    """What `gouji verify` says of a page."""
    result = read_report(html.encode(), "a.html")
    (done,) = judge_drafts([Draft(Path("a.html"), "", result)], book)
    return done


def told_of(book: Rulebook, judgement: Judgement) -> list[tuple[str, str]]:
    """Rule and subject of everything told of the words; a page that was not read says that instead."""
    if not isinstance(judgement.draft.result, Report):
        return [("unread", judgement.draft.result.code)]
    failed = judgement.failed(book, TOLD)
    return [(one.rule, f"{one.subject} {dict(one.facts)}") for one in failed if one.rule.startswith(KINDS)]


def difference(
    wanted: Sequence[tuple[str, float | None]], read: Sequence[tuple[str, float | None]]
) -> tuple[list[tuple[str, float | None]], list[tuple[str, float | None]]]:
    """What was not read, and what was read besides; words without a number stand for a nought, too.

    A wanted name may be several (`a|b`), any of which will do; with a `?` before it, it need not be read.
    """
    left = [(name, value or 0.0) for name, value in read]
    missed = []
    for name, value in wanted:
        names = name.lstrip("?").split("|")
        hit = next((one for one in left if one[0] in names and one[1] == (value or 0.0)), None)
        if hit is not None:
            left.remove(hit)
        elif not name.startswith("?"):
            missed.append((name, value))
    return missed, [*left]


def _around(said: Said) -> Page:
    made = page(said.base, "柏川县交通运输局", said.year, {"fees": " "}, ODD)
    return made.saying(overview=[said.text], other=[])


def _line(draft: Judged, missed: Sequence[str], false: Sequence[tuple[str, str]]) -> str:
    return f"== {draft.file}/{draft.id}: not told {missed}, told and is none {false}\n    {draft.quiet}"


def _write(folder: Path | None, name: str, html: str) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
