"""What a teller is given and what it answers: the doors are in `telling`, the relay's outbox knows only this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from ovro_alert.alerts import KeptAlert
from ovro_alert.commands import Change, Command
from ovro_alert.messages import Message
from ovro_alert.notices import Notice
from ovro_alert.statuses import Moves
from ovro_alert.verdicts import Verdict


class Told(NamedTuple):
    """A message with all that its words are made of, as it is known when it is sent.

    Attributes
    ----------
    now
        UTC: ages are counted from it.
    notice
        The message's own notice, else the first one of its alert: how and when it came.
    verdict
        Of the message's scenario on its alert, the newest; `commands` are what came of it.
    command
        The one that the message speaks of, with its `history`.
    moves
        What each telescope's client says that it moves.
    """

    message: Message
    now: datetime
    alert: KeptAlert | None = None
    notice: Notice | None = None
    verdict: Verdict | None = None
    commands: tuple[Command, ...] = ()
    command: Command | None = None
    history: tuple[Change, ...] = ()
    moves: Mapping[str, Moves] = {}


class Posted(NamedTuple):
    """Where a message was put: what finds it again, and what answers to it are hung on.

    Attributes
    ----------
    ts
        The message's own name at its listener; None where nothing can be hung on it.
    thread_ts
        The name of the message that it is an answer to.
    """

    channel: str | None = None
    ts: str | None = None
    thread_ts: str | None = None


class Teller(Protocol):
    """One listener's door. It may block; whoever calls it does so from a thread that may.

    Its errors say what to do next: `TellLaterError` (not now: try again, with `after_s` if the listener named it) or
    `NeverToldError` (not in this form or with these settings: show it as unsent).
    """

    name: str

    def tell(self, tolds: Sequence[Told], thread: Posted | None = None) -> Posted:
        """Tell one message, or several collected into one; `thread` is where the event was first told."""

    def find(self, tolds: Sequence[Told], thread: Posted | None = None) -> dict[int, Posted]:
        """Return which of these messages the listener already has, by id, after a try whose end nobody saw.

        Empty also where the listener does not let us look: then a message may come twice, never not at all.
        """
