"""How far a long step is: a bar where a person watches, a few plain lines where none does."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from monitor.commands.options import interactive

STEPS = 10  # plain lines at most


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A function to call with (done, total); everything goes to standard error."""
    shown: _Bar | _Lines = _Bar(label) if interactive() else _Lines(label)
    try:
        yield shown.move
    finally:
        shown.close()


class _Bar:
    def __init__(self, label: str) -> None:
        self.label = label
        self.bar: Any = None  # click keeps the class of its bars private
        self.done = 0

    def move(self, done: int, total: int) -> None:
        if self.bar is None:
            self.bar = click.progressbar(length=total, label=self.label, file=sys.stderr, show_pos=True)
        self.bar.update(done - self.done)
        self.done = done

    def close(self) -> None:
        if self.bar is not None:
            self.bar.render_finish()


class _Lines:
    def __init__(self, label: str) -> None:
        self.label = label
        self.told = 0

    def move(self, done: int, total: int) -> None:
        if done == total or done * STEPS // max(total, 1) > self.told:
            self.told = done * STEPS // max(total, 1)
            click.echo(f"{self.label} {done}/{total}", err=True)

    def close(self) -> None:
        """Nothing stays open."""
