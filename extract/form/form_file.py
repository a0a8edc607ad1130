"""templates/*.toml and $GOUJI_FORMS → the forms: each file is one generation; an error names the file.

Besides gouji's own folder, $GOUJI_FORMS may name further folders (separated as in $PATH).
"""

import os
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from crawler.ground.errors import UsageError
from extract.form.form_reading import Entry, FormReading
from extract.form.forms import TABLES, Drawn, Form, Kind
from extract.form.generations import Forms

VARIABLE = "GOUJI_FORMS"
OWN = Path(__file__).parents[1] / "templates"


def forms_here() -> Forms:
    """gouji's own forms and those of $GOUJI_FORMS; UsageError names the file and what is wrong in it."""
    return load(OWN, *(Path(folder) for folder in os.environ.get(VARIABLE, "").split(os.pathsep) if folder))


def load(*folders: Path) -> Forms:
    """The forms in these folders, the newest first."""
    files: dict[str, bytes] = {}
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"{VARIABLE}: {folder} is no folder", zh=f"{VARIABLE}：{folder} 不是文件夹")
        for path in sorted(folder.glob("*.toml")):
            if path.name in files:
                raise UsageError(f"there are two files {path.name} of forms", zh=f"格式文件 {path.name} 有两个")
            files[path.name] = path.read_bytes().replace(b"\r\n", b"\n")
    entries = {name: _parsed(name, body) for name, body in files.items()}
    by_id: dict[str, FormReading] = {}
    for name, entry in entries.items():
        file = FormReading(name, entry)
        if by_id.setdefault(file.id, file) is not file:
            file.fail(f"the form {file.id} stands in {by_id[file.id].name} as well")
    forms = _shared(sorted((file.form(by_id) for file in by_id.values()), key=lambda form: (form.first_year, form.id)))
    _agree(forms)
    return Forms(tuple(reversed(forms)), files)


def _parsed(name: str, body: bytes) -> Entry:
    try:
        return tomllib.loads(body.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{name}: not valid TOML: {error}", zh=f"{name}：不是有效的 TOML：{error}") from error


def _shared(forms: Sequence[Form]) -> list[Form]:
    """Goes through the forms from the oldest: a table that is drawn like an older form's table is the same table."""
    names: dict[tuple[str, Drawn], str] = {}
    found = []
    for form in forms:
        called = {table: names.setdefault((table, form.table(table).drawn), form.table(table).name) for table in TABLES}
        found.append(
            replace(
                form,
                disclosure=replace(form.disclosure, name=called["T2"]),
                applications=replace(form.applications, name=called["T3"]),
                remedies=replace(form.remedies, name=called["T4"]),
            )
        )
    return found


def _agree(forms: Sequence[Form]) -> None:
    """Checks that a table name means the same table in all forms, and that each measure is read in the same way."""
    tables: dict[tuple[str, str], tuple[Drawn, str]] = {}
    kinds: dict[str, tuple[Kind, str]] = {}
    for form in forms:
        for table in TABLES:
            found = form.table(table)
            known, other = tables.setdefault((table, found.name), (found.drawn, form.id))
            if known != found.drawn:
                raise UsageError(f"the forms {other} and {form.id} call different tables {table} '{found.name}'")
        for block in form.disclosure.blocks:
            for column in block.measures:
                kind, other = kinds.setdefault(column.code, (column.kind, form.id))
                if kind != column.kind:
                    raise UsageError(f"the measure {column.code} is {kind} in form {other}, {column.kind} in {form.id}")


FORMS = forms_here()
