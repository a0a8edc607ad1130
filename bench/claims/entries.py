"""The written sentences of the evaluation set, and what each of them claims."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
RELATIONS = ("=", "≈", "≥", "denial", "universal")
PARTS = ("upheld", "corrected", "other", "pending")

LEAVES = {
    "refused": (
        "state_secret",
        "prohibited_by_law",
        "security_and_stability",
        "third_party_rights",
        "internal_affairs",
        "deliberative_process",
        "enforcement_file",
        "administrative_query",
    ),
    "unavailable": ("not_held", "needs_creation", "unclear"),
    "not_processed": ("complaint", "repeat", "publication", "excessive", "reconfirmation"),
    "other": ("not_corrected", "fee_unpaid", "other"),
}
REMEDIES = ("reconsideration", "litigation", "litigation_direct", "litigation_after_reconsideration", "remedies")
FIELDS = (
    *("received", "intake", "brought_forward", "processed", "carried_forward"),
    *("granted", "granted_in_part", "granted_any", "refused", "unavailable", "not_existing", "not_processed", "other"),
    *("natural_person", "business", "research", "social", "legal_services", "legal_person", "channel"),
    *REMEDIES,
    "corrected",
    *("documents_made", "documents_repealed", "documents_in_force", "rules_made", "rules_repealed", "rules_in_force"),
    *("licenses", "penalties", "coercive_measures", "charges", "processing_fee"),
    *("completion", "share", "year_change"),
)
CONCEPTS = frozenset(
    (
        *FIELDS,
        *(f"{group}.{leaf}" for group, leaves in LEAVES.items() for leaf in leaves),
        *(f"{track}.{part}" for track in REMEDIES for part in PARTS),
    )
)


class Key(NamedTuple):
    """What two readings of one sentence are compared by."""

    concept: str
    relation: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Claim:
    """One expected claim; `also` names other concepts that the words may as well be called."""

    concept: str
    relation: str
    value: float | None = None
    approximate: bool = False
    unit: str = ""
    scope: str = ""
    also: tuple[str, ...] = ()
    weak: bool = False

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every key that counts as this claim, the preferred one first."""
        return tuple(key_of(concept, self.relation, self.value) for concept in (self.concept, *self.also))


@dataclass(frozen=True, slots=True)
class Sentence:
    """One written sentence; a claim read out of the words in `either` counts neither way."""

    text: str
    kind: str
    difficulty: str
    claims: tuple[Claim, ...]
    year: int | None = None
    either: tuple[str, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Tied:
    """Prose that is held against itself alone; `verdict` is fail or holds."""

    text: str
    rule: str
    verdict: str


def key_of(concept: str, relation: str, value: float | None) -> Key:
    """≈ and ≥ are both "never compared hard", a denial is a zero, completion is one statement however it is worded."""
    if concept == "completion":
        return Key(concept, "", None)
    if relation == "universal":
        return Key(concept, relation, None)
    if relation == "denial":
        return Key(concept, "=", 0.0)
    return Key(concept, "=" if relation == "=" else "≈", None if value is None else float(value))


def sentences() -> list[Sentence]:
    """All written sentences, in the order of the files."""
    return [
        Sentence(file=path.name, **_sentence(entry))
        for path in sorted((HERE / "sentences").glob("*.toml"))
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["sentence"]
    ]


def held_against_itself() -> list[Tied]:
    """Texts whose own numbers tie or do not."""
    return [Tied(**entry) for entry in tomllib.loads((HERE / "internal.toml").read_text(encoding="utf-8"))["text"]]


def claim_of(entry: Mapping[str, Any]) -> Claim:
    """A claim as it stands in a TOML; an unknown key is an error."""
    return Claim(**{**entry, "also": tuple(entry.get("also", ()))})


def frames_of(found: list[Sentence]) -> Iterator[str]:
    """Each text without its figures, so that the same frame with another number is seen to be the same."""
    for sentence in found:
        yield "".join(" " if character.isnumeric() else character for character in sentence.text)


def _sentence(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        **entry,
        "claims": tuple(claim_of(claim) for claim in entry["claims"]),
        "either": tuple(entry.get("either", ())),
    }
