"""What of a telescope's budget is used: beams, hours, terabytes, dumps, requests, from the commands that were made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from ovro_alert.circumstances import Used
from ovro_alert.observatory import VOLTAGE_BYTES_PER_S
from ovro_alert.relay.journal import offloads
from ovro_alert.relay.journal.tables import among, commands

LENGTH_S = commands.c.args["duration_s"].as_float()
VOLTAGE = func.coalesce(commands.c.args["mode"].as_string(), "voltage") == "voltage"
TOOK = or_(
    among(commands.c.state, ("pending", "claimed", "acting", "done", "failed")),
    and_(commands.c.state == "cancelled", commands.c.stop.is_not(None), offloads.OUTCOME != "not begun"),
)
BEAM = commands.c.action == "beam"
USED = select(
    func.count().filter(BEAM),
    func.sum(LENGTH_S).filter(BEAM),
    func.sum(LENGTH_S).filter(BEAM, VOLTAGE),
    func.count().filter(commands.c.action == "dump"),
    func.count().filter(commands.c.action == "guano"),
).where(
    commands.c.telescope == bindparam("telescope"),
    commands.c.made >= bindparam("since"),
    commands.c.role == bindparam("role"),
    TOOK,
)


def used(connection: Connection, telescope: str, since: datetime, role: str) -> Used:
    """Return what commands made since then take, and the TB of dumps since the disks were last emptied.

    What ended before it acted took nothing. A rehearsal uses up nothing of what there is for observations.
    """
    asked = {"telescope": telescope, "since": since, "role": role}
    beams, length_s, voltage_s, dumps, guano = connection.execute(USED, asked).one()
    return Used(
        beams=beams,
        beam_hours=(length_s or 0.0) / 3600,
        beam_tb=(voltage_s or 0.0) * VOLTAGE_BYTES_PER_S / 1e12,
        dumps=dumps,
        dump_tb=offloads.taken_tb(connection, telescope, role),
        guano=guano,
    )
