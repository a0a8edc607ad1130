"""monitor/rules/claims.toml → the words of the prose, as patterns, and what each may mean."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from crawler.ground.errors import UsageError
from monitor.claims.signs import signs_of

FILE = "claims.toml"
# Words that only bear on others.
MARKS = ("scope", "limit", "subordinate", "doubtful", "part_of_year", "part_of_body", "exercise")
MEMBER_READINGS = ("T3[received,{0}]", "T3[received,{0}] + T3[brought_forward,{0}]")


@dataclass(frozen=True, slots=True)
class Concept:
    """A field that prose states. `talks` are the subjects in which its words mean it; none: in all.

    `kind`: `leaf` (a reason of 表三), `group` (of such), `member`, `part` (of a track), `total` (of a track), or "".
    `handles`: said with 办理; `sure`: it means this also where no subject is named; `weak`: or something like it.
    `units`: those that its number may have; none: any count.
    """

    id: str
    talks: tuple[str, ...] = ()
    kind: str = ""
    handles: bool = False
    sure: bool = False
    weak: bool = False
    units: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    handled: tuple[str, ...] = ()


class Word(NamedTuple):
    """Words of one meaning, each role being `talk`, `field`, `behind` (the number stands before it), or one of MARKS. A
    text that holds none of the `signs` holds none of the words.
    """

    roles: tuple[str, ...]
    name: str
    concept: Concept | None
    pattern: re.Pattern[str]
    signs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """All words, and the concepts by their ids; several entries may state one concept. `whose`: by what the words of
    scope that speak of an office, a place, a town, the body itself are known. `by_sign`: the words, by their numbers,
    that a character may be a sign of."""

    words: tuple[Word, ...]
    by_sign: Mapping[str, tuple[int, ...]]
    concepts: Mapping[str, Concept]
    whose: Mapping[str, tuple[str, ...]]

    def possible(self, present: Set[str]) -> Iterator[Word]:
        """The words that may stand in a text of these characters, in their order."""
        numbers = {number for sign in present & self.by_sign.keys() for number in self.by_sign[sign]}
        return (self.words[number] for number in sorted(numbers))


@lru_cache(maxsize=1)
def dictionary() -> Dictionary:
    """Ours; UsageError names the entry that is wrong."""
    data = tomllib.loads((files("monitor") / "rules" / FILE).read_text(encoding="utf-8"))
    words = [_word(("talk",), name, None, entry["words"]) for name, entry in data["talk"].items()]
    words += [_word((role,), role, None, data[role]["words"]) for role in MARKS]
    concepts: dict[str, Concept] = {}
    for name, entry in data["concept"].items():
        concept = _concept(name, entry)
        concepts.setdefault(concept.id, concept)
        words += _words(name, concept, entry)
    for concept, entry in _parts(data["part"]):
        concepts[concept.id] = concept
        words += _words(concept.id, concept, entry)
    by_sign: dict[str, tuple[int, ...]] = {}
    for number, word in enumerate(words):
        by_sign |= {sign: (*by_sign.get(sign, ()), number) for sign in word.signs}
    return Dictionary(tuple(words), by_sign, concepts, {name: tuple(some) for name, some in data["whose"].items()})


def _word(roles: tuple[str, ...], name: str, concept: Concept | None, patterns: Sequence[str]) -> Word:
    try:
        signs = [signs_of(pattern) for pattern in patterns]
        compiled = re.compile("|".join(patterns))
    except (ValueError, IndexError, re.error) as error:
        raise UsageError(f"{FILE}, {name}: {error}") from error
    if bare := [pattern for pattern, some in zip(patterns, signs, strict=True) if some is None]:
        raise UsageError(f"{FILE}, {name}: no character that must stand there: {bare[0]}")
    return Word(roles, name, concept, compiled, frozenset().union(*(some for some in signs if some)))


def _words(name: str, concept: Concept, entry: Mapping[str, Any]) -> Iterator[Word]:
    """A reason of 表三 stands before its number or behind it."""
    roles = ("field", "behind") if concept.kind == "leaf" else ("field",)
    if entry.get("words"):
        yield _word(roles, name, concept, entry["words"])
    if entry.get("behind"):
        yield _word(("behind",), name, concept, entry["behind"])


KINDS = ("leaf", "group", "member", "total")
KEYS = frozenset(
    {
        "sure",
        "concept",
        "talks",
        "words",
        "behind",
        "readings",
        "handled",
        "handles",
        "weak",
        "units",
        "examples",
        *KINDS,
    }
)


def _concept(name: str, entry: Mapping[str, Any]) -> Concept:
    if unknown := entry.keys() - KEYS:
        raise UsageError(f"{FILE}, concept {name}: unknown key {', '.join(sorted(unknown))}")
    kind = next((kind for kind in KINDS if entry.get(kind)), "")
    readings: Sequence[str] = entry.get("readings", ())
    talks = tuple(entry.get("talks", ()))
    if kind == "leaf":
        readings, talks = readings or (f"T3[{name},total]",), talks or ("application",)
    elif kind == "member":
        readings, talks = [one.format(name) for one in MEMBER_READINGS], ("application",)
    return Concept(
        entry.get("concept", name),
        talks,
        kind,
        bool(entry.get("handles")),
        bool(entry.get("sure")),
        bool(entry.get("weak")),
        tuple(entry.get("units", ())),
        tuple(readings),
        tuple(entry.get("handled", ())),
    )


def _parts(data: Mapping[str, Any]) -> Iterator[tuple[Concept, Mapping[str, Any]]]:
    """Each result of each track: `reconsideration.upheld`."""
    for talk in data["talks"]:
        for part, words in data["words"].items():
            readings = tuple(one.replace("{part}", part) for one in data["readings"][talk])
            entry = {"words": words, "behind": data["behind"].get(part, ())}
            yield Concept(f"{talk}.{part}", (talk,), "part", readings=readings), entry
