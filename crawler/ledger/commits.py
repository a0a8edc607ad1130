"""Many answers in one transaction: hosts wait for a common commit, not each for its own."""

import asyncio
import sqlite3
from collections.abc import Callable

from sqlite_utils import Database

# How long a transaction waits for more answers, and how long if more are known to come; seconds. With polite delays
# between requests, this waiting changes nothing.
PAUSE, LONGEST = 0.005, 0.04


class Commits:
    """An open transaction that is committed soon; all that is done in it becomes durable together."""

    def __init__(self, db: Database, more: Callable[[], bool]) -> None:
        self.db, self.more = db, more
        self.latest = 0.0
        self.committed: asyncio.Future[None] | None = None

    def join(self) -> "asyncio.Future[None]":
        """Opens the transaction, or takes part in the open one; await the result before you act on what was written."""
        if self.committed is None:
            self.db.conn.execute("begin immediate")
            loop = asyncio.get_running_loop()
            self.committed = loop.create_future()
            self.latest = loop.time() + LONGEST
            loop.call_later(PAUSE, self._due)
        return self.committed

    def _due(self) -> None:
        loop = asyncio.get_running_loop()
        if self.committed is not None and self.more() and loop.time() < self.latest:
            loop.call_later(PAUSE, self._due)
        else:
            self.commit()

    def commit(self) -> None:
        """Commits the open transaction and tells everybody in it whether that worked."""
        committed, self.committed = self.committed, None
        if committed is None:
            return
        try:
            self.db.conn.execute("commit")
        except sqlite3.Error as error:
            self.db.conn.rollback()
            committed.set_exception(error)
            committed.exception()  # marks the error as seen, even if nobody waits any more
        else:
            committed.set_result(None)
