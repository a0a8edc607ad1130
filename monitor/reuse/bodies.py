"""What is known of some bodies when their texts are compared: the names that they call themselves, their province."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from monitor.reconcile.passages import names_masked
from monitor.reconcile.shared_text import body_names


@dataclass(frozen=True, slots=True)
class TextBody:
    """One body. `masked` are the names that are taken out of its text."""

    name: str
    masked: tuple[str, ...]
    division: str


def names_of_bodies(db: Database, codes: Sequence[str]) -> Mapping[str, TextBody]:
    """These bodies by code."""
    marks = ", ".join("?" * len(codes))
    former: dict[str, list[str]] = {}
    for agency, name in db.execute(
        f"select agency, name from agency_names where agency in ({marks}) order by agency, name", list(codes)
    ):
        former.setdefault(agency, []).append(name)
    return {
        code: TextBody(name, names_masked(body_names(name, *former.get(code, ()))), division or "")
        for code, name, division in db.execute(
            f"select code, name, division from agencies where code in ({marks})", list(codes)
        )
    }
