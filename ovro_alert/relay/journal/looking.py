"""Looking into the journal: one consistent picture at a time, nothing written."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from ovro_alert.errors import UnavailableError
from ovro_alert.relay.journal.opening import reading_engine

T = TypeVar("T")
Picture = Connection
"""The journal as it was at one moment, for the queries of this room."""


class Looker:
    """A reader of the journal's file, in this process or in the judge's; each thread has a connection that it keeps."""

    def __init__(self, path: Path, opened: Callable[[Path], Engine] = reading_engine) -> None:
        self.engine = opened(path)
        self._mine = threading.local()

    def look(self, query: Callable[[Picture], T]) -> T:
        """Ask for one picture; may block for as long as the disk does."""
        try:
            connection = self._connection()
            # by the driver itself: the library takes longer to begin than SQLite to answer
            driver = cast("sqlite3.Connection", connection.connection.driver_connection)
            driver.execute("BEGIN")
            try:
                return query(connection)
            finally:
                connection.rollback()
                if driver.in_transaction:
                    driver.execute("ROLLBACK")
        except OperationalError as error:
            raise UnavailableError(f"the journal cannot be read now: {error.orig}") from error
        except sqlite3.Error as error:
            raise UnavailableError(f"the journal cannot be read now: {error}") from error

    def close(self) -> None:
        """Let the file go."""
        self.engine.dispose()

    def _connection(self) -> Connection:
        kept: Connection | None = getattr(self._mine, "connection", None)
        if kept is None:
            kept = self._mine.connection = self.engine.connect()
        return kept
