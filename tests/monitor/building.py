"""Reports made from a few named cells, for the tests: what is not named is 0."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from extract.content import Number, State
from extract.form.form_file import FORMS
from extract.form.forms import MEMBERS, TABLES, TableCode
from extract.form.labels import cells
from extract.model import Evidence, Facts, Problem, Report, Row, Section
from monitor.reconcile.passages import mask, names_masked
from monitor.reconcile.shared_text import OtherText, Reuse, body_names, signs_of

NAME = re.compile(r"(T[234]|S3)\[([^,\]]+)(?:,([^\]]+))?\](?:\(Y-(\d)\))?")
INTEGER = re.compile(r"[+-]?\d+")
DECIMAL = re.compile(r"[+-]?\d+\.\d+(?:元|万元)?")
Figures = Mapping[tuple[str, str, str], object]


def read(raw: object) -> tuple[str | None, Number | None, State]:
    """Raw text, value and state of a cell, read as plainly as the test needs."""
    if raw is None:
        return None, None, "missing"
    text = str(raw)
    if INTEGER.fullmatch(text.removesuffix("元")):
        return text, int(text.removesuffix("元")), "number"
    if DECIMAL.fullmatch(text):
        return text, Decimal(text.removesuffix("元").removesuffix("万")), "number"
    states: dict[str, State] = {"": "blank", "/": "dash", "—": "dash", "无": "none", "?": "ambiguous"}
    return text, None, states.get(text, "text")


def make_row(table: Any, code: str, members: tuple[str, ...], figures: Figures) -> Row:
    found = [read(figures.get(("S3" if table == "S3" else table, code, member), 0)) for member in members]
    raws, values, states = zip(*found, strict=True)
    return Row("T3" if table == "S3" else table, code, members, raws, values, states, f"g0 r{code}")


def make_problem(said: str | Mapping[str, Any]) -> Problem:
    """`code@where@detail`, or a table of a rule's examples with the `images` of the body beside them."""
    if isinstance(said, str):
        said = dict(zip(("code", "where", "detail"), said.split("@"), strict=False))
    where = said.get("where", "")
    table: TableCode | Literal[""] = next((one for one in TABLES if where[:2] == one), "")
    facts: Facts = {"images": said["images"]} if "images" in said else {}
    return Problem(said["code"], said.get("detail") or "样例", where, table, facts)


def called(table: str, form: str) -> str:
    """The name that a table has in the form with this id."""
    return next(one for one in FORMS.forms if one.id == form).table(table).name


def make_report(
    figures: Figures,
    *,
    form: str = "2021",
    form_t2: str | None = None,
    year: int | None = None,
    lacking: tuple[str, ...] = (),
    problems: tuple[str | Mapping[str, Any], ...] = (),
    spent: tuple[str, ...] = (),
    section6: str | None = None,
    name: str = "示例县民政局",
    numbers: tuple[int, ...] = (),
    prose: str = "",
    headed: tuple[tuple[int, str, str], ...] = (),
    title: str = "",
    titled: bool = True,
    altered: tuple[str, ...] = (),
    said: tuple[tuple[str, int], ...] = (),
    named: tuple[tuple[str, str], ...] = (),
    period: tuple[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
) -> Report:
    """A report in the given forms; `figures` by (table, row, member)."""
    forms = {"T2": called("T2", form_t2 or form), "T3": called("T3", form), "T4": called("T4", form)}
    forms = {table: found for table, found in forms.items() if table not in lacking}
    rows = tuple(
        make_row(table, code, members, figures)
        for table, found in forms.items()
        for code, members in cells(table, found).items()
    )
    known = {(row.table, row.code, member) for row in rows for member in row.members}
    groups = dict.fromkeys(code for table, code, _ in figures if table == "S3")
    unknown = {key for key in figures if key[0] != "S3"} - known
    assert not unknown, f"no such cells in form {form}: {unknown}"
    sections = tuple(Section(number, f"第{number}部分", prose) for number in numbers)
    sections += tuple(Section(*one) for one in headed)
    sections += (Section(6, "六、其他需要报告的事项", section6),) if section6 is not None else ()
    sections += tuple(Section(int(number), f"第{number}部分", text) for number, text in (texts or {}).items())
    found_problems = tuple(make_problem(one) for one in problems)
    return Report(
        title,
        name,
        year,
        forms,
        rows,
        tuple(make_row("S3", code, MEMBERS, figures) for code in groups),
        sections,
        found_problems,
        frozenset(spent),
        titled=titled,
        altered=altered,
        evidence=(
            *(Evidence(source, source != "prose", "", stated, "样例") for source, stated in said),
            *(Evidence(source, source not in ("quoted", "list"), body, None, "样例") for source, body in named),
        ),
        period=period,
    )


def example(entry: Mapping[str, Any]) -> tuple[dict[int, Report], int]:
    """The reports of one example of a rule, by year, and the year that is judged."""
    form = entry.get("form", "2021")
    year = int(entry.get("year", 2020 if form == "2019" else 2023))
    figures: dict[int, dict[tuple[str, str, str], object]] = {0: {}}
    figures |= {earlier: {} for earlier in range(1, int(entry.get("before", 0)) + 1)}
    for key, value in entry.items():
        match = NAME.fullmatch(key)
        if match is None:
            continue
        table, row, member, back = match.groups()
        place = figures.setdefault(int(back or 0), {})
        here = form if not back else entry.get("form_before", form)
        here = entry.get("form_t2", here) if table == "T2" else here
        members = (member,) if member else (MEMBERS if table == "S3" else cells(table, called(table, here))[row])
        for name, figure in zip(members, value if isinstance(value, list) else [value], strict=True):
            place[table, row, name] = figure
    said_before = [{}, *entry.get("texts_before", ())]
    history = {
        year - ago: make_report(
            some,
            form=entry.get("form_before", form),
            year=year - ago,
            texts=said_before[ago] if ago < len(said_before) else None,
        )
        for ago, some in figures.items()
        if ago
    }
    history[year] = make_report(
        figures[0],
        form=form,
        form_t2=entry.get("form_t2"),
        year=year,
        lacking=tuple(entry.get("lacking", ())),
        problems=tuple(entry.get("problems", ())),
        spent=tuple(entry.get("spent", ())),
        section6=entry.get("section6"),
        numbers=tuple(entry.get("numbers", ())),
        prose=entry.get("prose", ""),
        headed=tuple((number, heading, text) for number, heading, text in entry.get("headed", ())),
        title=entry.get("title", ""),
        titled=entry.get("titled", True),
        altered=tuple(entry.get("altered", ())),
        said=tuple((source, stated) for source, stated in entry.get("said", ())),
        name=entry.get("name", "示例县民政局"),
        named=tuple((source, body) for source, body in entry.get("named", ())),
        period=(entry["period"][0], entry["period"][1]) if "period" in entry else None,
        texts=entry.get("texts"),
    )
    return history, year


def reuse_of(entry: Mapping[str, Any], year: int) -> Reuse:
    """What the texts of an example are held against: `others` are other bodies', `common` is what many reports say."""
    name = entry.get("name", "示例县民政局")
    found = [
        OtherText(
            one["name"],
            one["name"],
            one["year"],
            "",
            one["text"],
            names_masked(body_names(one["name"])),
            signs_of(one["name"]),
            one.get("published", ""),
        )
        for one in entry.get("others", ())
    ]
    return Reuse(
        names=names_masked(body_names(name)),
        common=frozenset(run for text in entry.get("common", ()) for run in mask(text).shingles),
        published={year: entry["published"]} if "published" in entry else {},
        others={year: tuple(found)} if "others" in entry else None,
    )
