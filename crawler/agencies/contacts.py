"""Whom to write to at a body: table `contacts`; and the cells of a list that people, telephones and addresses share."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlite_utils import Database

LONGEST = 100  # characters of a name, a telephone or a post
PHONE = re.compile(r"[+(（]?[0-9][0-9()（）\-—–－ 转,.+#*ext]{5,40}")
DIGITS = re.compile(r"[0-9]")
PARTS = re.compile(r"[;；,，、|/\s\x00-\x1f\x7f\u2028\u2029]+")
LINES = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
FEWEST_DIGITS = 5
# What office mail looks like: a host with a dot, nothing quoted.
WORD = "[A-Za-z0-9_%+&'=~-]{1,64}"
MAILBOX = re.compile(rf"{WORD}(?:\.{WORD}){{0,8}}@[A-Za-z0-9-]{{1,63}}(?:\.[A-Za-z0-9-]{{1,63}}){{1,8}}")


class Contact(NamedTuple):
    """One person or desk of a body; "" for what the list does not say."""

    name: str = ""
    phone: str = ""
    email: str = ""
    role: str = ""


def one_line(text: str) -> str:
    """Foreign text on one line, full-width letters and digits plain, nothing in it that is not seen."""
    return LINES.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def addresses(cell: str) -> tuple[list[str], list[str]]:
    """The mail addresses of a cell, and what stands in it and is none."""
    bare = unicodedata.normalize("NFKC", cell).strip()
    bare = bare.removeprefix("mailto:")
    parts = [part.strip("<>《》“”\"'()（）:：").rstrip(".。") for part in PARTS.split(bare)]
    good = [part for part in dict.fromkeys(parts) if MAILBOX.fullmatch(part)]
    bad = [part for part in dict.fromkeys(parts) if part and part not in good]
    return good, bad


def phone_in(cell: str) -> tuple[str, str]:
    """The telephone numbers of a cell, joined, and the words beside them: a name, an office."""
    text = one_line(cell)
    found = [one for one in PHONE.findall(text) if len(DIGITS.findall(one)) >= FEWEST_DIGITS]
    rest = text
    for one in found:
        rest = rest.replace(one, " ", 1)
    numbers = [one.strip(" ,.-—–－") for one in found]
    return "、".join(numbers), " ".join(PARTS.sub(" ", rest).split()).strip("():：（） ")


def keep(db: Database, agency: str, contacts: Iterable[Contact]) -> bool:
    """Makes these a body's contacts in place of those it had; whether that changed anything. None given: none taken.

    What the new list leaves open of a person of the same name stays as it was.
    """
    had = of(db, [agency]).get(agency, [])
    known = {one.name: one for one in reversed(had) if one.name}
    given = list(dict.fromkeys(_filled(one, known.get(one.name)) for one in contacts))
    if not given or given == had:
        return False
    if had:
        db.execute("delete from contacts where agency = ?", [agency])
    db.conn.executemany(
        "insert into contacts (agency, name, phone, email, role) values (?, ?, ?, ?, ?)",
        [(agency, *(value or None for value in one)) for one in given],
    )
    return True


def _filled(new: Contact, old: Contact | None) -> Contact:
    return Contact(*(told or kept for told, kept in zip(new, old, strict=True))) if old else new


def of(db: Database, agencies: Sequence[str] | None = None) -> dict[str, list[Contact]]:
    """The contacts by body, in the order of the list; of all bodies where none are named."""
    marks = "" if agencies is None else f"where agency in ({', '.join('?' * len(agencies))})"
    found: dict[str, list[Contact]] = {}
    for agency, *values in db.execute(
        f"select agency, name, phone, email, role from contacts {marks} order by rowid", list(agencies or ())
    ):
        found.setdefault(str(agency), []).append(Contact(*(str(value or "") for value in values)))
    return found
