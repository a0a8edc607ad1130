"""Proposes bodies for the register from what was found: last year's publishers, rosters, titles. A person accepts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from sqlite_utils import Database

from crawler.agencies.agency import MET
from crawler.agencies.divisions import division_of
from crawler.agencies.names import classify, clean, full_name, place_of, places_of, relative_unit
from crawler.agencies.proposal import Proposal as Proposal
from crawler.agencies.proposal import joined, one_each
from crawler.agencies.recode import rename_code
from crawler.agencies.register import ensure_agency, everywhere, find_agency, keep_name
from crawler.agencies.short_names import portal_places, possible

CANDIDATES = 3
ALIKE = 0.6
# Bodies met in documents that nobody has entered yet, each with the years it published for.
PUBLISHERS = """
select a.code, a.name, coalesce(a.kind, ''), coalesce(a.level, ''), coalesce(a.division, ''),
       max(coalesce(a.portal, d.portal, '')), group_concat(distinct d.year), min(d.year), max(d.url)
from agencies a join documents d on d.agency = a.code
where coalesce(a.source, 'document') in ('document', 'portal') and d.year is not null
group by a.code having max(d.year) >= ? order by a.code
"""
# Names in titles of documents that no reader could settle.
TITLES = """
select agency_name, coalesce(portal, ''), group_concat(distinct year), min(year), max(url), count(*)
from documents where agency is null and agency_name is not null {years} group by agency_name, portal
order by agency_name
"""
ROSTERS = """
select kind, agency_name, coalesce(portal, ''), group_concat(distinct year), min(year), max(url)
from rosters where year is null or year >= ? group by kind, agency_name, portal order by kind desc, agency_name
"""
# Documents that say nowhere whose they are, nor does a file of theirs.
NAMELESS = """
select coalesce(d.portal, ''), d.year, d.url, coalesce(d.title, '') from documents d
where d.agency is null and d.agency_name is null and d.attachment_of is null
  and not exists (select 1 from documents f where f.attachment_of = d.url and f.agency is not null) order by d.url
"""
TOWN = ("镇", "乡", "街道", "苏木")
ORIGIN = {"roster": "roster", "departments": "department"}


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A name in a title that is no registered body's; "" for a report that names nobody.

    `why`: `unknown`, `several` (bear it), `short` (for one of the candidates, and nobody can say for which), `met` (in
    a document only) or `nameless`. `title` is the one at `url`, of those that name nobody.
    """

    name: str
    portal: str
    years: tuple[int, ...]
    documents: int
    url: str
    why: str
    candidates: tuple[str, ...]
    title: str = ""


def propose(db: Database, year: int) -> list[Proposal]:
    """Whom to enter for report year `year`: who published for it or the year before, and whom rosters name.

    A division is told by the name where only one place can be meant, among namesakes by that of the portal's place.
    """
    since = year - 1
    places = {str(row[0]): division_of(str(row[1] or "")) for row in db.execute("select id, name from portals")}
    found: dict[tuple[str, str], Proposal] = {}
    for proposal in (*_publishers(db, since), *_rosters(db, since), *_titled(db, since)):
        whole = _complete(proposal, places.get(proposal.portal, ""))
        # A government and its office have two full names: two debtors, two proposals.
        key = (full_name(whole.name), whole.division or whole.portal)
        known = found.get(key)
        found[key] = whole if known is None else joined(known, whole)
    single = one_each(found.values(), {portal: portal_places(db, portal) for portal in places})
    return sorted(single, key=lambda one: (not one.owes, one.division, one.name))


def accept(db: Database, proposals: Sequence[Proposal]) -> int:
    """Enters the proposed bodies; how many that were. They owe from the first year they were found with."""
    with db.atomic():
        for one in proposals:
            code = one.code or ensure_agency(db, one.name, source=one.origin, portal=one.portal)
            for other in one.others:
                rename_code(db, other, code)  # met under another spelling
            for name in one.spellings:
                if not everywhere(name):
                    keep_name(db, code, name)
            db.execute(
                "update agencies set source = ?, kind = coalesce(nullif(kind, ''), ?), level = coalesce(nullif(?, ''), "
                "level), division = coalesce(division, nullif(?, '')), portal = coalesce(portal, nullif(?, '')), "
                "first_year = coalesce(first_year, ?) where code = ?",
                [one.origin, one.kind, one.level, one.division, one.portal, one.first_year, code],
            )
    return len(proposals)


def _publishers(db: Database, since: int) -> Iterator[Proposal]:
    for code, name, kind, level, division, portal, years, first, url in db.execute(PUBLISHERS, [since]):
        yield Proposal(code, name, kind, level, division, portal, first, _years(years), "publisher", url)


def _rosters(db: Database, since: int) -> Iterator[Proposal]:
    """Bodies that a roster (「年度报告公布情况」) or a portal's list of departments names, and the register does not.

    A list of departments says nothing of years: its bodies are proposed from the report year on that is asked for.
    """
    if not db.table("rosters").exists():
        return
    places = {str(row[0]): place_of(str(row[1] or "")) for row in db.execute("select id, name from portals")}
    for kind, written, portal, years, first, url in db.execute(ROSTERS, [since]):
        listed = kind == "departments"
        name = placed(written, places.get(portal, "")) or ("" if listed else clean(written))
        code = find_agency(db, name, portal=portal) if name else None
        if name and code is None and (code := find_agency(db, clean(written), portal=portal)) is not None:
            name = clean(written)  # 灵溪镇人民政府 published here without its county's name
        if name and (code is None or _met(db, code)):
            yield Proposal(
                code or "", name, "", "", "", portal, since + 1 if listed else first, _years(years), ORIGIN[kind], url
            )


def placed(written: str, place: str) -> str:
    """教育局 and 县教育局 on the portal of 示例县 are 示例县教育局; "" where the place is wanting and not known."""
    name, unit = clean(written), relative_unit(written)
    if unit:
        return place + name.lstrip("本我全").removeprefix(unit) if place.endswith(unit) else ""
    kind, level = classify(name)
    whole = any(not one.endswith(TOWN) for one in places_of(name))
    if whole or kind == "vertical" or level not in ("", "township"):
        return name
    return place + name if place else ""


def _titled(db: Database, since: int) -> Iterator[Proposal]:
    borne = {
        full_name(str(row[0])) for row in db.execute("select name from agencies union select name from agency_names")
    }
    for name, portal, years, first, url, _count in db.execute(TITLES.format(years="and year >= ?"), [since]):
        # A name that several bear is nobody's proposal: it is listed as unmatched.
        if full_name(name) not in borne and find_agency(db, name, portal=portal) is None:
            yield Proposal("", clean(name), "", "", "", portal, first, _years(years), "title", url)


def _met(db: Database, code: str) -> bool:
    row = db.execute("select source from agencies where code = ?", [code]).fetchone()
    return row is None or row[0] in MET


def _complete(one: Proposal, within: str) -> Proposal:
    division = one.division or division_of(one.name, within)
    kind, level = classify(one.name, division)
    return replace(one, division=division, kind=one.kind or kind, level=level if division else one.level or level)


def _years(text: str | None) -> tuple[int, ...]:
    return tuple(sorted(int(year) for year in text.split(",") if year)) if text else ()


# --- what matches nobody -----------------------------------------------------------------------------------


def unmatched(db: Database) -> list[Unmatched]:
    """Every name of a title or report that no registered body bears, with the registered ones most like it."""
    registered = [
        (str(code), str(name))
        for code, name in db.execute(
            "select code, name from agencies where coalesce(source, '') not in ('document', 'portal')"
        )
    ]
    near = _Near(name for _, name in registered)
    bearers: dict[str, set[str]] = {}
    for code, name in [*registered, *db.execute("select agency, name from agency_names")]:
        bearers.setdefault(full_name(name), set()).add(code)
    found = []
    for name, portal, years, _first, url, count in db.execute(TITLES.format(years="")):
        if find_agency(db, name, portal=portal) is None:
            same = tuple(sorted(bearers.get(full_name(name), ())))
            short = _short_for(db, name, portal)
            why, candidates = (
                ("several", same) if len(same) > 1 else ("short", short) if short else ("unknown", near.to(name))
            )
            found.append(Unmatched(name, portal, _years(years), count, url, why, candidates))
    for name, portal, years, url, count in db.execute(
        "select a.name, coalesce(a.portal, ''), group_concat(distinct d.year), max(d.url), count(*) "
        "from agencies a join documents d on d.agency = a.code where coalesce(a.source, 'document') in "
        "('document', 'portal') group by a.code order by a.name"
    ):
        short = _short_for(db, name, portal)
        why, candidates = ("short", short) if short else ("met", near.to(name))
        found.append(Unmatched(name, portal, _years(years), count, url, why, candidates))
    for portal, year, url, title in db.execute(NAMELESS):
        found.append(Unmatched("", portal, (year,) if year else (), 1, url, "nameless", (), title))
    return found


def _short_for(db: Database, name: str, portal: str) -> tuple[str, ...]:
    return tuple(sorted({body.name for body in possible(db, clean(name), portal)}))


class _Near:
    """The registered names most like another one: perhaps that is a spelling of theirs, or an earlier name."""

    def __init__(self, names: Iterable[str]) -> None:
        self.by_part: dict[str, set[str]] = {}
        for name in names:
            for part in self._parts(name):
                self.by_part.setdefault(part, set()).add(name)

    @staticmethod
    def _parts(name: str) -> tuple[str, ...]:
        # Names with neither the same beginning nor the same end are no spellings of one another.
        return f"^{name[:3]}", f"{name[-3:]}$"

    def to(self, name: str) -> tuple[str, ...]:
        """At most three, the likest first."""
        matcher = SequenceMatcher(None, "", name, autojunk=False)
        scored = []
        for other in set().union(*(self.by_part.get(part, ()) for part in self._parts(name))):
            matcher.set_seq1(other)
            if matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE:
                scored.append((-matcher.ratio(), other))
        return tuple(other for _, other in sorted(scored)[:CANDIDATES])
