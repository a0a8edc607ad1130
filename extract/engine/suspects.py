"""Documents whose workers died: whatever a worker had been given is suspected alike, and only one of it was read."""

from collections import deque
from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Suspects(Generic[T]):
    """Suspects are tried by themselves: at first one, twice as many each time while no worker dies of it. Meanwhile
    nothing else is begun; who is tried alone when a worker dies is at fault."""

    def __init__(self) -> None:
        self.waiting: deque[T] = deque()
        self.trial: set[T] = set()
        self.most = 1
        self.alone = self.harmed = False

    def free(self, piece: T) -> bool:
        """Whether it may be sent now."""
        return piece in self.trial or not (self.trial or self.waiting)

    def accuse(self, piece: T) -> bool:
        """Its workers died: whether that is its own fault. Else it is tried later."""
        if piece in self.trial and self.alone:
            return True
        self.harmed = True
        self.waiting.append(piece)
        self._leave(piece)
        return False

    def settle(self, piece: T) -> None:
        """It is done."""
        self._leave(piece)

    def next(self, under_way: bool) -> Sequence[T]:
        """Those to be tried now, if nothing is under way."""
        if self.trial or under_way or not self.waiting:
            return ()
        found = [self.waiting.popleft() for _ in range(min(self.most, len(self.waiting)))]
        self.trial, self.alone, self.harmed = set(found), len(found) == 1, False
        return found

    def _leave(self, piece: T) -> None:
        if piece in self.trial:
            self.trial.remove(piece)
            if not self.trial:
                self.most = 1 if self.harmed else 2 * self.most
