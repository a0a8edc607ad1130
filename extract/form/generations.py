"""All generations of the form together: which one is due in a year, which one has a table of a given name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from crawler.ground.errors import UsageError
from extract.form.forms import TABLES, Applications, Disclosure, Form, Remedies


@dataclass(frozen=True)
class Forms:
    """All generations, the newest first; `sources` are the bytes of the files they were read from, by file name."""

    forms: tuple[Form, ...]
    sources: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def newest(self) -> Form:
        return self.forms[0]

    @property
    def first_year(self) -> int:
        """The first report year that any form covers."""
        return min(form.first_year for form in self.forms)

    def due(self, year: int) -> Form | None:
        """The form that a report of this year should use; None before the first form."""
        return next(
            (
                form
                for form in self.forms
                if form.first_year <= year and (form.last_year is None or year <= form.last_year)
            ),
            None,
        )

    @cached_property
    def by_name(self) -> Mapping[str, Mapping[str, Form]]:
        """For each table its names, the newest first, each with a form that uses that name."""
        found: dict[str, dict[str, Form]] = {table: {} for table in TABLES}
        for table, names in found.items():
            for form in self.forms:
                names.setdefault(form.table(table).name, form)
        return found

    def names(self, table: str) -> tuple[str, ...]:
        """The names of the table in the generations, the newest first."""
        return tuple(self.by_name[table])

    def having(self, table: str, name: str) -> Form:
        """A form whose table has this name; UsageError if there is none (its form file was removed)."""
        found = self.by_name[table].get(name)
        if found is None:
            raise UsageError(
                f"there is no form '{name}' of {table}; known: {', '.join(self.by_name[table])}",
                zh=f"没有名为“{name}”的{table}格式；已有：{'、'.join(self.by_name[table])}",
            )
        return found

    def disclosure(self, name: str) -> Disclosure:
        return self.having("T2", name).disclosure

    def applications(self, name: str) -> Applications:
        return self.having("T3", name).applications

    def remedies(self, name: str) -> Remedies:
        return self.having("T4", name).remedies

    def id_of(self, table: str, name: str) -> str:
        """The form id that people know a table by: that of its name, else that of the newest form with this table."""
        return name if any(form.id == name for form in self.forms) else self.having(table, name).id

    def alike(self, names: Mapping[str, str]) -> Sequence[Form]:
        """The forms to which all these tables (given by name) can belong."""
        return [form for form in self.forms if all(form.table(table).name == name for table, name in names.items())]

    def template(self, names: Mapping[str, str]) -> str:
        """The id of the form that 表二 and 表三 belong to; `<表二>+<表三>` if they belong to two."""
        found = {table: names[table] for table in ("T2", "T3") if table in names}
        whole = self.alike(found) if len(found) > 1 else ()
        ids = [form.id for form in whole]
        if ids and found["T3"] not in ids:
            return ids[0]
        return "+".join(dict.fromkeys([found["T3"]] if ids else found.values()))
