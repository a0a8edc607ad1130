"""Text that is hard for a pattern, made from the pattern itself: runs of what each repeat accepts, with and without an end."""

import importlib
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.doubling.sites import AnyPattern

PARSER: Any = importlib.import_module("re._parser")  # the parse tree of a pattern has no public door
MANY = 12  # a repeat that may go on for so long is one to press
BAD = ("", "\x00", "!", "\n")
REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}
SPARE = " \n\t0a中<>\"'/=,.年"

Maker = Callable[[int], str]
"""Makes a text of about so many characters."""


def parsed(pattern: AnyPattern) -> Any:
    """The tree of a pattern."""
    source = pattern.pattern
    return PARSER.parse(source, pattern.flags & ~re.UNICODE if isinstance(source, bytes) else pattern.flags)


class Words:
    """Samples of what the parts of a pattern match; every choice is the seed's."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.groups: dict[int, str] = {}

    def of(self, nodes: Any) -> str:
        """A short text that a sequence of nodes matches, looks around apart."""
        return "".join(self.one(str(op), argument) for op, argument in nodes)

    def one(self, op: str, argument: Any) -> str:
        if op == "LITERAL":
            return chr(argument)
        if op in {"NOT_LITERAL", "ANY", "IN"}:
            return self.random.choice(accepted(op, argument) or ["a"])
        if op == "BRANCH":
            return self.of(self.random.choice(argument[1]))
        if op == "SUBPATTERN":
            word = self.of(argument[3])
            if argument[0] is not None:
                self.groups[argument[0]] = word
            return word
        if op in REPEATS:
            least, most, nodes = argument
            times = min(int(most), max(int(least), self.random.choice((0, 1, 1))))
            return "".join(self.of(nodes) for _ in range(times))
        if op == "ATOMIC_GROUP":
            return self.of(argument)
        if op == "GROUPREF":
            return self.groups.get(argument, "")
        if op == "ASSERT":  # what must follow: only where nothing else is asked for behind it does it matter
            return self.of(argument[1]) if argument[0] > 0 and self.random.random() < 0.3 else ""
        return ""


def accepted(op: str, argument: Any) -> list[str]:
    """Characters that stand for all that a set of one character accepts."""
    if op == "ANY":
        return ["a", " ", "<", "中"]
    if op == "NOT_LITERAL":
        return [char for char in SPARE if ord(char) != argument]
    test = re.compile(_set_source(argument))
    tried = list(SPARE)
    for kind, value in argument:
        if str(kind) == "LITERAL":
            tried.append(chr(value))
        elif str(kind) == "RANGE":
            tried += [chr(value[0]), chr(value[1])]
    return list(dict.fromkeys(char for char in tried if test.fullmatch(char)))


def _set_source(argument: Any) -> str:
    classes = {
        "CATEGORY_DIGIT": r"\d",
        "CATEGORY_NOT_DIGIT": r"\D",
        "CATEGORY_SPACE": r"\s",
        "CATEGORY_NOT_SPACE": r"\S",
        "CATEGORY_WORD": r"\w",
        "CATEGORY_NOT_WORD": r"\W",
    }
    out = ""
    for kind, value in argument:
        if str(kind) == "NEGATE":
            out = "^" + out
        elif str(kind) == "LITERAL":
            out += f"\\U{value:08x}"
        elif str(kind) == "RANGE":
            out += f"\\U{value[0]:08x}-\\U{value[1]:08x}"
        else:
            out += classes[str(value)]
    return f"[{out}]"


def repeats(nodes: Any, before: tuple[Any, ...] = (), after: tuple[Any, ...] = ()) -> Iterator[tuple[Any, Any, Any]]:
    """Each repeat that may be long: (what stands before it, what it repeats, what must follow)."""
    items = list(nodes)
    for at, (op, argument) in enumerate(items):
        ahead, behind = (*before, *items[:at]), (*items[at + 1 :], *after)
        name = str(op)
        if name in REPEATS:
            if int(argument[1]) >= MANY:
                yield ahead, argument[2], behind
            yield from repeats(argument[2], ahead, behind)
        elif name == "SUBPATTERN":
            yield from repeats(argument[3], ahead, behind)
        elif name == "ATOMIC_GROUP":
            yield from repeats(argument, ahead, behind)
        elif name == "BRANCH":
            for branch in argument[1]:
                yield from repeats(branch, ahead, behind)
        elif name in {"ASSERT", "ASSERT_NOT"}:
            yield from repeats(argument[1], ahead, behind)


def runs(nodes: Any, words: Words) -> list[str]:
    """What to repeat: the characters of a set, or some samples of what is longer."""
    items = list(nodes)
    if len(items) == 1 and str(items[0][0]) in {"ANY", "IN", "NOT_LITERAL"}:
        found = accepted(str(items[0][0]), items[0][1])
        words.random.shuffle(found)
        return found[:5]
    return list(dict.fromkeys(word for word in (words.of(nodes) for _ in range(6)) if word))


def _made(before: str, run: str, after: str) -> Maker:
    return lambda size: before + run * (size // len(run)) + after


def _two(before: str, first: str, second: str, after: str) -> Maker:
    return lambda size: before + first * (size // 2 // len(first)) + second * (size // 2 // len(second)) + after


MOST = 120  # texts for one pattern and seed


def makers(pattern: AnyPattern, seed: int = 0, chance: int = 24) -> list[tuple[str, Maker]]:
    """(how it is made, maker) for a pattern: the runs of each repeat, whole samples over and over, and pieces by chance."""
    nodes, words = list(parsed(pattern)), Words(seed)
    found: dict[tuple[str, ...], Maker] = {}
    pieces = {" ", "\n", "0", "a", "中"}
    for before, body, after in repeats(nodes):
        ahead, behind = words.of(before), words.of(after)
        bodies = runs(body, words)
        pieces |= {piece for piece in (ahead, behind, *bodies) if piece}
        for run in bodies:
            for end in (*BAD, behind, behind[:-1] + "\x00"):
                found[ahead, run, end] = _made(ahead, run, end)
            if ahead:
                found["", ahead + run, ""] = _made("", ahead + run, "")
                found["", run + ahead, ""] = _made("", run + ahead, "")
                found[ahead * 2, run, ""] = _made(ahead * 2, run, "")
    for _ in range(6):
        whole = words.of(nodes)
        pieces |= {piece for piece in (whole, whole[:-1], whole[:1]) if piece}
    for piece in sorted(pieces):
        for end in BAD:
            found["", piece, end] = _made("", piece, end)
    some = sorted(pieces)
    for _ in range(chance):
        run = "".join(words.random.choices(some, k=words.random.randint(1, 4)))
        ahead, end = words.random.choice([*some, ""]), words.random.choice([*some, *BAD])
        found[ahead, run, end] = _made(ahead, run, end)
        first, second = words.random.choice(some), words.random.choice(some)
        found[ahead, first, second, end] = _two(ahead, first, second, end)
    made = list(found.items())
    kept = sorted(words.random.sample(range(len(found)), min(MOST, len(found))))
    return [
        (
            " + ".join(
                ascii(part[:60]) if at in (0, len(key) - 1) else f"{part[:60]!a} * n" for at, part in enumerate(key)
            ),
            maker,
        )
        for key, maker in (made[at] for at in kept)
    ]
