"""What simulated telescopes share: their instruments by action, and the drill that each of them knows."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from ovro_alert.commands import Command
from ovro_alert.doors import Progress
from ovro_alert.errors import TelescopeRefusedError
from ovro_alert.telescopes.simulated.pace import Pace
from ovro_alert.telescopes.simulated.record import Record


class Instrument(Protocol):
    """What carries out one action; `progress` and `stop` answer None if it was never told."""

    def refusal(self, command: Command, now: datetime) -> str | None:
        """Say why it cannot."""

    def begin(self, command: Command, now: datetime) -> Progress:
        """Be told."""

    def progress(self, command: Command, now: datetime) -> Progress | None:
        """Say how far it is."""

    def stop(self, command: Command, now: datetime) -> Progress | None:
        """Stop what can be stopped."""


class Drills:
    """A drill is done as soon as it is begun."""

    def __init__(self, record: Record, pace: Pace) -> None:
        self._record = record
        self._done = Progress("done", None, {"says": pace.says("a drill: every step was gone through, nothing moved")})

    def refusal(self, command: Command, now: datetime) -> str | None:  # noqa: ARG002 - of a drill there is none
        """Return None: a drill can always be."""
        return None

    def begin(self, command: Command, now: datetime) -> Progress:
        """Write it down."""
        self._record.write(now, command, "drill", "told", "a drill")
        return self._done

    def progress(self, command: Command, now: datetime) -> Progress | None:  # noqa: ARG002 - it takes no time
        """Say that it is done, if it was."""
        return self._done if any(line["key"] == command.key for line in self._record.of("drill")) else None

    stop = progress


class Instruments:
    """All of one telescope, one caller at a time; `lock` is held for what else looks at them."""

    def __init__(self, telescope: str, by_action: Mapping[str, Instrument], pace: Pace, *, forgets: bool) -> None:
        self._telescope = telescope
        self._by_action = by_action
        self._pace = pace
        self._forgets = forgets
        self.lock = threading.Lock()

    def refusal(self, command: Command, now: datetime) -> str | None:
        """Say why the telescope cannot."""
        with self.lock:
            refused = self._of(command).refusal(command, now)
        return refused and self._pace.says(refused)

    def begin(self, command: Command, now: datetime) -> Progress:
        """Tell the telescope."""
        with self.lock:
            return self._of(command).begin(command, now)

    def progress(self, command: Command, now: datetime) -> Progress | None:
        """Say what came of it: a simulator knows also what it was never told."""
        if self._forgets:
            return None
        with self.lock:
            return self._of(command).progress(command, now) or self._never_told()

    def stop(self, command: Command, now: datetime) -> Progress:
        """Stop what can be stopped."""
        with self.lock:
            return self._of(command).stop(command, now) or self._never_told()

    def _of(self, command: Command) -> Instrument:
        instrument = self._by_action.get(command.action)
        if instrument is None:
            raise TelescopeRefusedError(self._pace.says(f"{self._telescope} knows no {command.action!r}"))
        return instrument

    def _never_told(self) -> Progress:
        says = self._pace.says("the telescope was never told of it")
        return Progress("failed", None, {"says": says, "outcome": "not begun"})
