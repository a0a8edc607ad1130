"""The claim ledger against the evaluation set: recall and precision by field, verdicts and contradictions.

`python -m bench.claims [--show]`: with `--show`, every sentence and report that was judged otherwise than written down.
Ends with 1 below the goals: recall 95 %, precision 98 %, contradictions found 95 %, none in a true report.
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

from bench.claims.entries import sentences
from bench.claims.scoring import Found, Score
from bench.claims.texts import Told, reports
from extract.model import Report
from extract.reading import read_report
from monitor.checking.drafts import Draft, judge_drafts
from monitor.claims.grammar import read_claims
from monitor.reconcile.rulebook import load

RECALL, PRECISION, CONTRADICTIONS = 0.95, 0.98, 0.95
_NOWHERE = Path("a.html")
TELLING = frozenset({"fatal", "explain", "confirm"})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.claims")
    parser.add_argument("--show", action="store_true")
    show = parser.parse_args().show
    score = told_sentences(show)
    found, wanted, false, reported = told_reports(show)
    share = found / wanted if wanted else 1.0
    print(
        f"claims: recall {score.recall():.1%} (wanted {RECALL:.0%}), precision {score.precision():.1%} (wanted {PRECISION:.0%})"
    )
    print(
        f"contradictions: {found} of {wanted} found ({share:.1%}, wanted {CONTRADICTIONS:.0%}); {false} false in {reported} reports"
    )
    sys.exit(score.recall() < RECALL or score.precision() < PRECISION or share < CONTRADICTIONS or bool(false))


def told_sentences(show: bool) -> Score:
    """Every sentence by itself; prints the table by field."""
    score = Score()
    began = time.process_time()
    some = sentences()
    for sentence in some:
        claims = read_claims([(1, sentence.text)], sentence.year)
        read = [
            Found(
                one.concept,
                one.relation,
                None if one.value is None else float(one.value),
                one.start + one.at,
                one.start + one.at + 1,
            )
            for one in claims
        ]
        missed, wrong = score.add(sentence, read)
        if show and (missed or wrong):
            print(f"{sentence.text}\n    missed {missed}, no claim {[one[:3] for one in wrong]}")
    spent = time.process_time() - began
    print(f"{'field':<44}{'claims':>8}{'recall':>9}{'precision':>11}")
    for concept in sorted(score.expected | score.wrong):
        line = f"{score.expected[concept]:>8}{score.recall([concept]):>9.0%}{score.precision([concept]):>11.0%}"
        print(f"{concept:<44}{line}")
    print(f"{len(some)} sentences, {1000 * spent / len(some):.2f} ms each")
    return score


def told_reports(show: bool) -> tuple[int, int, int, int]:
    """Every report, as a page: contradictions found of those put in, false ones, and the number of reports."""
    book = load()
    found = wanted = false = number = 0
    by_rule: Counter[str] = Counter()
    told_by: Counter[str] = Counter()
    for told in reports():
        number += 1
        report = read_report(told.sample.html().encode(), "a.html")
        if not isinstance(report, Report):
            raise SystemExit(f"{told.frame}: not read: {report.code}")
        (judged,) = judge_drafts([Draft(_NOWHERE, "", report)], book)
        failed = [one for one in judged.failed(book, TELLING) if one.rule.startswith("claim.")]
        hits, others = _matched(told, [(one.rule, str(one.facts.get("concept", one.subject))) for one in failed])
        found, wanted, false = found + hits, wanted + len(told.broken), false + len(others)
        by_rule.update(rule for rule, _ in others)
        told_by.update(one.rule for one in failed)
        if show and (hits < len(told.broken) or others):
            print(
                f"== {told.frame}: wanted {[(one.concept, one.rule) for one in told.broken]}, told {[(one.rule, one.facts) for one in failed]}"
            )
            print("   ", " ".join((told.sample.disclosed, *told.sample.told, told.sample.fees)))
    for rule, count in sorted(told_by.items()):
        print(f"{rule:<24} told {count:>4}, right {count - by_rule[rule]:>4}")
    if by_rule:
        print("false, by rule:", dict(by_rule))
    return found, wanted, false, number


def _matched(told: Told, failed: list[tuple[str, str]]) -> tuple[int, list[tuple[str, str]]]:
    """How many of the contradictions were told, and what was told besides; a sum that breaks with its part is the same."""
    hits = sum(
        any(concept == one.concept or rule == one.rule == "claim.internal" for rule, concept in failed)
        for one in told.broken
    )
    return hits, [] if told.broken else failed


if __name__ == "__main__":
    main()
