"""OLE files (the containers of old Office files): which streams they hold, and the bytes of one."""

import struct
from collections.abc import Iterator, Sequence

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADER = 512
END = 0xFFFFFFFA  # numbers of sectors from here on are none
ENTRY = 128
MINI = 64
SMALL = 4096  # shorter streams lie in the stream of the root
IN_HEADER = 109  # sectors of the table of sectors that the header itself names


def holds(body: bytes, *names: str) -> bool:
    """Whether a stream of one of these names is in the directory (`head` of a reader has it)."""
    return any(name.encode("utf-16-le") + b"\0\0" in body for name in names)


def directory(body: bytes) -> bytes:
    """The directory of an OLE file, b"" where it is damaged: readers are chosen by it."""
    try:
        return Ole(body).directory
    except (struct.error, IndexError, ValueError):
        return b""


class Ole:
    """An OLE file. Raises struct.error, IndexError or ValueError where it is damaged."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.size = 1 << (struct.unpack_from("<H", body, 30)[0] & 15)
        if self.size < HEADER:
            raise ValueError("no size of a sector")
        self.fat = self._table()
        self.directory = self._chain(struct.unpack_from("<I", body, 48)[0])
        self.entries = dict(self._entries())
        if not self.entries:
            raise ValueError("no directory")
        root = next(iter(self.entries.values()))
        self.mini = self._chain(root[0])[: root[1]]
        numbers = self._chain(struct.unpack_from("<I", body, 60)[0])
        self.mini_fat = struct.unpack(f"<{len(numbers) // 4}I", numbers[: len(numbers) // 4 * 4])

    def stream(self, *names: str) -> bytes | None:
        """The bytes of the first stream that bears one of these names; None where there is none."""
        for name in names:
            if name in self.entries:
                start, size = self.entries[name]
                body = b"".join(self._small(start)) if size < SMALL else self._chain(start)
                if len(body) < size:
                    raise ValueError("cut off")
                return body[:size]
        return None

    def _table(self) -> Sequence[int]:
        sectors = [*struct.unpack_from(f"<{IN_HEADER}I", self.body, 76)]
        following, count = struct.unpack_from("<2I", self.body, 68)
        for _ in range(min(count, len(self.body) // self.size)):
            if following >= END:
                break
            *more, following = struct.unpack(f"<{self.size // 4}I", self._sector(following))
            sectors += more
        table: list[int] = []
        for sector in sectors:
            if sector < END and (part := self._sector(sector)):
                table += struct.unpack(f"<{self.size // 4}I", part.ljust(self.size, b"\xff"))
        return table

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.size
        return self.body[start : start + self.size]

    def _chain(self, sector: int) -> bytes:
        parts: list[bytes] = []
        while sector < END:
            if len(parts) > len(self.fat):
                raise ValueError("a chain without an end")
            parts.append(self._sector(sector))
            if not parts[-1]:
                raise ValueError("cut off")
            sector = self.fat[sector]
        return b"".join(parts)

    def _small(self, sector: int) -> Iterator[bytes]:
        for _ in range(len(self.mini_fat) + 1):
            if sector >= END:
                return
            yield self.mini[sector * MINI : (sector + 1) * MINI]
            sector = self.mini_fat[sector]

    def _entries(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Name, first sector and size of each stream; the root comes first."""
        for at in range(0, len(self.directory) - ENTRY + 1, ENTRY):
            entry = self.directory[at : at + ENTRY]
            length = struct.unpack_from("<H", entry, 64)[0]
            if entry[66] and 2 <= length <= 64:
                start, size = struct.unpack_from("<2I", entry, 116)
                yield entry[: length - 2].decode("utf-16-le", "replace"), (start, size)
