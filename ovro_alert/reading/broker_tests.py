"""What a VOEvent broker sends to try the line, which speaks of nothing in the sky."""

from __future__ import annotations

from ovro_alert.notices import Ignored
from ovro_alert.reading.voevent import VOEvent


def of_a_broker(event: VOEvent) -> Ignored | None:
    """Return why a broker's own test is ignored; None for everything else."""
    if event.role == "test" and "#TestEvent-" in event.ivorn:
        return Ignored(why="a broker's own test of the line; it speaks of no burst")
    return None
