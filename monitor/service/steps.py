"""The settings of a pipeline run, and the results of its steps."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from crawler.ground.errors import Stopped as Stopped
from monitor.service.runs import End

Name = Literal["crawl", "extract", "check", "alert"]
Outcome = Literal["done", "trouble", "failed", "skipped"]
Clock = Callable[[], datetime]
PORTAL_TROUBLE = 3  # the crawler's exit status: a portal could not be reached, the rest is done
STDERR = 2


@dataclass(frozen=True, slots=True)
class Step:
    """How one step ended. `trouble`: done, but a portal could not be reached or a document could not be read.

    `reason` is a code that `monitor.service.pipeline_words` puts into words; `detail` is foreign text, or
    names; if it is a message of ours, `zh` is the same in Chinese.
    """

    name: Name
    outcome: Outcome
    counts: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""
    detail: str = ""
    zh: str = ""


@dataclass(frozen=True, slots=True)
class RoadResult:
    """The steps in order."""

    steps: tuple[Step, ...]

    @property
    def troubled(self) -> tuple[str, ...]:
        return tuple(step.name for step in self.steps if step.outcome in ("trouble", "failed"))

    @property
    def end(self) -> End:
        """How the run ended."""
        failed, troubled = (
            tuple(step.name for step in self.steps if step.outcome == kind) for kind in ("failed", "trouble")
        )
        return End(failed, troubled)

    @property
    def outcome(self) -> str:
        """As stored in `runs`."""
        return self.end.outcome

    @property
    def exit_status(self) -> int:
        return PORTAL_TROUBLE if self.troubled else 0


@dataclass(frozen=True, slots=True)
class Settings:
    """What a caller may set: what asks for a stop, what is called after each step, mail password, crawler call.

    `on_progress` is called with a step's name, done and total. Within `breaking`, Stopped may be raised
    at any instruction: only for database work, which a transaction undoes. `portals` are those to crawl: None for
    all, empty for no crawl. A run `by_hand` sends news at once; `gouji watch` sends once in each
    reader's period.
    """

    stop: Callable[[], bool] = lambda: False
    on_step: Callable[[Step], None] = lambda _step: None
    on_progress: Callable[[Name, int, int], None] = lambda _name, _done, _total: None
    breaking: Callable[[], AbstractContextManager[None]] = nullcontext
    password: str = field(default="", repr=False)
    crawl_arguments: Sequence[str] = ()
    crawl_output: int = STDERR
    portals: Sequence[str] | None = None
    by_hand: bool = False
    lang: str = "zh"
    environment: Mapping[str, str] | None = field(default=None, repr=False)
