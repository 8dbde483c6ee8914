"""How fast a simulated telescope's time runs, and how its words begin."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Pace(NamedTuple):
    """`speed` seconds of the sky pass in one second of the clock, from the moment when the telescope was told."""

    speed: float = 1.0

    def sky(self, told: datetime, now: datetime) -> datetime:
        """Return what the simulated sky's clock shows."""
        return told + (now - told) * self.speed

    def wall(self, told: datetime, moment: datetime) -> datetime:
        """Return when the clock on the wall will show that a moment of the simulated sky has come."""
        return told + (moment - told) / self.speed

    def says(self, words: str) -> str:
        """Return the words with what they must begin with."""
        if self.speed == 1:
            return f"SIMULATED: {words}"
        return f"SIMULATED, {self.speed:g} times faster than the sky: {words}"
