"""Rows of the database that no version of gouji wrote: strange codes, nothing where something was, JSON that is none."""

import random
import sqlite3
from collections.abc import Iterable

NUMBERS = (None, -1, 0, 99999, 1 << 62, -(1 << 63), 1e300, "", "abc", b"\xff\x00")
TEXTS = (
    None,
    "",
    "nosuch",
    "\x00",
    "\x1b[31m",
    "中" * 5000,
    "{",
    "[]",
    "null",
    '{"a":',
    "[[[[1]]]]",
    "2024-13-45",
    "0000-00-00",
    "99999-01-01",
    "T3[nosuch,total]",
    "\u202e",
    b"\xff\xfe",
    7,
    "1e400",
    '{"operands": 5}',
    '{"left": "x", "rows": {}}',
    "../../etc",
    "'; --",
)
# table → columns that the report of a body rests on
REPORT_COLUMNS = {
    "reports": (
        "year",
        "template",
        "status",
        "published_on",
        "first_seen",
        "form_t2",
        "form_t3",
        "form_t4",
        "title",
        "period_from",
        "period_to",
        "spent",
        "altered",
        "titled",
        "url",
        "document",
        "parser",
    ),
    "applications": ("disposition", "natural_person", "total", "place"),
    "remedies": ("track", "upheld", "total", "place"),
    "disclosure": ("item", "measure", "value", "raw", "unit", "place"),
    "cells": ("table", "row", "member", "raw", "state"),
    "sections": ("section", "heading", "text"),
    "problems": ("code", "detail", "where"),
}
FINDING_COLUMNS = (
    "rule",
    "class",
    "verdict",
    "status",
    "responsibility",
    "message",
    "evidence",
    "suspect",
    "opened_at",
    "changed_at",
    "resolved_at",
    "note",
    "message_en",
    "report",
    "expires",
    "subject",
)
AGENCY_COLUMNS = ("kind", "level", "division", "portal", "first_year", "last_year", "name", "parent")
DOCUMENT_COLUMNS = ("title", "published_on", "first_seen", "last_seen", "dates", "media_type", "year", "url")


def spoil(connection: sqlite3.Connection, code: str, dice: random.Random) -> list[str]:
    """Writes nonsense into some rows of a body; what was written. What the database itself refuses is not written."""
    done: list[str] = []
    for _ in range(dice.choice((1, 2, 4))):
        sql, values = _statement(code, dice)
        try:
            changed = connection.execute(sql, values).rowcount
        except (sqlite3.Error, OverflowError):
            continue
        if changed > 0:
            done.append(f"{sql} {values!r:.120}")
    return done


def _statement(code: str, dice: random.Random) -> tuple[str, list[object]]:
    where = dice.random()
    if where < 0.25:
        column = dice.choice(FINDING_COLUMNS)
        return f'update findings set "{column}" = ? where agency = ? and id % 3 = ?', [
            dice.choice(TEXTS),
            code,
            dice.randrange(3),
        ]
    if where < 0.35:
        column = dice.choice(AGENCY_COLUMNS)
        return f'update agencies set "{column}" = ? where code = ?', [
            dice.choice(NUMBERS if "year" in column else TEXTS),
            code,
        ]
    if where < 0.45:
        column = dice.choice(DOCUMENT_COLUMNS)
        return f'update documents set "{column}" = ? where agency = ?', [
            dice.choice(NUMBERS if column == "year" else TEXTS),
            code,
        ]
    table = dice.choice(tuple(REPORT_COLUMNS))
    column = dice.choice(REPORT_COLUMNS[table])
    key = "id" if table == "reports" else "report"
    value = dice.choice(NUMBERS if dice.random() < 0.4 else TEXTS)
    if dice.random() < 0.15 and table != "reports":
        return f'delete from "{table}" where {key} in (select id from reports where agency = ?) and rowid % 2', [code]
    one = f" and rowid % 3 = {dice.randrange(3)}" if table not in ("disclosure", "reports") else ""
    return f'update "{table}" set "{column}" = ? where {key} in (select id from reports where agency = ?){one}', [
        value,
        code,
    ]


def bodies(connection: sqlite3.Connection, names: Iterable[str]) -> dict[str, str]:
    """name → code."""
    return {name: code for name, code in connection.execute("select name, code from agencies") if name in set(names)}
