"""The history of commands in the journal: one line for each thing that happened, never changed."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select

from ovro_alert.commands import Change, State
from ovro_alert.relay.journal.tables import history
from ovro_alert.relay.journal.writer import Txn


class Line(NamedTuple):
    """What happened: who did it, why, and what they said of it."""

    by: str
    why: str = ""
    detail: dict[str, Any] = {}


ADD = insert(history)


def add(txn: Txn, command_id: int, state: State, line: Line) -> None:
    """Write one line, with a journal number of its own."""
    happened = {"seq": txn.next_seq(), "command_id": command_id, "at": txn.now, "state": state}
    txn.connection.execute(ADD, happened | line._asdict())


def of(connection: Connection, command_id: int) -> tuple[Change, ...]:
    """Return all that happened to a command, in order."""
    rows = connection.execute(select(history).where(history.c.command_id == command_id).order_by(history.c.seq))
    return tuple(
        Change.model_construct(seq=row.seq, at=row.at, state=row.state, by=row.by, why=row.why, detail=row.detail)
        for row in rows
    )


def who(connection: Connection, command_id: int, state: State) -> str | None:
    """Return who first brought a command to that state."""
    query = select(history.c.by).where(history.c.command_id == command_id, history.c.state == state)
    by: str | None = connection.scalar(query.order_by(history.c.seq).limit(1))
    return by
