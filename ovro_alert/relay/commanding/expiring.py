"""What time does to commands: deadlines pass, leases run out, clients that act fall silent."""

from __future__ import annotations

from datetime import UTC, datetime

from ovro_alert.commands import OVERDUE_AFTER_S, WAITING, Command
from ovro_alert.relay.commanding.steps import state_at, step
from ovro_alert.relay.journal import commands
from ovro_alert.relay.journal.commands import Held
from ovro_alert.relay.journal.history import Line
from ovro_alert.relay.journal.writer import Txn
from ovro_alert.times import seconds

BY = "relay"
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Later than anything that we wait for, with room to add to it."""
UNDECIDED = "nobody approved it before its deadline"
NOBODY = "nobody claimed it before its deadline: is the telescope's client running?"
UNCLAIMED = "nobody claimed it before its deadline; an old client, which does not claim, may have acted on it"
UNBEGUN = "claimed, but not begun before its deadline"
LEASE_OVER = "its lease ran out; whoever claims it now gets a new fence"


def due(command: Command) -> datetime | None:
    """Return when time will next do something to a command."""
    if command.state in WAITING:
        return min(command.deadline, command.lease_until or command.deadline)
    if command.state == "acting" and not command.overdue and command.until is not None:
        return min(command.until, NEVER) + seconds(OVERDUE_AFTER_S)
    return None


def fall(txn: Txn, command_id: int) -> None:
    """Do to a command what is due; nothing, if something else came first."""
    held = commands.hold(txn.connection, command_id)
    moment = due(held.command)
    if moment is None or moment > txn.now:
        return
    if state_at(held.command, txn.now) == "expired":
        step(txn, held, "expired", Line(BY, _why(held)))
    elif held.command.state == "claimed":
        let_go(txn, held)
    else:
        word = f"no word from {held.command.client} for {OVERDUE_AFTER_S:g} s after it should have been over"
        step(txn, held, "acting", Line(BY, word, {"overdue": True}), overdue=True)


def let_go(txn: Txn, held: Held) -> Held:
    """Have a command wait again for any client, once the lease of the last one has run out."""
    return step(txn, held, "pending", Line(BY, LEASE_OVER, {"client": held.command.client}), client=None, moves=None)


def _why(held: Held) -> str:
    if held.command.state == "proposed":
        return UNDECIDED
    if held.fence > 0:
        return UNBEGUN
    return NOBODY if held.command.action == "test" else UNCLAIMED
