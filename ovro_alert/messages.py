"""The message: what people or machines are told, from the relay's outbox, never in the way of a command."""

from __future__ import annotations

from typing import Any, Literal

from ovro_alert.nouns import Noun
from ovro_alert.times import Utc

Level = Literal["loud", "normal", "quiet"]
Subject = Literal[
    "verdict",  # a scenario's answer to an alert
    "command",  # a command that ended, is overdue, was declined …
    "retraction",  # an event is no longer one
    "update",  # later words on an event
    "notice",  # one that could not be read, or broke a scenario
    "trouble",  # a process or a stream that is not well
    "digest",  # what came and went in a day
]
MessageState = Literal["waiting", "sent", "unsent", "quiet"]


class MessageDraft(Noun):
    """What shall be told; the words are made when it is sent, from what is then known.

    Attributes
    ----------
    event
        Its thread; None goes to the channel alone.
    facts
        What the words need beside alert, verdict and command: small, JSON.
    broadcast
        Show it in the channel as well as in the thread.
    scenario
        Which verdict on the alert it speaks of.
    """

    subject: Subject
    level: Level
    event: str | None = None
    alert: int | None = None
    scenario: str | None = None
    command: int | None = None
    notice: int | None = None
    broadcast: bool = False
    facts: dict[str, Any] = {}


class Message(MessageDraft):
    """A message as the journal has it."""

    id: int
    seq: int
    state: MessageState
    made: Utc
    tries: int = 0
    why: str | None = None
    sent: Utc | None = None
    channel: str | None = None
    ts: str | None = None
    thread_ts: str | None = None
