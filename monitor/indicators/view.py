"""The view of all rates, made out of the catalogue: numerator, denominator, value and state by report and rate."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from extract.form.form_file import FORMS
from monitor.indicators.catalogue import Indicator, rate_catalogue
from monitor.reconcile.formula import Linear, names_of
from monitor.reconcile.vector import SLOTS, Slot

VIEW = "indicators_derived"
STORED: Mapping[str, tuple[str, str]] = {"T3": ("applications", "disposition"), "T4": ("remedies", "track")}
BODY = "r.agency, a.name as agency_name, a.level, a.kind, a.division, a.parent, r.year"
# A body that was renamed, merged, split or changed its scope at the beginning of the year: as changed_years has it.
CHANGED = (
    "(exists (select 1 from agency_names n where n.agency = r.agency and r.year in (n.from_year, n.to_year + 1)) or "
    "exists (select 1 from agency_events e where r.agency in (e.agency, e.successor) and e.from_year = r.year))"
)


@lru_cache(maxsize=32)
def rates_sql(where: str = "1 = 1", wanted: tuple[str, ...] = ()) -> str:
    """The rates of every current report for which the condition on `r` (reports) and `a` (agencies) holds: these, or
    all where none is named."""
    found = rate_catalogue()
    rates = tuple(one for one in found.rates.values() if not wanted or one.id in wanted)
    sides = {side: at for at, side in enumerate(dict.fromkeys(side for one in rates for side in _sides(one)))}
    columns = ", ".join(f"{side} as s{at}" for side, at in sides.items())
    chosen = [
        " ".join(f"when '{one.id}' then b.s{sides[side]}" for one, side in zip(rates, each, strict=True))
        for each in zip(*(tuple(_sides(one)) for one in rates), strict=True)
    ]
    numerator, denominator = (f"case v.column1 {cases} end" for cases in chosen)
    shares = ", ".join(f"'{one.id}'" for one in rates if one.share) or "null"
    ids = ", ".join(f"('{one.id}')" for one in rates)
    # Grouped by what a report is, so that its sums are made once and a body or a year is looked up before they are.
    reports = (
        f"select r.id as report, {BODY}, r.document, r.url, r.form_t3, {CHANGED} as changed, {columns} from "
        f"current_reports r join agencies a on a.code = r.agency where {where} group by r.agency, r.year, r.id"
    )
    both = "x.numerator is not null and x.denominator is not null"
    state = (
        f"case when x.year < {FORMS.first_year} and x.form_t3 is null then 'other_form' "
        f"when not ({both}) then 'unstated' "
        f"when x.denominator = 0 and x.numerator = 0 then 'nothing' "
        f"when x.numerator < 0 or x.denominator < 0 or (x.numerator > x.denominator and x.indicator in ({shares})) "
        f"then 'contradicted' when x.denominator < {found.least} then 'few' else 'stated' end"
    )
    each_one = (
        f"select b.*, v.column1 as indicator, {numerator} as numerator, {denominator} as denominator "
        f"from ({reports}) b cross join (values {ids}) v"
    )
    told = (
        "x.report, x.agency, x.agency_name, x.level, x.kind, x.division, x.parent, x.year, x.indicator, "
        "x.numerator, x.denominator"
    )
    stated = f"select {told}, {state} as state, x.changed, x.document, x.url from ({each_one}) x"
    value = "case when y.state = 'stated' then round(1.0 * y.numerator / y.denominator, 6) end"
    return (
        "select y.report, y.agency, y.agency_name, y.level, y.kind, y.division, y.parent, y.year, y.indicator, "
        f"y.numerator, y.denominator, {value} as value, y.state, y.changed, y.document, y.url from ({stated}) y"
    )


def _sides(one: Indicator) -> Iterator[str]:
    """The SQL of numerator and denominator, over the report `r`."""
    for compiled in one.sums():
        yield " + ".join(_table_sum(compiled, table) for table in STORED if _uses(compiled, table))


def _uses(compiled: Mapping[str, Linear], table: str) -> bool:
    return any(slot.table == table for linear in compiled.values() for slot in _slots(linear))


def _slots(linear: Linear) -> Iterator[Slot]:
    return (SLOTS[at] for at, _ in linear.terms)


def _table_sum(compiled: Mapping[str, Linear], table: str) -> str:
    """The cells of one table, as the form that the report is on has them; null where one of them is not stated."""
    by_form: dict[str, str] = {}
    for form in FORMS.forms:
        names = names_of(form)
        name = names.t3 if table == "T3" else names.t4
        by_form[name] = _cells_sum([slot for slot in _slots(compiled[form.id]) if slot.table == table], table)
    if len(set(by_form.values())) == 1:
        return next(iter(by_form.values()))
    cases = " ".join(f"when '{name}' then {sql}" for name, sql in by_form.items())
    return f"case r.form_{table.lower()} {cases} end"


def _cells_sum(slots: list[Slot], table: str) -> str:
    stored, line = STORED[table]
    rows: dict[str, list[str]] = {}
    for slot in slots:
        rows.setdefault(slot.row, []).append(slot.member)
    lines: dict[tuple[str, ...], list[str]] = {}
    for row, members in rows.items():
        lines.setdefault(tuple(members), []).append(row)
    parts = []
    for names, codes in lines.items():
        added = " + ".join(names)
        listed = ", ".join(f"'{code}'" for code in codes)
        parts.append(
            f"(select case when count({added}) = {len(codes)} then sum({added}) end from {stored} "
            f"where report = r.id and {line} in ({listed}))"
        )
    return " + ".join(parts)
