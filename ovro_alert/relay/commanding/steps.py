"""One step of a command's life: checked, written with its line of history, published, and told where people must know.

Everything that happens to a command after it was made goes through `step`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ovro_alert.commands import NEXT, Command, State
from ovro_alert.errors import ConflictError
from ovro_alert.relay.commanding.announcing import announce
from ovro_alert.relay.journal import commands, history
from ovro_alert.relay.journal.commands import Held
from ovro_alert.relay.journal.history import Line
from ovro_alert.relay.journal.writer import Txn


def step(txn: Txn, held: Held, state: State, line: Line, **values: Any) -> Held:  # noqa: ANN401 - columns
    """Bring a command to a state, or note something in the state that it has."""
    before = held.command
    if state != before.state and state not in NEXT[before.state]:
        raise ConflictError(f"command {before.id} is {before.state}, from which it cannot become {state}: do nothing")
    if state != "claimed":
        values["lease_until"] = None
    if state == "acting":
        values["begun"] = True
    after = commands.change(txn, before.id, state=state, **values)
    publish(txn, after.command)
    history.add(txn, before.id, state, line)
    announce(txn, before, after.command, line)
    return after


def publish(txn: Txn, command: Command) -> None:
    """Have followers and watchers woken with it, as soon as it is on disk."""
    txn.changed("command", command, command.seq, telescope=command.telescope)


def state_at(command: Command, now: datetime) -> State:
    """Return the state that a command has then, whether the relay's timer came by or not."""
    state = command.seen_at(now).state
    lease_is_over = command.lease_until is not None and command.lease_until <= now
    return "pending" if state == "claimed" and lease_is_over else state
