"""What the loop of a telescope client asks of a telescope; the doors themselves are in `telescopes`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol

from ovro_alert.commands import Command
from ovro_alert.statuses import Moves, TelescopeStatus

FIRST_WORD: dict[Moves, Literal["", "SIMULATED", "DRY RUN"]] = {
    "telescope": "",
    "simulator": "SIMULATED",
    "nothing": "DRY RUN",
}
"""How everything begins that is said of a command which moved nothing."""


class Progress(NamedTuple):
    """How far a command has come, as the telescope itself tells it.

    Attributes
    ----------
    state
        `acting` while it goes on, else how it ended.
    until
        UTC at which it should be over.
    detail
        For the report, small, JSON; `says` is one sentence for people, and begins with `SIMULATED` or `DRY RUN` where
        nothing moved. `outcome` says what is certain of a bad end: `not begun`, `unknown` …
    """

    state: Literal["acting", "done", "failed", "cancelled"]
    until: datetime | None = None
    detail: dict[str, Any] = {}


class Door(Protocol):
    """One telescope. `now` is UTC by the relay's clock; every call returns or raises within 20 s, from any thread.

    Only `begin` and `stop` touch the telescope. The action `test` is a drill: `begin` goes through its steps, moves
    nothing, and answers with its end.
    """

    @property
    def moves(self) -> Moves:
        """What a command through this door moves."""

    def due(self, command: Command, now: datetime) -> datetime:
        """When to claim and begin it; a moment that has passed means at once."""

    def intention(self, command: Command, now: datetime) -> str:
        """Say what `begin` would tell the telescope: 'point beam 1 …'. Arguments that cannot be meant: an error."""

    def refusal(self, command: Command, now: datetime) -> str | None:
        """Say why the telescope cannot do it now, None if it can; asked before anything is touched."""

    def begin(self, command: Command, now: datetime) -> Progress:
        """Tell the telescope. `TelescopeRefusedError`: it said no and nothing moved; other errors: nobody knows."""

    def progress(self, command: Command, now: datetime) -> Progress | None:
        """Ask what came of it, after a crash too; None if the telescope cannot say whether it was ever told."""

    def stop(self, command: Command, now: datetime) -> Progress:
        """Stop what can be stopped and say what is left; what cannot goes on as `acting`, `detail['stop']` says why."""

    def status(self, now: datetime) -> TelescopeStatus:
        """Describe the telescope for the relay."""
