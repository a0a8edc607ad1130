"""The words for our codes, in Chinese and English: those shared by all forms (labels.toml), and each form's own."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files

from crawler.ground.errors import UsageError
from extract.form.form_file import FORMS
from extract.form.forms import CodeWords

KINDS = ("table", "member", "disposition", "group", "item", "measure", "track", "result")
# The kinds of codes of the lines and columns of each table; S3: the subtotals beside the group labels of 表三.
PARTS: Mapping[str, tuple[str, str]] = {
    "T2": ("item", "measure"),
    "T3": ("disposition", "member"),
    "T4": ("track", "result"),
    "S3": ("group", "member"),
}
TWINS = {"disposition": "group", "group": "disposition"}  # a row of one form is a group of another
TABLE_OF = {
    "item": "T2",
    "measure": "T2",
    "disposition": "T3",
    "member": "T3",
    "group": "T3",
    "track": "T4",
    "result": "T4",
}


@lru_cache(maxsize=1)
def labels() -> Mapping[str, Mapping[str, CodeWords]]:
    """Kind → code → words, lines in the order of the forms; UsageError for a code without words."""
    data = tomllib.loads((files("extract.form") / "labels.toml").read_text(encoding="utf-8"))
    found: dict[str, dict[str, CodeWords]] = {}
    for kind in KINDS:
        shared = {code: _words(entry) for code, entry in data[kind].items()}
        other = data[TWINS[kind]] if kind in TWINS else {}
        own = {code: words for form in reversed(FORMS.forms) for (of, code), words in form.words.items() if of == kind}
        found[kind] = {
            code: shared.get(code) or own.get(code) or (_words(other[code]) if code in other else _unnamed(kind, code))
            for code in _codes(kind, [*shared])
        }
    return found


def _words(entry: Mapping[str, str]) -> CodeWords:
    zh, en = entry["zh"], entry["en"]
    return CodeWords(zh, en, entry.get("short_zh", zh), entry.get("short_en", en))


def _unnamed(kind: str, code: str) -> CodeWords:
    forms = [form.id for form in FORMS.forms if code in _of_form(kind, form.id)]
    raise UsageError(
        f"form {', '.join(forms)}: the {kind} {code} needs zh and en beside its labels, "
        "for extract/form/labels.toml has no words for it"
    )


def _of_form(kind: str, form: str) -> tuple[str, ...]:
    """The codes of a kind in one form, in the form's order."""
    found = next(one for one in FORMS.forms if one.id == form)
    return {
        "disposition": found.applications.codes,
        "item": tuple(found.disclosure.lines),
        "group": tuple(group.code for group in found.applications.groups if group.code),
        "measure": tuple(column.code for block in found.disclosure.blocks for column in block.measures),
        "track": found.remedies.codes,
    }.get(kind, ())


def _codes(kind: str, shared: Iterable[str]) -> list[str]:
    """Every code of a kind once, in the forms' order; a newer form's extra lines come before what follows there."""
    if kind not in ("disposition", "item"):
        new = [code for form in reversed(FORMS.forms) for code in _of_form(kind, form.id)]
        return [*dict.fromkeys([*shared, *new])]
    found: list[str] = []
    for form in reversed(FORMS.forms):
        place = len(found)
        for code in reversed(_of_form(kind, form.id)):
            if code in found:
                place = found.index(code)
            else:
                found.insert(place, code)
    return found


@lru_cache(maxsize=4096)
def label(code: str, language: str = "zh", kind: str = "", *, short: bool = False, form: str = "") -> str:
    """The words for `code` in `language`, "zh" or "en".

    `kind` (one of KINDS) is needed where two kinds share a code (`other`, `total`); KeyError when the code is
    unknown or stays ambiguous. `form`: the name of the table in a form whose own words have priority.
    """
    if form:
        for one in FORMS.forms:
            if one.table(TABLE_OF[kind]).name == form and (kind, code) in one.words:
                return _said(one.words[kind, code], language, short)
    found = [labels()[name][code] for name in ((kind,) if kind else KINDS) if code in labels()[name]]
    words = dict.fromkeys(_said(entry, language, short) for entry in found)
    if len(words) != 1:
        raise KeyError(f"{code}: {'say which kind' if words else 'no such code'}")
    return next(iter(words))


def _said(entry: CodeWords, language: str, short: bool) -> str:
    if language == "zh":
        return entry.short_zh if short else entry.zh
    return entry.short_en if short else entry.en


def row_kind(table: str, code: str) -> str:
    """The kind of a line's code: in 表三 it may be a group, because figures may be printed beside a group's label."""
    kind, _ = PARTS[table]
    return "group" if table == "T3" and code not in labels()[kind] and code in labels()["group"] else kind


@lru_cache(maxsize=64)
def dispositions(form: str) -> tuple[str, ...]:
    """The lines of 表三 in one form, in order."""
    return FORMS.applications(form).codes


@lru_cache(maxsize=64)
def leaves(form: str) -> tuple[str, ...]:
    """The lines under 三、本年度办理结果 that add up to the total."""
    return FORMS.applications(form).leaves


@lru_cache(maxsize=64)
def items(form: str) -> Mapping[str, tuple[str, ...]]:
    """The lines of 表二 in one form, in order, each with its measures (columns)."""
    return FORMS.disclosure(form).lines


@lru_cache(maxsize=64)
def cells(table: str, form: str) -> Mapping[str, tuple[str, ...]]:
    """Every line of a table in one form with its columns, in order. `form` is the table's name in it."""
    return FORMS.having(table, form).table(table).lines
