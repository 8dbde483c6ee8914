"""What people are told of a command's life: how it ended, who decided, that it is silent."""

from __future__ import annotations

from ovro_alert.commands import Command, State
from ovro_alert.messages import Level, MessageDraft
from ovro_alert.relay.journal import messages
from ovro_alert.relay.journal.history import Line
from ovro_alert.relay.journal.writer import Txn

LEVELS: dict[State, Level] = {
    "done": "normal",
    "failed": "loud",
    "refused": "loud",
    "expired": "loud",
    "declined": "normal",
    "cancelled": "normal",
}
OF_A_DRILL: dict[Level, Level] = {"loud": "normal", "normal": "quiet", "quiet": "quiet"}


def announce(txn: Txn, before: Command, after: Command, line: Line) -> None:
    """Have people told of a step that concerns them."""
    level = level_of(before, after)
    if level is not None:
        tell(txn, after, level, line)


def level_of(before: Command, after: Command) -> Level | None:
    """Return how loudly a step is told; None: not at all."""
    if after.overdue and not before.overdue:
        return "loud"
    if after.state == before.state:
        return None
    if before.state == "proposed" and after.state == "pending":
        return "normal"
    return LEVELS.get(after.state)


def tell(txn: Txn, command: Command, level: Level, line: Line) -> None:
    """Keep a message on a command, one step less loud if it is a drill."""
    draft = MessageDraft(
        subject="command",
        level=OF_A_DRILL[level] if command.action == "test" else level,
        event=command.event,
        alert=command.alert,
        scenario=command.scenario,
        command=command.id,
        facts={"state": command.state, "by": line.by, "why": line.why, "overdue": command.overdue},
    )
    messages.add(txn, draft)
