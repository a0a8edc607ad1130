"""The claim ledger against the evaluation set: recall and precision by field, contradictions, speed.

`python -m bench.claims [--show]`: with `--show`, every sentence and report that was judged otherwise than written down.
Ends with 1 below a goal: recall, precision, contradictions found (with tables and without), none in a true text, speed.
"""

import argparse
import sys
from collections.abc import Iterable

from bench.claims.found import Contradictions, in_reports, in_sentences, in_themselves
from bench.claims.scoring import Score
from bench.claims.speed import speed
from monitor.reconcile.rulebook import load

RECALL, PRECISION, CONTRADICTIONS = 0.95, 0.98, 0.95
MOST_TIME = 3.0  # all rules on the text, in times of reading the page


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.claims")
    parser.add_argument("--show", action="store_true")
    show = parser.parse_args().show
    book = load()
    score = Score()
    _shown(in_sentences(score), show)
    _print_fields(score)
    over_tables, alone = in_reports(book), in_themselves(book)
    _shown([*over_tables.wrong, *alone.wrong], show)
    taken = speed(book)
    print(f"claims: recall {score.recall():.1%} (wanted {RECALL:.0%})")
    print(f"claims: precision {score.precision():.1%} (wanted {PRECISION:.0%})")
    _print_contradictions("against the tables", over_tables)
    _print_contradictions("against itself, without tables", alone)
    times = f"{1000 * taken.rules:.1f} ms a report, reading its page {1000 * taken.reading:.1f} ms"
    print(f"text rules: {times}: {taken.ratio:.2f} times (at most {MOST_TIME:.0f})")
    missed = min(over_tables.share, alone.share) < CONTRADICTIONS or bool(over_tables.false or alone.false)
    sys.exit(score.recall() < RECALL or score.precision() < PRECISION or missed or taken.ratio > MOST_TIME)


def _print_fields(score: Score) -> None:
    print(f"{'field':<44}{'claims':>8}{'recall':>9}{'precision':>11}")
    for concept in sorted(score.expected | score.wrong):
        line = f"{score.expected[concept]:>8}{score.recall([concept]):>9.0%}{score.precision([concept]):>11.0%}"
        print(f"{concept:<44}{line}")


def _print_contradictions(where: str, result: Contradictions) -> None:
    found = f"{result.found} of {result.wanted} found ({result.share:.1%}, wanted {CONTRADICTIONS:.0%})"
    print(f"contradictions {where}: {found}; {result.false} false in {result.texts} texts")
    if result.by_rule:
        print("    false, by rule:", dict(result.by_rule))


def _shown(lines: Iterable[str], show: bool) -> None:
    for line in lines:
        if show:
            print(line)


if __name__ == "__main__":
    main()
