"""Looking into the journal: one consistent picture at a time, nothing written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from ovro_alert.errors import UnavailableError
from ovro_alert.relay.journal.opening import reading_engine

T = TypeVar("T")
Picture = Connection
"""The journal as it was at one moment, for the queries of this room."""


class Looker:
    """A reader of the journal's file, in this process or in the judge's; each thread has its own connection."""

    def __init__(self, path: Path) -> None:
        self.engine = reading_engine(path)

    def look(self, query: Callable[[Picture], T]) -> T:
        """Ask for one picture; may block for as long as the disk does."""
        try:
            with self.engine.connect() as connection, connection.begin():
                return query(connection)
        except OperationalError as error:
            raise UnavailableError(f"the journal cannot be read now: {error.orig}") from error

    def close(self) -> None:
        """Let the file go."""
        self.engine.dispose()
