"""The body of a report that no title and no sentence names: what weak evidence says, held against the register."""

from collections.abc import Iterable

from sqlite_utils import Database

from crawler.agencies.agency import Agency, agency_of
from crawler.agencies.register import find_agency
from crawler.pages.column_entries import one_body
from crawler.pages.signs import group_kinds
from extract.model import Evidence

WEAK = ("source", "crumb", "signature")
# A site's editor signs as the government or its office does: as the source of a page, neither says whose the report is.
EDITORS = ("government", "office")


def weak_name(db: Database, evidence: Iterable[Evidence], group: str, portal: str) -> str:
    """The name of the one registered body that all of it fits; "" where it fits none or several, or contradicts itself.

    `group` is what the list put above or beside the entry: a body, or the kind of bodies that its group holds.
    """
    said = [("group", name)] if (name := one_body(group)) else []
    said += [(one.source, one.agency_name) for one in evidence if one.source in WEAK and not one.strong]
    found: dict[str, tuple[Agency, set[str]]] = {}
    for source, name in said:
        body = _registered(db, name, portal)
        if body is not None:
            found.setdefault(body.code, (body, set()))[1].add(source)
        elif source in ("group", "signature"):
            return ""  # of a body that is not known, or of one of several
    telling = [body for body, sources in found.values() if _tells(body, sources)]
    if len(telling) != 1:
        return ""
    body = telling[0]
    others = [one for one, _ in found.values() if one is not body and one.kind not in EDITORS]
    kinds = group_kinds(group)
    return body.name if not others and (not kinds or body.kind in kinds) else ""


def _tells(body: Agency, sources: set[str]) -> bool:
    return body.kind not in EDITORS or bool(sources & {"group", "signature"})


def _registered(db: Database, name: str, portal: str) -> Agency | None:
    code = find_agency(db, name, portal=portal)
    body = agency_of(db, code) if code else None
    return body if body is not None and body.registered else None
