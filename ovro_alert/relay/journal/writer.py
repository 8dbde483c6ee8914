"""The one writer: a thread that commits what many ask for in one synced transaction.

Each job runs in a savepoint of its own: if it raises, only its own lines are undone and only its caller hears of it.
Nobody hears anything before the commit is on disk. What a job says has changed is published after the commit.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from ovro_alert.errors import UnavailableError
from ovro_alert.nouns import Noun
from ovro_alert.relay.journal.jobs import Job, settle_all, unkept
from ovro_alert.times import Clock

log = logging.getLogger(__name__)
T = TypeVar("T")

BATCH = 256
"""At most so many jobs in one commit, so that the first of them does not wait for long."""


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that a commit changed: what followers and watchers are woken with; `waits` is one for the judge.

    So is a verdict that wants a second look.
    """

    seq: int
    kind: str
    thing: Noun
    telescope: str | None = None
    waits: bool = False


Publish = Callable[[list[Changed]], None]


class Txn:
    """What a job is given: the connection, the moment, and the next journal number."""

    def __init__(self, connection: Connection, now: datetime, seq: int) -> None:
        self.connection = connection
        self.now = now
        self.last_seq = seq
        self.changes: list[Changed] = []

    def next_seq(self) -> int:
        """Return a new journal number."""
        self.last_seq += 1
        return self.last_seq

    def changed(self, kind: str, thing: Noun, seq: int, telescope: str | None = None, *, waits: bool = False) -> None:
        """Say what changed; published when it is on disk."""
        self.changes.append(Changed(seq, kind, thing, telescope, waits))


@dataclass(slots=True)
class Writer:
    """The thread, its queue, and the last journal number."""

    engine: Engine
    clock: Clock
    seq: int
    publish: Publish
    jobs: queue.SimpleQueue[Job | None] = field(default_factory=queue.SimpleQueue)
    thread: threading.Thread | None = None
    fatal: BaseException | None = None

    def start(self) -> None:
        """Begin to write."""
        self.thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """Finish what was asked for, then end."""
        if self.thread is not None:
            self.jobs.put(None)
            self.thread.join(timeout=5)

    async def write(self, work: Callable[[Txn], T]) -> T:
        """Have a job done; returns when it is on disk, raises what the job raised, or that it could not be kept."""
        if self.fatal is not None:
            raise UnavailableError(f"the journal's writer has died ({self.fatal}); restart the relay")
        loop = asyncio.get_running_loop()
        job = Job(work, loop, loop.create_future())
        self.jobs.put(job)
        result: T = await job.future
        return result

    def _run(self) -> None:
        batch: list[Job] = []
        try:
            with self.engine.connect() as connection:
                while (batch := self._take()) and batch[0] is not None:
                    self._commit(connection, [job for job in batch if job is not None])
        except BaseException as error:
            self.fatal = error
            log.critical("the journal's writer has died: %s", error)
            self._abandon(batch, error)
            raise

    def _take(self) -> list[Any]:
        batch = [self.jobs.get()]
        while batch[-1] is not None and len(batch) < BATCH:
            try:
                batch.append(self.jobs.get_nowait())
            except queue.Empty:
                break
        if len(batch) > 1 and batch[-1] is None:
            self.jobs.put(batch.pop())
        return batch

    def _commit(self, connection: Connection, batch: list[Job]) -> None:
        changes: list[Changed] = []
        try:
            with connection.begin():
                for job in batch:
                    changes += self._do(connection, job)
        except DBAPIError as error:
            # nothing of this transaction is on disk: all its callers must hear so
            failure = unkept(error)
            log.error("the journal could not be written: %s", failure)  # noqa: TRY400 - the sentence says it all
            for job in batch:
                job.error = job.error or failure
            changes = []
        self._settle(batch, changes)

    def _do(self, connection: Connection, job: Job) -> list[Changed]:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - for the type checker; the engine is SQLite
        raw.execute("SAVEPOINT job")
        txn = Txn(connection, self.clock.now(), self.seq)
        try:
            job.result = job.work(txn)
        except Exception as error:
            job.error = unkept(error) if isinstance(error, DBAPIError) else error
            if not raw.in_transaction:  # a full disk has rolled the whole transaction back
                raise
            raw.execute("ROLLBACK TO job")
            raw.execute("RELEASE job")
            return []
        finally:
            self.seq = txn.last_seq
        raw.execute("RELEASE job")
        return txn.changes

    def _settle(self, batch: list[Job], changes: list[Changed]) -> None:
        if changes:
            self.publish(changes)
        for loop in {job.loop for job in batch}:
            mine = [job for job in batch if job.loop is loop]
            try:
                loop.call_soon_threadsafe(settle_all, mine)
            except RuntimeError:
                log.warning("%d callers are gone; what they asked for is on disk", len(mine))

    def _abandon(self, batch: list[Any], error: BaseException) -> None:
        gone = UnavailableError(f"the journal's writer has died ({error}); restart the relay")
        while True:
            for job in batch:
                if job is not None:
                    job.error = gone
                    job.loop.call_soon_threadsafe(job.settle)
            try:
                batch = [self.jobs.get_nowait()]
            except queue.Empty:
                return
