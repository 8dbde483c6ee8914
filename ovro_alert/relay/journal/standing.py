"""How things stand: what waits for whom, and everybody's last word, in one picture of the journal."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Table, TextClause, func, select, text

from ovro_alert.relay.journal import statuses, tables
from ovro_alert.relay.journal.commands import IS_OPEN
from ovro_alert.relay.journal.journal import last_seq
from ovro_alert.relay.journal.unjudged import MAY_WAIT
from ovro_alert.statuses import KeptStreamStatus, KeptTelescopeStatus

COMMANDS = tables.commands.c
UNJUDGED = text("state = 'kept'")
UNTOLD = text("state = 'waiting'")
"""Word for word the conditions of their indices: with bound values SQLite would not use them."""


class Standing(NamedTuple):
    """What waits, and who said what when; `oldest_fresh`: a backlog may wait for long, and all is well."""

    seq: int
    notices_waiting: int
    oldest_fresh: datetime | None
    messages_waiting: int
    commands_open: dict[tuple[str, str], int]
    streams: dict[str, KeptStreamStatus]
    telescopes: dict[str, KeptTelescopeStatus]


def standing(connection: Connection) -> Standing:
    """Return how things stand."""
    oldest = select(tables.notices.c.kept).where(UNJUDGED, ~MAY_WAIT).order_by(tables.notices.c.id).limit(1)
    open_ = select(COMMANDS.telescope, COMMANDS.state, func.count().label("number")).where(IS_OPEN)
    by_state = connection.execute(open_.group_by(COMMANDS.telescope, COMMANDS.state))
    return Standing(
        seq=last_seq(connection),
        notices_waiting=_count(connection, tables.notices, UNJUDGED),
        oldest_fresh=connection.scalar(oldest),
        messages_waiting=_count(connection, tables.messages, UNTOLD),
        commands_open={(row.telescope, row.state): row.number for row in by_state},
        streams=statuses.streams(connection),
        telescopes=statuses.telescopes(connection),
    )


def _count(connection: Connection, table: Table, where: TextClause) -> int:
    return connection.scalar(select(func.count(table.c.id)).where(where)) or 0
