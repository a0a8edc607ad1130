"""Many answers in one transaction: hosts wait for the commit of their answer, not each for one of its own."""

import asyncio
import sqlite3

from sqlite_utils import Database

# How long a transaction waits for company; a host that is asked politely never notices.
PAUSE = 0.005


class Commits:
    """An open transaction that is committed soon; what is done in it becomes durable together."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.committed: asyncio.Future[None] | None = None

    def join(self) -> "asyncio.Future[None]":
        """Opens the transaction, or takes part in the open one; await what is returned before acting upon it."""
        if self.committed is None:
            self.db.conn.execute("begin immediate")
            loop = asyncio.get_running_loop()
            self.committed = loop.create_future()
            loop.call_later(PAUSE, self.commit)
        return self.committed

    def commit(self) -> None:
        """Ends the open transaction; everybody in it hears how."""
        committed, self.committed = self.committed, None
        if committed is None:
            return
        try:
            self.db.conn.execute("commit")
        except sqlite3.Error as error:
            self.db.conn.rollback()
            committed.set_exception(error)
            committed.exception()  # heard, even if nobody waits any more
        else:
            committed.set_result(None)
