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
from typing import Any

from sqlite_utils import Database

from crawler.agencies.lookup import names_by_code
from crawler.agencies.register import find_agency
from crawler.ground.clock import stamp
from crawler.pages.titles import recognize
from extract.model import Problem
from monitor.duty.ledger import called_none, entry_info
from monitor.duty.ledger_sql import LISTED, LISTED_UNREAD

NOBODYS = ("no_agency", "no_year")
# A report's lines stand together, and those of documents without one behind all others.
DOCUMENTS = """
select report, agency, agency_name, year, title, url, document, code, detail, facts from unread
order by report is null, report, problem
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
    """All of it, or that of one body (and year): in the register's order, by year, address; what is nobody's last."""
    names = names_by_code(db)
    found = [*_documents(db, names), *_listed(db, names, now)]
    wanted = [one for one in found if not agency or (one.agency == agency and year in (None, one.year))]
    place = {code: at for at, code in enumerate(names)}
    return sorted(
        wanted,
        key=lambda one: (not one.name, place.get(one.agency, len(place)), one.name, one.year or 0, one.url),
    )


def how_many(db: Database, now: datetime) -> int:
    """How many things there are to open."""
    return len(unread(db, now))


def reason_words(one: Unread, lang: str) -> str:
    """Why it could not be read and what there is, in words."""
    words = _words()
    said = [words["part"][part][lang] for part in one.parts if part in words["part"]]
    for code in one.reasons:
        known = words["code"].get(code, words["other"])
        if (code != "part_unread" and words["said_by"].get(code) not in one.parts) or not said:
            said.append(known[lang].format(code=code))
    return ("；" if lang == "zh" else "; ").join(dict.fromkeys(said))


def problem_words(problem: Problem, lang: str) -> str:
    """What could not be read: in Chinese the reader's own words, in English what its code says."""
    if lang == "zh":
        return problem.detail
    return str(_words()["code"].get(problem.code, _words()["other"])["en"].format(code=problem.code))


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


def _documents(db: Database, names: Mapping[str, str]) -> Iterator[Unread]:
    rows = db.execute(DOCUMENTS).fetchall()
    for _, lines in groupby(enumerate(rows), key=lambda one: (one[1][0], one[0] if one[1][0] is None else None)):
        told = [line for _, line in lines]
        report, code, name, year, title, url, document, *_ = told[0]
        parts = [part for *_, facts in told if facts for part in json.loads(facts).get("parts", ())]
        if report is None:
            info = recognize(title or "")
            name = name or (info.agency_name if info else "")
            code = code or _code(db, name)
            year = year if year is not None or info is None else info.year
        yield Unread(
            tuple(dict.fromkeys(problem for *_, problem, _, _ in told)),
            tuple(dict.fromkeys(parts)),
            code or "",
            names.get(code or "", name or ""),
            year,
            title or "",
            url,
            document,
            "；".join(dict.fromkeys(detail or "" for *_, detail, _ in told)),
        )


def _listed(db: Database, names: Mapping[str, str], now: datetime) -> Iterator[Unread]:
    rows: Sequence[tuple[Any, ...]] = db.execute(WANTED, {"at": stamp(now)}).fetchall()
    for portal, title, agency, _, verdict, url, year in rows:
        if called_none(title, verdict):
            continue
        info = entry_info(title or "")
        name = (info.agency_name if info else "") or agency or ""
        code = _code(db, name, portal)
        yield Unread(("listed",), (), code, names.get(code, name), year, title or "", url, "", verdict or "")


def _code(db: Database, name: str, portal: str = "") -> str:
    return (find_agency(db, name, portal=portal) or "") if name else ""
