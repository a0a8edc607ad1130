"""What the rules on text say of the independent set: `python -m bench.judged [--show] [--write DIR]`."""

import argparse
import sys
from collections import Counter
from pathlib import Path

from bench.judged.asked import Asked, drafts_asked, sentences_asked
from bench.judged.copies import copies_asked


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.judged")
    parser.add_argument("--show", action="store_true", help="every report and sentence that was judged otherwise")
    parser.add_argument("--write", type=Path, help="a folder for the pages that were judged otherwise")
    parser.add_argument("--only", default="", help="only what has these words in its id")
    options = parser.parse_args()
    asked = [drafts_asked(options.write, options.only), sentences_asked(options.write, options.only)]
    if not options.only:
        asked.append(copies_asked(options.write))
    wrong = 0
    for one in asked:
        _print(one)
        wrong += sum(one.missed.values()) + sum(one.false.values())
        for line in one.lines if options.show else ():
            print(line)
    sys.exit(wrong > 0)


def _print(asked: Asked) -> None:
    print(f"{asked.name}: {asked.count}, of which {asked.right} judged right")
    print(f"{'':<28}{'wanted':>8}{'found':>8}{'false':>8}")
    names: Counter[str] = asked.wanted + asked.false + asked.missed
    for name in sorted(names):
        found = asked.wanted[name] - asked.missed[name]
        print(f"{name:<28}{asked.wanted[name]:>8}{found:>8}{asked.false[name]:>8}")


if __name__ == "__main__":
    main()
