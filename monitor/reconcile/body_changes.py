"""From which report years on a body is no longer what it was: cross-year rules and the chain pause there."""

import json
from collections.abc import Collection, Mapping

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
        rows = db.execute(QUERY.format(names="and agency in (select value from json_each(:codes))",
                                       successors="and successor in (select value from json_each(:codes))"),
                          {"codes": json.dumps(list(codes))})
    found: dict[str, set[int]] = {}
    for code, year in rows:
        found.setdefault(str(code), set()).add(int(year))
    return {code: frozenset(years) for code, years in found.items()}
