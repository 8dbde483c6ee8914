"""UTC by the relay's clock: a client whose own clock is off must not decide by it."""

from __future__ import annotations

from datetime import datetime, timedelta

from ovro_alert.commands import Command
from ovro_alert.times import Clock, seconds


class RelayTime:
    """The relay's clock as its answers tell it, carried on by the monotonic count; until then our own."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._anchor = clock.now() - seconds(clock.monotonic())
        self._heard = False

    def heard(self, command: Command) -> None:
        """Take the time from an answer that has just come."""
        if not command.left_s:
            return
        written = command.deadline - seconds(command.left_s)
        self._anchor = written - seconds(self._clock.monotonic())
        self._heard = True

    def now(self) -> datetime:
        """UTC by the relay's clock; late by the time that the last answer was on its way."""
        return self._anchor + seconds(self._clock.monotonic())

    def own_clock_ahead_s(self) -> float | None:
        """By how much this machine's clock is ahead of the relay's; None if the relay has not been heard."""
        return (self._clock.now() - self.now()) / timedelta(seconds=1) if self._heard else None


def left_s(command: Command, asked_at: float, clock: Clock) -> float:
    """Seconds to the deadline, never too many: counted from the moment when the relay was asked."""
    return (command.left_s or 0.0) - (clock.monotonic() - asked_at)
