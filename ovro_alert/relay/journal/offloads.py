"""Dumps taken away from a telescope's disks, and what was written there since."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, text

from ovro_alert.commands import Command
from ovro_alert.observatory import DUMP_FILE_BYTES, DUMP_FILE_S, DUMP_PIPELINES
from ovro_alert.relay.journal import commands as command_rows
from ovro_alert.relay.journal.tables import among, commands, history, offloads
from ovro_alert.relay.journal.writer import Txn
from ovro_alert.statuses import Offload

SINCE = (
    select(func.coalesce(func.max(offloads.c.seq), 0))
    .where(
        offloads.c.telescope == bindparam("telescope"),
        # one that was said before roles were kept apart was said of both
        or_(offloads.c.role == bindparam("role"), offloads.c.role.is_(None)),
    )
    .scalar_subquery()
)
IS_DUMP = text("action = 'dump'")
"""Word for word the condition of the index `commands_dumps`: with a bound value SQLite would not use it."""
TOLD_FIRST = (
    select(func.min(history.c.seq))
    .where(history.c.command_id == commands.c.id, history.c.state == "acting")
    .scalar_subquery()
)
OUTCOME = func.coalesce(commands.c.detail["outcome"].as_string(), "")
WROTE = or_(
    among(commands.c.state, ("acting", "done")),
    and_(among(commands.c.state, ("failed", "cancelled")), OUTCOME != "not begun"),
)
LENGTHS_S = select(commands.c.args["duration_s"].as_float()).where(
    commands.c.telescope == bindparam("telescope"),
    IS_DUMP,
    commands.c.role == bindparam("role"),
)
# what has not changed since was not told since: its history need not be looked at
WRITTEN = and_(commands.c.seq > SINCE, WROTE, SINCE < TOLD_FIRST)
WRITTEN_S = LENGTHS_S.where(WRITTEN)
TAKEN_S = LENGTHS_S.where(or_(among(commands.c.state, ("pending", "claimed")), WRITTEN))


def record(txn: Txn, telescope: str, role: str, by: str, note: str) -> Offload:
    """Write that the dumps of that role were taken away: counting begins again."""
    tb = written_tb(txn.connection, telescope, role)
    values = {"telescope": telescope, "at": txn.now, "by": by, "note": note}
    txn.connection.execute(insert(offloads).values(**values, role=role, seq=txn.next_seq()))
    return Offload(**values, tb=round(tb, 3))


def written_tb(connection: Connection, telescope: str, role: str) -> float:
    """Return what the dumps that the telescope was told of since the last offload take at most, TB.

    One that failed or was cancelled counts whole, unless its client is certain that it was not begun. Those of a
    rehearsal are counted apart: they fill no disk.
    """
    return size_tb(connection.scalars(WRITTEN_S, {"telescope": telescope, "role": role}))


def taken_tb(connection: Connection, telescope: str, role: str) -> float:
    """Return the same with what waits to be begun, TB: what is no longer free."""
    return size_tb(connection.scalars(TAKEN_S, {"telescope": telescope, "role": role}))


def on_disks(connection: Connection, moment: datetime, role: str) -> list[Command]:
    """Return the dumps of that role that lay on a telescope's disks at a moment, oldest first."""
    begun = select(func.min(history.c.at)).where(history.c.command_id == commands.c.id, history.c.state == "acting")
    emptied = select(func.max(offloads.c.at)).where(
        offloads.c.telescope == commands.c.telescope,
        offloads.c.at < moment,
        or_(offloads.c.role == role, offloads.c.role.is_(None)),
    )
    first, last = begun.scalar_subquery(), emptied.scalar_subquery()
    lay = and_(first < moment, or_(last.is_(None), first > last))
    ids = select(commands.c.id).where(IS_DUMP, commands.c.role == role, WROTE, lay).order_by(commands.c.id)
    return [command_rows.find(connection, number) for number in connection.scalars(ids).all()]


def size_tb(lengths_s: Iterable[float]) -> float:
    """Return what dumps of these lengths take at most, TB."""
    files: int = sum(math.ceil(length_s / DUMP_FILE_S) for length_s in lengths_s)
    size_bytes: int = files * DUMP_PIPELINES * DUMP_FILE_BYTES
    return size_bytes / 1e12
