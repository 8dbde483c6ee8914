"""Ending a command from outside: withdrawn by a scenario, cancelled by a person, closed when its client is silent."""

from __future__ import annotations

from ovro_alert.commands import WAITING, Command, Stop
from ovro_alert.errors import ConflictError, TooLateError
from ovro_alert.relay.commanding.steps import state_at, step
from ovro_alert.relay.journal import commands, history
from ovro_alert.relay.journal.commands import Held
from ovro_alert.relay.journal.history import Line
from ovro_alert.relay.journal.writer import Txn

UNKNOWN = {"outcome": "unknown"}


def withdraw(txn: Txn, command_id: int, by: str, why: str, *, stop: bool = False) -> Command:
    """Take a command back: cancelled while it waits; once it acts, a wish that it stops if `stop` says so.

    What has ended stays as it ended.
    """
    held = commands.hold(txn.connection, command_id)
    if state_at(held.command, txn.now) in WAITING:
        return step(txn, held, "cancelled", Line(by, why)).command
    if held.command.state == "acting" and stop and held.command.stop is None:
        return _wish(txn, held, by, why)
    return held.command


def cancel(txn: Txn, command_id: int, by: str, note: str) -> Command:
    """Cancel for a person; of what acts this is a wish, which its client hears and answers with a report."""
    held = commands.hold(txn.connection, command_id)
    command, state = held.command, state_at(held.command, txn.now)
    if command.stop is not None and command.stop.by == by:
        return command
    if state == "cancelled":
        return _cancelled_by(txn, command, by)
    if command.stop is not None and not command.final:
        raise ConflictError(f"{command.stop.by} has already asked that command {command_id} stops: do nothing")
    if state in WAITING:
        return step(txn, held, "cancelled", Line(by, note)).command
    if state == "acting":
        return _wish(txn, held, by, note)
    raise TooLateError(f"command {command_id} has ended: {state}")


def close(txn: Txn, command_id: int, by: str, note: str) -> Command:
    """End a command whose client is silent; what came of it is not known, and no machine tries it again."""
    held = commands.hold(txn.connection, command_id)
    command = held.command
    state = state_at(command, txn.now)
    if state == "failed" and history.who(txn.connection, command_id, "failed") == by:
        return command
    if command.final or state == "expired":
        raise TooLateError(f"command {command_id} has ended: {state}")
    if not command.overdue:
        raise ConflictError(f"command {command_id} is {command.state} and not overdue: its client may still report")
    detail = {**command.detail, **UNKNOWN}
    line = Line(by, note or "closed: its client is silent, what came of it is not known", UNKNOWN)
    return step(txn, held, "failed", line, detail=detail, overdue=False).command


def _wish(txn: Txn, held: Held, by: str, why: str) -> Command:
    stop = Stop(by=by, why=why, when=txn.now)
    line = Line(by, why or "asked to stop", {"stop": True})
    return step(txn, held, "acting", line, stop=stop.model_dump(mode="json")).command


def _cancelled_by(txn: Txn, command: Command, by: str) -> Command:
    """Answer whoever cancelled it as the first time; anybody else was not the one."""
    who = history.who(txn.connection, command.id, "cancelled")
    if who != by:
        raise ConflictError(f"command {command.id} was cancelled by {who}: do nothing")
    return command
