"""Claiming: one client gets a command, with a fence that its reports must carry and a lease that ends."""

from __future__ import annotations

from typing import Literal

from ovro_alert.commands import LEASE_S, Claim, ClaimedCommand, Command
from ovro_alert.errors import ConflictError, TooLateError, WrongMovesError
from ovro_alert.relay.commanding.expiring import let_go
from ovro_alert.relay.commanding.steps import state_at, step
from ovro_alert.relay.journal import commands
from ovro_alert.relay.journal.commands import Held
from ovro_alert.relay.journal.history import Line
from ovro_alert.relay.journal.writer import Txn
from ovro_alert.times import seconds

Mode = Literal["rehearsal", "production"]


def claim(txn: Txn, command_id: int, asked: Claim, mode: Mode) -> ClaimedCommand:
    """Give a command to a client; the same client again gets a new fence, and the old one is dead."""
    held = commands.hold(txn.connection, command_id)
    _open(txn, held.command)
    _moves(held.command, asked, mode)
    held = _free(txn, held, asked.client)
    fence = held.fence + 1
    lease_until = min(txn.now + seconds(LEASE_S), held.command.deadline)
    after = step(
        txn,
        held,
        "claimed",
        Line(asked.client, f"claimed, fence {fence}", {"fence": fence, "moves": asked.moves}),
        client=asked.client,
        moves=asked.moves,
        fence=fence,
        lease_until=lease_until,
    )
    return ClaimedCommand.model_construct(**dict(after.command), fence=fence)


def _moves(command: Command, asked: Claim, mode: Mode) -> None:
    if mode == "rehearsal" or command.action == "test":
        return
    if asked.moves != "telescope":
        raise WrongMovesError(
            f"command {command.id} is for {command.telescope} itself; {asked.client} moves {asked.moves}: "
            "in production that may claim drills only"
        )
    if command.role == "test":
        raise WrongMovesError(
            f"command {command.id} was made in rehearsal, when nothing could move: ask for it again, if it is meant"
        )


def _open(txn: Txn, command: Command) -> None:
    state = state_at(command, txn.now)
    if command.final or state == "expired":
        raise TooLateError(f"command {command.id} has ended: {state}; it must not be begun")
    if state == "proposed":
        raise ConflictError(f"command {command.id} waits for a person's approval: do nothing")
    if state == "acting":
        raise ConflictError(f"command {command.id} is being carried out by {command.client}: do nothing")


def _free(txn: Txn, held: Held, client: str) -> Held:
    """Return the command as nobody else has it."""
    command = held.command
    if command.state == "claimed" and state_at(command, txn.now) == "pending":
        return let_go(txn, held)
    if command.state == "claimed" and command.client != client:
        raise ConflictError(f"command {command.id} is claimed by {command.client}: do nothing")
    return held
