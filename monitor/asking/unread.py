"""What could not be read, for the operator to open: documents, parts of reports, entries of lists, each with why.

Our problem, whatever the reason: none of it is told to a body.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlite_utils import Database

from crawler.agencies.lookup import names_by_code
from crawler.agencies.register import find_agency
from crawler.ground.clock import stamp
from crawler.pages.column_entries import meant
from crawler.pages.titles import recognize
from extract.model import NOT_WHOLE, Problem, doubt_of
from monitor.duty.ledger import LISTED, LISTED_UNREAD, called_none

# What a document that gave no report is by itself, and no fault of our reading.
THEIRS = ("not_a_report", "blank_form", "other_paper")
NOBODYS = ("no_agency", "no_year")
SUSPECT = (*sorted(NOT_WHOLE), "table_missing", "table_unread", "cell_text", *NOBODYS)
# Problems of what stands now: the reading of this version, of the report that is current or nobody's.
PARTLY = f"""
select r.id, r.agency, r.agency_name, r.year, r.title, r.url, r.document, p.code, p.detail, p.facts
from problems p join reports r on r.id = p.report
join readings g on g.document = r.document and g.url = r.url and g.parser = r.parser
where r.superseded_by is null and p.code in ({", ".join(f"'{code}'" for code in SUSPECT)})
order by r.id, p.id
"""
# Documents without a report; one that is an attachment or a twin of a report that was read whole lacks nothing.
WHOLLY = f"""
select d.agency, d.agency_name, d.year, d.title, d.url, d.sha256, p.code, p.detail
from problems p join documents d on d.sha256 = p.document and d.url = p.url
where p.report is null and p.code not in ({", ".join(f"'{code}'" for code in THEIRS)})
  and not exists (select 1 from current_reports c
    where c.agency = d.agency and c.year = d.year and c.status = 'complete')
order by d.first_seen, d.url, p.id
"""
WANTED = f"{LISTED} where {LISTED_UNREAD} order by l.url"


@dataclass(frozen=True, slots=True)
class Unread:
    """One thing to open. `reasons` are codes, `parts` those of what stayed unread; `detail` is what the reader said.

    `agency` is a code of the register ("" where the body is not known), `document` "" where nothing was fetched.
    """

    reasons: tuple[str, ...]
    parts: tuple[str, ...]
    agency: str
    name: str
    year: int | None
    title: str
    url: str
    document: str
    detail: str = ""


def unread(db: Database, now: datetime, agency: str = "", year: int | None = None) -> list[Unread]:
    """All of it, or that of one body (and year): by body, year and address; what is nobody's last."""
    names = names_by_code(db)
    found = [*_partly(db, names), *_wholly(db, names), *_listed(db, names, now)]
    wanted = [one for one in found if not agency or (one.agency == agency and year in (None, one.year))]
    return sorted(wanted, key=lambda one: (not one.name, one.name, one.year or 0, one.url))


def how_many(db: Database, now: datetime) -> int:
    """How many things there are to open."""
    return len(unread(db, now))


def reason_words(one: Unread, lang: str) -> str:
    """Why it could not be read and what there is, in words."""
    words = _words()
    said = [words["part"][part][lang] for part in one.parts if part in words["part"]]
    said += [
        words["code"][code][lang] if code in words["code"] else words["other"][lang].format(code=code)
        for code in one.reasons
        if code != "part_unread" or not said
    ]
    return ("；" if lang == "zh" else "; ").join(dict.fromkeys(said))


def lines(db: Database, now: datetime, lang: str) -> tuple[str, ...]:
    """One line for each: whose, of which year, why, where."""
    nobody = "body not known" if lang == "en" else "机关不明"
    return tuple(
        f"{one.name or nobody} {'' if one.year is None else one.year} {reason_words(one, lang)} {one.url}"
        for one in unread(db, now)
    )


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads((resources.files("monitor") / "unread.toml").read_text(encoding="utf-8"))


def _partly(db: Database, names: Mapping[str, str]) -> Iterator[Unread]:
    for _, rows in groupby(db.execute(PARTLY).fetchall(), key=itemgetter(0)):
        first, *_ = problems = [*rows]
        told = [Problem(code, detail, facts=json.loads(facts) if facts else {}) for *_, code, detail, facts in problems]
        ours = [one for one in told if one.code in NOBODYS or doubt_of(one)]
        if ours:
            _, code, name, year, title, url, document, *_ = first
            parts = [part for one in ours for part in one.facts.get("parts", ())]
            yield Unread(
                tuple(dict.fromkeys(one.code for one in ours)),
                tuple(dict.fromkeys(parts)),
                code or "",
                names.get(code or "", name or ""),
                year,
                title or "",
                url,
                document,
                "；".join(dict.fromkeys(one.detail for one in ours)),
            )


def _wholly(db: Database, names: Mapping[str, str]) -> Iterator[Unread]:
    for code, name, year, title, url, document, problem, detail in db.execute(WHOLLY).fetchall():
        info = recognize(title or "")
        name = names.get(code or "", name or (info.agency_name if info else ""))
        year = year if year is not None or info is None else info.year
        yield Unread((problem,), (), code or _code(db, name), name, year, title or "", url, document, detail or "")


def _listed(db: Database, names: Mapping[str, str], now: datetime) -> Iterator[Unread]:
    rows: Sequence[tuple[Any, ...]] = db.execute(WANTED, {"at": stamp(now)}).fetchall()
    for portal, title, agency, _, verdict, url, year in rows:
        if called_none(title, verdict):
            continue
        info = recognize(title or "") or meant(title or "")
        name = (info.agency_name if info else "") or agency or ""
        code = _code(db, name, portal)
        yield Unread(("listed",), (), code, names.get(code, name), year, title or "", url, "", verdict or "")


def _code(db: Database, name: str, portal: str = "") -> str:
    return (find_agency(db, name, portal=portal) or "") if name else ""
