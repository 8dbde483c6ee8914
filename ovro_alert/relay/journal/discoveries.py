"""Discoveries that were set on a seed path, in the journal: what old clients of that path are shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select

from ovro_alert.relay.journal.tables import discoveries
from ovro_alert.relay.journal.writer import Txn


class Discovery(NamedTuple):
    """What was set, when it became visible, and the notice that keeps its bytes."""

    telescope: str
    command: str
    args: dict[str, Any]
    visible: datetime
    notice_id: int


def add(txn: Txn, discovery: Discovery) -> None:
    """Keep a discovery."""
    txn.connection.execute(insert(discoveries).values(**discovery._asdict()))


def newest(connection: Connection, telescope: str) -> Discovery | None:
    """Return the discovery that became visible last."""
    query = select(discoveries).where(discoveries.c.telescope == telescope)
    row = connection.execute(query.order_by(discoveries.c.visible.desc()).limit(1)).one_or_none()
    return None if row is None else Discovery(row.telescope, row.command, row.args, row.visible, row.notice_id)
