"""Which notices nobody has judged yet."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, or_, select, text

from ovro_alert.relay.journal.tables import notices

MAY_WAIT = or_(notices.c.backlog, notices.c.history)
UNJUDGED = select(notices.c.id, MAY_WAIT.label("may_wait")).where(text("state = 'kept'")).order_by(notices.c.id)


class Unjudged(NamedTuple):
    """Ids in the order in which they were kept: fresh notices, and those that may wait until no fresh one does."""

    fresh: tuple[int, ...]
    backlog: tuple[int, ...]


def unjudged(connection: Connection) -> Unjudged:
    """Return every notice that waits to be judged."""
    rows = connection.execute(UNJUDGED).all()
    return Unjudged(
        tuple(row.id for row in rows if not row.may_wait),
        tuple(row.id for row in rows if row.may_wait),
    )
