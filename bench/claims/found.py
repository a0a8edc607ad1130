"""What the house finds in the evaluation set: claims of sentences, contradictions of reports and of prose alone."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.claims.entries import Sentence, Tied, held_against_itself, sentences
from bench.claims.scoring import Found, Score
from bench.claims.texts import Told, reports
from extract.model import Report, Section
from extract.reading import read_report
from monitor.checking.drafts import Draft, judge_drafts
from monitor.claims.grammar import read_claims
from monitor.reconcile.outcome import Outcome
from monitor.reconcile.rulebook import Rulebook

TELLING = frozenset({"fatal", "explain", "confirm"})
BODY = "青禾县自然资源局"
_NOWHERE = Path("a.html")


@dataclass
class Contradictions:
    """How many of those put in were found, how many that are none, in how many texts; `wrong` says which."""

    wanted: int = 0
    found: int = 0
    false: int = 0
    texts: int = 0
    by_rule: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.found / self.wanted if self.wanted else 1.0


def in_sentences(score: Score) -> Iterator[str]:
    """Reads every sentence by itself into the score; yields, in words, what was read otherwise than written down."""
    for sentence in sentences():
        missed, wrong = score.add(sentence, claims_of(sentence))
        if missed or wrong:
            yield f"{sentence.text}\n    missed {missed}, no claim {[one[:3] for one in wrong]}"


def claims_of(sentence: Sentence) -> Iterator[Found]:
    """What the reader of claims finds in a sentence."""
    for one in read_claims([(1, sentence.text)], sentence.year):
        at = one.start + one.at
        yield Found(one.concept, one.relation, None if one.value is None else float(one.value), at, at + 1)


def in_reports(book: Rulebook) -> Contradictions:
    """Every report text over its tables, as a page."""
    result = Contradictions()
    for told in reports():
        report = read_report(told.sample.html().encode(), "a.html")
        if not isinstance(report, Report):
            raise SystemExit(f"{told.frame}: not read: {report.code}")
        failed = failures(book, report)
        hits, others = _matched(told, failed)
        result.texts += 1
        result.wanted += len(told.broken)
        result.found += hits
        result.false += len(others)
        result.by_rule.update(one.rule for one in others)
        if hits < len(told.broken) or others:
            wanted, said = [(one.concept, one.rule) for one in told.broken], [(one.rule, one.facts) for one in failed]
            text = " ".join((told.sample.disclosed, *told.sample.told, told.sample.fees))
            result.wrong.append(f"== {told.frame}: wanted {wanted}, told {said}\n    {text}")
    return result


def failures(book: Rulebook, report: Report) -> list[Outcome]:
    """The contradictions of a report that would be told."""
    (judged,) = judge_drafts([Draft(_NOWHERE, "", report)], book)
    return [one for one in judged.failed(book, TELLING) if one.rule.startswith("claim.")]


def _matched(told: Told, failed: list[Outcome]) -> tuple[int, list[Outcome]]:
    """How many of the contradictions were told, and what was told besides; a sum breaks with its part."""
    said = [(one.rule, str(one.facts.get("concept", one.subject))) for one in failed]
    hits = sum(
        any(concept == one.concept or rule == one.rule == "claim.internal" for rule, concept in said)
        for one in told.broken
    )
    return hits, [] if told.broken else failed


def in_themselves(book: Rulebook) -> Contradictions:
    """Every text that is held against itself alone: a report of prose without a table."""
    result = Contradictions()
    for tied in held_against_itself():
        failed = failures(book, prose_alone(tied))
        hit = any(one.rule == tied.rule for one in failed)
        others = [one for one in failed if tied.verdict == "holds"]
        result.texts += 1
        result.wanted += tied.verdict == "fail"
        result.found += hit and tied.verdict == "fail"
        result.false += len(others)
        result.by_rule.update(one.rule for one in others)
        if (tied.verdict == "fail") != hit or others:
            said = [(one.rule, one.subject) for one in failed]
            result.wrong.append(f"== {tied.verdict}, {tied.rule}; told {said}\n    {tied.text}")
    return result


def prose_alone(tied: Tied) -> Report:
    return Report("", BODY, 2023, {}, (), sections=(Section(1, "一、总体情况", tied.text),))
