"""What scenarios lately proposed to people, in the journal: nothing is proposed twice, and not everything at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from ovro_alert.actions import TELESCOPES
from ovro_alert.commands import Command
from ovro_alert.relay.journal.commands import in_order
from ovro_alert.relay.journal.tables import among, commands

PROPOSED = sorted({name for one in TELESCOPES.values() for name, action in one.actions.items() if action.approval})
"""What a person must always agree to."""
PROPOSALS = select(commands).where(
    among(commands.c.action, PROPOSED), commands.c.made >= bindparam("since"), commands.c.scenario.is_not(None)
)


def proposals(connection: Connection, since: datetime) -> tuple[Command, ...]:
    """Return what they proposed since that moment, whatever became of it, oldest first."""
    return in_order(connection.execute(PROPOSALS, {"since": since}))
