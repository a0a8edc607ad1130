"""The words of the forms for our codes, Chinese and English, and which lines each form has (labels.toml)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from extract.model import MEMBERS, TRACK_MEMBERS, TRACKS

FORMS = ("2019", "2021")
KINDS = ("table", "member", "disposition", "group", "item", "measure", "track", "result")
# Lines of 表三 that are not leaves of 三、本年度办理结果.
NOT_LEAVES = ("received", "brought_forward", "processed", "carried_forward")
# What names a line and a column of each table; S3 stands for the subtotals beside the group labels of 表三.
PARTS: Mapping[str, tuple[str, str]] = {
    "T2": ("item", "measure"), "T3": ("disposition", "member"), "T4": ("track", "result"),
    "S3": ("group", "member")}


@dataclass(frozen=True, slots=True)
class Label:
    """The form's words for one code; the short ones are for sentences."""

    zh: str
    en: str
    short_zh: str
    short_en: str
    forms: tuple[str, ...]
    measures: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def labels() -> Mapping[str, Mapping[str, Label]]:
    """Kind → code → label, in the order of the form."""
    data = tomllib.loads((files("extract") / "labels.toml").read_text(encoding="utf-8"))
    return {kind: {code: _label(entry) for code, entry in data[kind].items()} for kind in KINDS}


def _label(entry: Mapping[str, Any]) -> Label:
    measures = {form: tuple(names) for form, names in entry.get("measures", {}).items()}
    zh, en = entry["zh"], entry["en"]
    forms = tuple(entry.get("forms", FORMS))
    return Label(zh, en, entry.get("short_zh", zh), entry.get("short_en", en), forms, measures)


def label(code: str, language: str = "zh", kind: str = "", *, short: bool = False) -> str:
    """The form's words for `code` in "zh" or "en".

    `kind` (one of KINDS) is needed where two kinds share a code (`other`, `total`); KeyError when the code is
    unknown or stays ambiguous.
    """
    found = [labels()[name][code] for name in ((kind,) if kind else KINDS) if code in labels()[name]]
    words = dict.fromkeys(_words(entry, language, short) for entry in found)
    if len(words) != 1:
        raise KeyError(f"{code}: {'say which kind' if words else 'no such code'}")
    return next(iter(words))


def _words(entry: Label, language: str, short: bool) -> str:
    if language == "zh":
        return entry.short_zh if short else entry.zh
    return entry.short_en if short else entry.en


def row_kind(table: str, code: str) -> str:
    """The kind of a line's code: beside the label of a group of 表三 a line of figures may stand as well."""
    kind, _ = PARTS[table]
    return "group" if table == "T3" and code not in labels()[kind] and code in labels()["group"] else kind


def cell_label(table: str, row: str, member: str, language: str = "zh") -> str:
    """A cell in the form's words: 表三“予以公开”·“总计”."""
    _, part = PARTS[table]
    words = (label(table, language, "table"), label(row, language, row_kind(table, row)), label(member, language, part))
    if language == "zh":
        return f"{words[0]}“{words[1]}”·“{words[2]}”"
    return f"{words[0]}, {words[1]} / {words[2]}"


@lru_cache(maxsize=8)
def dispositions(form: str) -> tuple[str, ...]:
    """The lines of 表三 in one form, in order."""
    return tuple(code for code, entry in labels()["disposition"].items() if form in entry.forms)


@lru_cache(maxsize=8)
def leaves(form: str) -> tuple[str, ...]:
    """The lines under 三、本年度办理结果 that the total（七）adds up: 19 or 21."""
    return tuple(code for code in dispositions(form) if code not in NOT_LEAVES)


@lru_cache(maxsize=8)
def items(form: str) -> Mapping[str, tuple[str, ...]]:
    """The lines of 表二 in one form, in order, each with its measures."""
    return {code: entry.measures[form] for code, entry in labels()["item"].items() if form in entry.measures}


@lru_cache(maxsize=16)
def cells(table: str, form: str) -> Mapping[str, tuple[str, ...]]:
    """Every line of a table in one form with its columns, in order."""
    if table == "T2":
        return items(form)
    if table == "T3":
        return dict.fromkeys(dispositions(form), MEMBERS)
    return dict.fromkeys(TRACKS, TRACK_MEMBERS)
