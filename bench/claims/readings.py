"""What a stated number may be, from the cells alone: the readings of claims.md §3, for the evaluation set only."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from bench.claims.entries import LEAVES, PARTS

Cell = Callable[[str, str, str], Decimal]
Readings = Mapping[str, Decimal]

TRACKS = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
ORGANISATIONS = ("business", "research", "social", "legal_services", "other")
DISCLOSURE = {
    "documents_made": ("normative_documents", "made"),
    "documents_repealed": ("normative_documents", "repealed"),
    "documents_in_force": ("normative_documents", "in_force"),
    "rules_made": ("government_rules", "made"),
    "rules_repealed": ("government_rules", "repealed"),
    "rules_in_force": ("government_rules", "in_force"),
    "licenses": ("licenses", "decisions"),
    "penalties": ("penalties", "decisions"),
    "coercive_measures": ("coercive_measures", "decisions"),
    "charges": ("charges", "amount_10k_yuan"),
}


def readings(concept: str, cell: Cell) -> Readings:
    """Every number that the concept may be, by the name of the reading; the usual one first."""
    if concept in DISCLOSURE:
        item, measure = DISCLOSURE[concept]
        return {measure: cell("T2", item, measure)}
    if concept == "corrected" or concept.split(".")[0] in (*TRACKS, "litigation", "remedies"):
        return _remedies(concept, cell)
    if concept in ("natural_person", "legal_person", *ORGANISATIONS[:4]):
        return _members(concept, cell)
    if concept == "channel":
        return _channels(int(cell("T3", "received", "total")))
    if concept == "share":
        return _shares(cell)
    return _outcomes(concept, lambda row: cell("T3", row, "total"))


def _outcomes(concept: str, row: Callable[[str], Decimal]) -> Readings:
    if concept == "intake":
        both = row("received") + row("brought_forward")
        return {"received": row("received"), "received+brought_forward": both, "processed": row("processed")}
    if concept == "processed":
        return {"processed": row("processed"), "without": row("processed") - row("brought_forward")}
    if concept == "granted_any":
        return {"sum": row("granted") + row("granted_in_part")}
    if concept == "not_existing":
        leaves = ("unavailable.not_held", "unavailable.needs_creation")
        return {**{leaf: row(leaf) for leaf in leaves}, "unavailable": _group("unavailable", row)}
    if concept in LEAVES:
        return {"sum": _group(concept, row)}
    return {concept: row(concept)}


def _group(group: str, row: Callable[[str], Decimal]) -> Decimal:
    """The sum of a group's leaves; 其他处理 is one row in the form of 2019."""
    try:
        return sum((row(f"{group}.{leaf}") for leaf in LEAVES[group]), Decimal(0))
    except KeyError:
        return row(group)


def _members(concept: str, cell: Cell) -> Readings:
    members = ORGANISATIONS if concept == "legal_person" else (concept,)
    new = sum((cell("T3", "received", member) for member in members), Decimal(0))
    old = sum((cell("T3", "brought_forward", member) for member in members), Decimal(0))
    return {"received": new, "received+brought_forward": new + old}


def _remedies(concept: str, cell: Cell) -> Readings:
    if concept == "corrected":
        tracks = [cell("T4", track, "corrected") for track in TRACKS]
        return {"reconsideration": tracks[0], "all tracks": sum(tracks, Decimal(0))}
    name, _, part = concept.partition(".")
    assert not part or part in PARTS
    of = {track: cell("T4", track, part or "total") for track in TRACKS}
    if name == "remedies":
        return {"all tracks": sum(of.values(), Decimal(0))}
    if name == "litigation":
        suits = {track: of[track] for track in TRACKS[1:]}
        return {"both tracks": sum(suits.values(), Decimal(0)), **suits}
    return {name: of[name]}


def _channels(received: int) -> Readings:
    """No cell holds them: parts of what came in, so that they tie with it."""
    half, third = received * 2 // 3, received // 3
    rest = received - third * 2
    two = {"first of two": half, "second of two": received - half}
    three = {"first of three": rest, "second of three": third, "third of three": third}
    return {name: Decimal(value) for name, value in (two | three).items()}


def _shares(cell: Cell) -> Readings:
    """Percentages of what was answered, to two decimals."""
    names = ("granted_any", "refused", "unavailable", "other")
    whole = cell("T3", "processed", "total")
    parts = {name: next(iter(readings(name, cell).values())) for name in names}
    return {name: round(100 * part / whole, 2) if whole else Decimal(0) for name, part in parts.items()}
