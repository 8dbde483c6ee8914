"""Messages in the journal: what people are to be told, in the transaction in which it became true."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select

from ovro_alert.messages import Level, Message, MessageDraft
from ovro_alert.relay.journal.tables import messages
from ovro_alert.relay.journal.writer import Txn

ADD = insert(messages).returning(messages)
LOUDEST = (
    select(messages.c.scenario, func.max(messages.c.level == "loud"))
    .where(messages.c.event == bindparam("event"), messages.c.level != "quiet", messages.c.scenario.is_not(None))
    .group_by(messages.c.scenario)
)


def add(txn: Txn, draft: MessageDraft) -> Message:
    """Keep a message; a quiet one is shown and never sent."""
    seq = txn.next_seq()
    values = {
        "seq": seq,
        "subject": draft.subject,
        "level": draft.level,
        "event": draft.event,
        "alert_id": draft.alert,
        "scenario": draft.scenario,
        "command_id": draft.command,
        "notice_id": draft.notice,
        "broadcast": draft.broadcast,
        "facts": draft.facts,
        "state": "quiet" if draft.level == "quiet" else "waiting",
        "made": txn.now,
        "tries": 0,
    }
    message = message_of(txn.connection.execute(ADD, values).one())
    txn.changed("message", message, seq)
    return message


def message_of(row: Row[Any]) -> Message:
    """Return a message as the journal has it."""
    values = dict(row._mapping)
    del values["next_try"]
    for noun in ("alert", "command", "notice"):
        values[noun] = values.pop(f"{noun}_id")
    return Message.model_construct(**values)


def told_of(connection: Connection, event: str) -> dict[str, Level]:
    """Return how loudly people were meant to hear of an event, by scenario; sent or not, but not the quiet words."""
    rows = connection.execute(LOUDEST, {"event": event})
    return {scenario: "loud" if loud else "normal" for scenario, loud in rows}
