"""From which report years on a body is no longer what it was: cross-year rules and the chain pause there."""

import json
from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlite_utils import Database

# A name that begins in a year, or ended in the year before, is a body that changed at its beginning; an event
# touches the body it happened to and the one that took over. A name that is only another spelling changes nothing.
QUERY = """
select agency, from_year from agency_names where from_year is not null {names}
union select agency, to_year + 1 from agency_names where to_year is not null {names}
union select agency, from_year from agency_events where from_year is not null {names}
union select successor, from_year from agency_events where from_year is not null and successor is not null {successors}
"""


def changed_years(db: Database, codes: Collection[str] | None = None) -> Mapping[str, frozenset[int]]:
    """The years at whose beginning these bodies (none given: all) were renamed, merged, split or changed scope."""
    if codes is None:
        rows = db.execute(QUERY.format(names="", successors=""))
    else:
        rows = db.execute(
            QUERY.format(
                names="and agency in (select value from json_each(:codes))",
                successors="and successor in (select value from json_each(:codes))",
            ),
            {"codes": json.dumps(list(codes))},
        )
    found: dict[str, set[int]] = {}
    for code, year in rows:
        found.setdefault(str(code), set()).add(int(year))
    return {code: frozenset(years) for code, years in found.items()}


class BodyChange(NamedTuple):
    """What happened to a body, or to one that went into or came out of it, from this report year on."""

    year: int
    event: str
    name: str
    successor: str
    old_name: str
    new_name: str
    basis: str


EVENTS = """
select e.from_year, e.event, a.name, coalesce(s.name, ''),
       coalesce(e.old_name, (
         select n.name from agency_names n where n.agency = e.agency and n.to_year = e.from_year - 1), ''),
       coalesce(e.new_name, (
         select n.name from agency_names n where n.agency = e.agency and n.from_year = e.from_year), ''),
       coalesce(e.basis, '')
from agency_events e join agencies a on a.code = e.agency left join agencies s on s.code = e.successor
where e.from_year is not null and (e.agency = ? or e.successor = ?) order by e.from_year, e.id
"""


def body_changes(db: Database, code: str) -> tuple[BodyChange, ...]:
    """The events of the register that touch a body, oldest first; what only its names tell is not among them."""
    return tuple(BodyChange(*row) for row in db.execute(EVENTS, [code, code]))
