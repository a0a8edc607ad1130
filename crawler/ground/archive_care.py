"""Looking after an archive: whether all of it is there and intact, and a copy of it elsewhere."""

from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from crawler.ground.archive import Archive, ArchiveError, DamagedError, MissingError
from crawler.ground.errors import Both

T = TypeVar("T")
Follow = Callable[[int, int], None]

LANES = 8  # bodies under way at once; storage over a network answers many as fast as one
AT_ONCE = 64  # handed over at once


@dataclass(frozen=True, slots=True)
class Wrong:
    """A hash, and what is wrong with the bytes that bear it."""

    sha256: str
    said: Both


@dataclass(slots=True)
class Checked:
    """`kept` bodies of which `whole` have their hash, and the `orphans` among them, which nothing names."""

    kept: int = 0
    whole: int = 0
    missing: list[Wrong] = field(default_factory=list)
    damaged: list[Wrong] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Copied:
    """What a copy did: `copied` now, `there` before. `lost` has no sound bytes here; in the place of what is
    `other` stands something else there, which was left alone."""

    copied: int = 0
    there: int = 0
    lost: list[Wrong] = field(default_factory=list)
    other: list[Wrong] = field(default_factory=list)


def check(archive: Archive, kept: Collection[str], named: Collection[str], follow: Follow) -> Checked:
    """Reads everything that is kept or named; ArchiveError where the archive does not answer."""
    result = Checked(kept=len(kept), orphans=sorted(set(kept) - set(named)))
    everything = sorted({*kept, *named})
    for at, found in enumerate(_each(lambda name: _look(archive, name), everything), 1):
        if isinstance(found, ArchiveError):
            list_ = result.missing if isinstance(found, MissingError) else result.damaged
            list_.append(Wrong(everything[at - 1], (found.message, found.zh)))
        else:
            result.whole += 1
        follow(at, len(everything))
    return result


def copy(source: Archive, target: Archive, follow: Follow) -> Copied:
    """Everything that `source` keeps, verified where it came from and where it is now; killed, it is begun anew.

    What is there is left alone, whatever it is. ArchiveError where one of the two does not answer or cannot be written.
    """
    result = Copied()
    target.sweep()
    there = set(target.hashes())
    everything = list(source.hashes())
    try:
        for at, found in enumerate(_each(lambda name: _copy(source, target, name, there), everything), 1):
            if isinstance(found, tuple):
                list_, error = (result.other if found[0] else result.lost), found[1]
                list_.append(Wrong(everything[at - 1], (error.message, error.zh)))
            elif found:
                result.copied += 1
            else:
                result.there += 1
            follow(at, len(everything))
    except ArchiveError as error:
        raise ArchiveError(
            f"{error.message} Of {len(everything)} bodies {result.copied + result.there} are there; "
            "the same command goes on from here",
            f"{error.zh} 共 {len(everything)} 份，已到 {result.copied + result.there} 份；同一条命令会接着做",
        ) from error
    return result


def _look(archive: Archive, name: str) -> MissingError | DamagedError | None:
    try:
        archive.read(name)
    except (MissingError, DamagedError) as error:
        return error
    return None


def _copy(source: Archive, target: Archive, name: str, there: Collection[str]) -> bool | tuple[bool, ArchiveError]:
    """Whether it was copied now; else (whether the other place is at fault, why)."""
    if name in there:
        wrong = _look(target, name)
        if wrong is None:
            return False
        if isinstance(wrong, DamagedError):
            return True, wrong
    try:
        body = source.read(name)
    except (MissingError, DamagedError) as error:
        return False, error
    before = _look(target, name)  # a folder or a pipe may stand there, which no list has
    if isinstance(before, DamagedError):
        return True, before
    target.put(body, name)
    after = _look(target, name)
    return True if after is None else (True, after)


def _each(work: Callable[[str], T], names: Iterable[str]) -> Iterator[T]:
    """What `work` gives for each, in their order; after an error nothing more is begun."""
    waiting = list(names)
    lanes = ThreadPoolExecutor(LANES, thread_name_prefix="archive")
    try:
        for at in range(0, len(waiting), AT_ONCE):
            yield from lanes.map(work, waiting[at : at + AT_ONCE])
    finally:
        lanes.shutdown(cancel_futures=True)
