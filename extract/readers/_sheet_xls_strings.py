"""Strings in the records of an XLS: of one byte a character or two, and through records that continue others."""

import struct
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple


class Text(NamedTuple):
    """A string, and from which character on it has which font, by its number, otherwise than its cell says."""

    text: str
    runs: tuple[tuple[int, int], ...] = ()

    def parts(self) -> Iterator[tuple[str, int | None]]:
        """What stands in one font, with its number; None: that of the cell."""
        begins = [(0, None), *self.runs, (len(self.text), None)]
        for (begin, font), (end, _) in pairwise(begins):
            if begin < end:
                yield self.text[begin:end], font


def string_at(body: bytes, at: int) -> str:
    """A string at a place in a record, its length before it in two bytes."""
    count, flags = struct.unpack_from("<HB", body, at)
    return _characters(body, at + 3, count, flags)


def short_string(body: bytes, at: int) -> str:
    """The same, its length in one byte."""
    return _characters(body, at + 2, body[at], body[at + 1])


def _characters(body: bytes, at: int, count: int, flags: int) -> str:
    if flags & 12:
        raise ValueError("a string with runs, where none may be")
    if flags & 1:
        return body[at : at + 2 * count].decode("utf-16-le", "replace")
    return body[at : at + count].decode("latin-1")


class _Pieces:
    """Bytes of a record and of those that continue it: a string that goes on in the next says anew how it is kept."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.pieces = pieces
        self.number = self.at = 0

    def take(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            self._go_on()
            part = self.pieces[self.number][self.at : self.at + size - len(found)]
            self.at += len(part)
            found += part
        return found

    def _go_on(self) -> bool:
        moved = False
        while self.at >= len(self.pieces[self.number]):
            self.number += 1
            self.at = 0
            moved = True
        return moved

    def characters(self, count: int, wide: bool) -> str:
        found: list[str] = []
        while count:
            if self._go_on():
                wide = bool(self.take(1)[0] & 1)
            size = 2 if wide else 1
            here = min(count, (len(self.pieces[self.number]) - self.at) // size)
            if not here:
                raise ValueError("half a character")
            found.append(self.take(here * size).decode("utf-16-le" if wide else "latin-1", "replace"))
            count -= here
        return "".join(found)


def shared_strings(pieces: Sequence[bytes]) -> list[Text]:
    """The strings that cells refer to by their numbers."""
    found: list[Text] = []
    source = _Pieces(pieces)
    total = struct.unpack("<2I", source.take(8))[1]
    for _ in range(min(total, sum(map(len, pieces)))):
        count, flags = struct.unpack("<HB", source.take(3))
        runs = struct.unpack("<H", source.take(2))[0] if flags & 8 else 0
        more = struct.unpack("<I", source.take(4))[0] if flags & 4 else 0
        text = source.characters(count, bool(flags & 1))
        fonts = tuple((at, font) for at, font in struct.iter_unpack("<2H", source.take(4 * runs)))
        source.take(more)
        found.append(Text(text, fonts))
    return found
