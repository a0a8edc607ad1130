"""A body that owes reports, the portals it would publish on, and what was found: what a judgement rests on."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import accumulate
from typing import Literal, NamedTuple

from crawler.agencies.lookup import in_full
from crawler.ground.clock import parse_stamp
from crawler.ground.config import LocalDeadline
from crawler.ground.vocabulary import Bilingual
from monitor.duty.deadlines import Deadline, Duty, deadline_for, local_deadline
from monitor.duty.sources import Source

# What speaks against calling a report absent: we hold one that may be theirs, or a list names it and it was not read.
Doubt = Literal["doubtful", "theirs", "listed", "renamed", "unread", ""]


class Debtor(NamedTuple):
    """A registered body as far as its duty goes. `parents` are the name and the code of the body above it."""

    code: str
    name: str
    kind: str
    level: str
    portal: str
    first_year: int | None
    last_year: int | None
    division: str = ""
    parents: tuple[str, ...] = ()

    @property
    def shown(self) -> Bilingual:
        """The body by name and code, as it stands in a sentence."""
        return Bilingual(*in_full(self.name, self.code))

    def owes(self, year: int) -> bool:
        """Whether the body existed as a debtor for this report year."""
        return (self.first_year or year) <= year <= (self.last_year or year)

    def deadline(self, year: int, grace_days: int = 0) -> Deadline | None:
        """The legal deadline of its report for this year; None where the law sets none."""
        legal = deadline_for(self.kind, self.level, year) if self.owes(year) else None
        return replace(legal, grace_days=legal.grace_days + grace_days) if legal and grace_days else legal

    def duty(self, year: int, orders: Iterable[LocalDeadline] = (), grace_days: int = 0) -> Duty:
        """Both layers: what the law and what a local order asks of it for this year."""
        return Duty(self.deadline(year, grace_days), local_deadline(orders, self, year)) if self.owes(year) else Duty()


class Published(NamedTuple):
    """The first version we saw of a body's report. `handed`: a file given to us, not seen on a portal."""

    first_seen: str
    published_on: str | None
    document: str
    url: str | None
    handed: bool = False


@dataclass(frozen=True)
class Watch:
    """The portals a body's report would stand on, and when each healthy sweep looked at all of them, oldest first.

    `ended` holds for each of `sweeps` when its crawl ended: what was found while it ran, it found. `partial`: other
    sweeps read the lists only as far as known ground. `elsewhere`: portals are watched, but all of other places.
    `unseen`: none is watched, and no file of that year was collected.
    """

    sources: tuple[Source, ...]
    sweeps: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    partial: bool = False
    elsewhere: bool = False
    unseen: bool = False

    def healthy_after(self, instant: datetime) -> bool:
        """Whether every portal is healthy and was looked at after this instant; true where there is none."""
        return not (self.elsewhere or self.unseen) and all(source.healthy_after(instant) for source in self.sources)

    def sweeps_since(self, instant: datetime) -> tuple[str, ...]:
        """The looks at all portals from this instant on."""
        return self.sweeps[bisect_left(self.sweeps, instant, key=parse_stamp) :]

    @cached_property
    def _over(self) -> tuple[list[str], list[str]]:
        """When looks were over, in that order, and beside each the latest beginning of those that were."""
        looks = sorted(zip(self.ended, self.sweeps, strict=False))
        return [end for end, _ in looks], list(accumulate((at for _, at in looks), max))

    def looked_before(self, instant: str) -> str | None:
        """The last healthy look at all portals that was over before this instant."""
        ends, begun = self._over
        if over := bisect_right(ends, instant):
            return begun[over - 1]
        if self.partial or (self.sweeps and self.ended):
            return None
        marks = [source.last_ok for source in self.sources]
        if not marks or any(mark is None or mark > instant for mark in marks):
            return None
        return min(mark for mark in marks if mark is not None)
