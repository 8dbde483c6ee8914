"""What of a telescope's budget is used: beams, hours, terabytes, from the commands that were made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, case, func, or_, select

from ovro_alert.circumstances import Used
from ovro_alert.observatory import VOLTAGE_BYTES_PER_S
from ovro_alert.relay.journal.tables import commands

LENGTH_S = commands.c.args["duration_s"].as_float()
VOLTAGE = func.coalesce(commands.c.args["mode"].as_string(), "voltage") == "voltage"
TOOK = or_(
    commands.c.state.in_(("pending", "claimed", "acting", "done", "failed")),
    and_(commands.c.state == "cancelled", commands.c.stop.is_not(None)),
)
USED = select(func.count(), func.sum(LENGTH_S), func.sum(case((VOLTAGE, LENGTH_S), else_=0.0))).where(
    commands.c.telescope == bindparam("telescope"),
    commands.c.made >= bindparam("since"),
    commands.c.action == "beam",
    commands.c.role == bindparam("role"),
    TOOK,
)


def used(connection: Connection, telescope: str, since: datetime, role: str) -> Used:
    """Return beams, hours and TB that commands made since then take; what ended before it acted took nothing.

    A rehearsal uses up nothing of what there is for observations.
    """
    number, length_s, voltage_s = connection.execute(USED, {"telescope": telescope, "since": since, "role": role}).one()
    return Used(number, (length_s or 0.0) / 3600, (voltage_s or 0.0) * VOLTAGE_BYTES_PER_S / 1e12)
