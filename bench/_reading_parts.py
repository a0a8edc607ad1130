"""Where the time of a page goes: each part of the road from bytes to judged report, without the parts within it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

# Module, name in it, part. A part may be asked for within another: then its time is its own.
PARTS = (
    ("extract.readers.html", "to_utf8", "charset"),
    ("extract.readers._tree", "parse", "pieces, marks dropped"),
    ("extract.readers._tree", "_guard", "guard (attributes)"),
    ("extract.readers._tree", "_root", "parse (libxml2)"),
    ("extract.readers._article", "metadata", "metadata, titles, links"),
    ("extract.readers._article", "linked_titles", "metadata, titles, links"),
    ("extract.readers.html", "mark", "hidden words"),
    ("extract.readers._pictures", "mark_pictures", "pictures"),
    ("extract.readers._article", "marked_article", "article found"),
    ("extract.readers._article", "flatten", "marks (XSLT)"),
    ("extract.readers._left", "left_in", "what is left"),
    ("extract.readers.html", "blocks_of", "grids"),
    ("extract.reading", "parse", "rest of parse"),
    ("extract.parse", "read_sections", "prose, head"),
    ("extract.parse", "read_head", "prose, head"),
    ("extract.parse", "find_lines", "lines"),
    ("extract.parse", "build_tables", "rows"),
    ("extract.tables.rows", "align", "alignment"),
    ("extract.parse", "several", "several reports"),
    ("extract.parse", "other_measures", "other measures and years"),
    ("extract.parse", "leave_other_years", "other measures and years"),
    ("extract.parse", "unread_part", "read whole"),
    ("extract.parse", "altered_words", "altered words"),
    ("extract.reading", "with_own_places", "places"),
    ("extract.reading", "read_again", "readings compared"),
    ("extract.readers._html_tokens", "tables_of", "second reading"),
    ("extract.reading", "read", "rest of reading"),
    ("monitor.reconcile.claimed", "read_claims", "claims"),
    ("monitor.reconcile.engine", "check_report", "rules"),
)
REST = "rest"


class Clock:
    """Processor seconds by part; while one runs within another, the outer one stands still."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self.open = [REST]
        self.since = time.process_time()

    def turn(self) -> None:
        """What has passed is the innermost part's."""
        now = time.process_time()
        self.spent[self.open[-1]] = self.spent.get(self.open[-1], 0.0) + now - self.since
        self.since = now

    def timed(self, work: Callable[..., object], part: str) -> Callable[..., object]:
        def instead(*args: object, **kwargs: object) -> object:
            self.turn()
            self.open.append(part)
            try:
                return work(*args, **kwargs)
            finally:
                self.turn()
                self.open.pop()

        return instead


@contextmanager
def clocked() -> Iterator[Clock]:
    """The parts tell their time while this lasts."""
    clock = Clock()
    kept: list[tuple[Any, str, object]] = []
    for module_name, name, part in PARTS:
        module = import_module(module_name)
        work = getattr(module, name, None)
        if callable(work):
            kept.append((module, name, work))
            setattr(module, name, clock.timed(work, part))
    try:
        yield clock
    finally:
        for module, name, work in kept:
            setattr(module, name, work)
