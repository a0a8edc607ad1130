"""What an engine is: it takes documents, and each comes back as a report, as a problem, or as what went wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import NamedTuple, Protocol

from crawler.ground.contained import Failed
from crawler.ground.errors import Both
from crawler.ground.workers import MEMORY
from extract.model import Problem, Report
from extract.reading import SECONDS


@dataclass(frozen=True, slots=True)
class Unfetched:
    """The archive did not give the bytes, and that says nothing about the document; `said`: why, to an operator."""

    said: Both


@dataclass(frozen=True, slots=True)
class Unrecognized:
    """What was read where nobody recognizes text, though this machine would have."""

    read: Report | Problem


Outcome = Report | Problem | Unrecognized | Failed | Unfetched


class Bounds(NamedTuple):
    """What the reading of one document may take: seconds, and bytes of address space."""

    seconds: float = SECONDS
    memory: int = MEMORY


BOUNDS = Bounds()


class Asked(NamedTuple):
    """What whoever reads a document is told of it; `parts` are the pictures of a page (address → SHA-256)."""

    sha256: str
    url: str
    title: str
    published: bool
    parts: Mapping[str, str]

    @property
    def hashes(self) -> tuple[str, ...]:
        """Of all bodies that whoever reads it needs."""
        return (self.sha256, *self.parts.values())


class Coming(Protocol):
    """A document that is being read."""

    def done(self, seconds: float) -> bool:
        """Whether it is done; waits about this long."""

    def outcome(self) -> Outcome:
        """What came of it, once it is done. `unavailable`: nobody was there to read it; Unfetched: its archive has
        given nothing for too long."""


class Engine(Protocol):
    """Reads documents; use it with `with`, which ends what is not done. Whoever reads, the outcome is one."""

    @property
    def ahead(self) -> int:
        """How many documents may be handed over before the one that is stored next."""

    def full(self) -> bool:
        """Whether so much is under way that nothing more should be handed over for now."""

    def read(self, document: Asked) -> Coming:
        """Hands a document over; returns at once."""

    def well(self, tick: Callable[[], None]) -> bool:
        """Whether what harms nobody is read: asked when a reader was killed, to know whose fault that was."""

    def __enter__(self) -> "Engine": ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
