"""The journal as the relay holds it: open, write, read, close."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, func, select

from ovro_alert.errors import CannotStartError
from ovro_alert.relay.journal import tables
from ovro_alert.relay.journal.looking import Looker
from ovro_alert.relay.journal.opening import migrate, writing_engine
from ovro_alert.relay.journal.writer import Publish, Txn, Writer
from ovro_alert.times import Clock

T = TypeVar("T")
READERS = 2
SEARCHERS = 1
"""People's searches have a thread of their own: however long they take, no command waits behind them."""
NUMBERED = (
    tables.notices,
    tables.alerts,
    tables.verdicts,
    tables.commands,
    tables.history,
    tables.messages,
    tables.switches,
    tables.statuses,
    tables.offloads,
)


class Journal:
    """One SQLite file: many read it, one thread writes it."""

    def __init__(self, path: Path, clock: Clock, publish: Publish) -> None:
        self.path = path
        self.clock = clock
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotStartError(f"no folder for the journal: {error}") from error
        writing = writing_engine(path)
        migrate(writing, path)
        self.reading = Looker(path)
        self.readers = ThreadPoolExecutor(READERS, thread_name_prefix="journal-reader")
        self.searchers = ThreadPoolExecutor(SEARCHERS, thread_name_prefix="journal-searcher")
        self.writer = Writer(writing, clock, self._last_seq(), publish)
        self.writer.start()

    async def write(self, work: Callable[[Txn], T]) -> T:
        """Do a job in the next commit; returns when it is on disk."""
        return await self.writer.write(work)

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Ask for one consistent picture of the journal."""
        return await asyncio.get_running_loop().run_in_executor(self.readers, self.look, query)

    async def search(self, query: Callable[[Connection], T]) -> T:
        """Ask what may take long, as people do; behind others who search, and in no command's way."""
        return await asyncio.get_running_loop().run_in_executor(self.searchers, self.look, query)

    def look(self, query: Callable[[Connection], T]) -> T:
        """Ask from a thread that may block."""
        return self.reading.look(query)

    def close(self) -> None:
        """Finish what was asked for and let the file go."""
        self.writer.stop()
        self.readers.shutdown(wait=True)
        self.searchers.shutdown(wait=True, cancel_futures=True)
        self.reading.close()
        self.writer.engine.dispose()

    def _last_seq(self) -> int:
        return self.look(last_seq)


LAST_SEQ = select(*(select(func.max(table.c.seq)).scalar_subquery() for table in NUMBERED))


def last_seq(connection: Connection) -> int:
    """Return the highest journal number that this picture of the journal holds."""
    return max(number or 0 for number in connection.execute(LAST_SEQ).one())
