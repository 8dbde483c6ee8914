"""A journal for what did not happen: the same tables and rules, one connection, nothing on disk that stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from ovro_alert.relay.journal.opening import migrate, scratch_engine
from ovro_alert.relay.journal.writer import Changed, Txn

T = TypeVar("T")


class Scratch:
    """One thread writes it and looks at it; every job has the moment that it is given."""

    def __init__(self) -> None:
        self.engine = scratch_engine()
        migrate(self.engine, Path("of a what-if"))
        self.connection = self.engine.connect()
        self.seq = 0

    def do(self, now: datetime, work: Callable[[Txn], T]) -> tuple[T, list[Changed]]:
        """Do a job at that moment; return what it returned, and what it changed."""
        txn = Txn(self.connection, now, self.seq)
        result = work(txn)
        self.seq = txn.last_seq
        return result, txn.changes

    def commit(self) -> None:
        """Let go of what would be needed to undo."""
        self.connection.commit()

    def close(self) -> None:
        """Forget it all."""
        self.connection.close()
        self.engine.dispose()
