"""A person's decision on a proposal: one, with the name of the key that gave it."""

from __future__ import annotations

from ovro_alert.commands import Command
from ovro_alert.errors import ConflictError, TooLateError
from ovro_alert.relay.commanding.making import visible_from
from ovro_alert.relay.commanding.steps import state_at, step
from ovro_alert.relay.journal import commands
from ovro_alert.relay.journal.commands import Held
from ovro_alert.relay.journal.history import Line
from ovro_alert.relay.journal.writer import Txn


def approve(txn: Txn, command_id: int, by: str, note: str) -> Command:
    """Let a proposal go to its telescope."""
    held = commands.hold(txn.connection, command_id)
    command = held.command
    if state_at(command, txn.now) == "proposed":
        visible = visible_from(txn, command.telescope)
        line = Line(by, note or "approved")
        return step(txn, held, "pending", line, visible=visible, decided_by=by).command
    _not_run_out(txn, held)
    if held.decided_by == by and command.state != "declined":
        return command
    raise _decided(held)


def decline(txn: Txn, command_id: int, by: str, note: str) -> Command:
    """Refuse a proposal for good."""
    held = commands.hold(txn.connection, command_id)
    command = held.command
    if state_at(command, txn.now) == "proposed":
        return step(txn, held, "declined", Line(by, note or "declined"), decided_by=by).command
    _not_run_out(txn, held)
    if held.decided_by == by and command.state == "declined":
        return command
    raise _decided(held)


def _not_run_out(txn: Txn, held: Held) -> None:
    state = state_at(held.command, txn.now)
    if state in ("expired", "cancelled"):
        raise TooLateError(f"command {held.command.id} has ended: {state}")


def _decided(held: Held) -> ConflictError:
    command = held.command
    if held.decided_by is None:
        return ConflictError(f"command {command.id} is {command.state}: it waits for nobody's decision")
    word = "declined" if command.state == "declined" else "approved"
    return ConflictError(f"command {command.id} was {word} by {held.decided_by}: do nothing")
