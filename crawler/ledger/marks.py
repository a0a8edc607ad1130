"""Marks in a small file which pages are being worked on, so that the next crawl can count those that killed a crawl.

A row of the database would need its own commit before the work on each page; the file outlives the process for
the price of a write into the kernel's memory.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlite_utils import Database

PLACE = 192  # bytes for one mark
NAME = "crawl.working"


class Marks:
    """One place in the file for each process that works on pages; use it with `with`, and count what is left.

    Only one crawl uses the file at a time.
    """

    def __init__(self, root: Path, crawl: int) -> None:
        self.path, self.crawl = root / NAME, crawl
        self.file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)

    def of(self, entry: int, tries: int, sha256: str) -> "Mark":
        """The mark of the answer to a request of the frontier; `sha256` is the hash of its body.

        It includes the number of earlier tries, so that counting the same mark twice counts once.
        """
        return Mark(self, json.dumps({"crawl": self.crawl, "entry": entry, "tries": tries, "sha256": sha256}))

    def put(self, place: int, text: str = "") -> None:
        """Writes into one of the places."""
        os.pwrite(self.file, text.encode().ljust(PLACE), place * PLACE)

    def __enter__(self) -> "Marks":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        os.close(self.file)


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark for one page that is being worked on."""

    marks: Marks
    text: str

    def begin(self, place: int) -> None:
        self.marks.put(place, self.text)

    def end(self, place: int) -> None:
        self.marks.put(place)


def count(db: Database, root: Path) -> None:
    """Counts the pages that a crawl was working on when it ended; call it before its frontier is changed."""
    path = root / NAME
    with db.atomic():
        for said in standing(root):
            db.execute(
                "update frontier set tries = ?, tried = ? where crawl = ? and id = ?",
                [said["tries"] + 1, said["sha256"], said["crawl"], said["entry"]],
            )
    path.unlink(missing_ok=True)


def standing(root: Path) -> list[Mapping[str, Any]]:
    """The marks in the file: crawl, entry of the frontier, earlier tries, and SHA-256 of the bytes."""
    try:
        text = (root / NAME).read_bytes()
    except FileNotFoundError:
        return []
    places = (text[start : start + PLACE].strip() for start in range(0, len(text), PLACE))
    return [json.loads(mark) for mark in places if mark]
