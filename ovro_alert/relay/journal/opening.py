"""Opening the journal's file: SQLite as we need it, and its schema brought up to date."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool, SingletonThreadPool, StaticPool

from ovro_alert.errors import CannotStartError

JOURNAL = "journal.sqlite"
"""What the journal is called in its home."""

BUSY_MS = 5000
MIGRATIONS = "ovro_alert.relay.journal:migrations"


def writing_engine(path: Path) -> Engine:
    """Return an engine whose commits are synced; transactions begin when we say so, with the write lock at once."""
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        # the driver would begin transactions by its own rules, and not before a SELECT
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        # a checkpoint every 32 MB instead of every 4: it stops the writer each time
        connection.execute("PRAGMA wal_autocheckpoint = 8000")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def reading_engine(path: Path) -> Engine:
    """Return an engine that only reads; who reads begins each snapshot, and a connection stays in its thread."""
    engine = create_engine(f"sqlite:///{path}", poolclass=SingletonThreadPool)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA query_only = ON")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")

    return engine


def beside_engine(path: Path) -> Engine:
    """Return an engine for a process beside the relay: what is not there is not made, and nothing is tidied up."""
    # the last who closes a journal brings its file up to date; whoever only looks must not even do that
    engine = create_engine(f"sqlite:///file:{quote(str(path))}?mode=ro&uri=true", poolclass=SingletonThreadPool)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")

    return engine


def scratch_engine() -> Engine:
    """Return an engine of one connection to a journal without a name: in memory, beyond that on disk, then gone."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect("", isolation_level=None)
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def migrate(engine: Engine, path: Path) -> None:
    """Bring the schema to this program's version; a journal that cannot be is a reason not to start."""
    # a tenth of a second, which whoever only reads does not need to wait for
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        reason = getattr(error, "orig", None) or error
        message = f"the journal {path} cannot be opened or brought up to date: {reason}"
        raise CannotStartError(message) from error
    except Exception as error:  # alembic.util.CommandError: written by a newer program, or not a journal of ours
        message = f"the journal {path} is of another version than this program: {error}"
        raise CannotStartError(message) from error
