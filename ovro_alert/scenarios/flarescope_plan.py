"""A recording that was asked for, as it would be made: scheduled, or begun as soon as it can be."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from ovro_alert.co_observing import BeamRequest
from ovro_alert.observatory import VOLTAGE_BEAM, VOLTAGE_BYTES_PER_S
from ovro_alert.scenarios.gates import SLACK, known
from ovro_alert.scenarios.limits import FlarescopeLimits
from ovro_alert.scenarios.occupancy import within
from ovro_alert.times import seconds

SHORTEST_S, LONGEST_S = 1.0, 30 * 86400.0
"""What is no length of a recording at all, whatever the limits are."""


class Plan(NamedTuple):
    """One recording; `start` and `stop` as they were asked for, `on` when it can begin, UTC.

    Attributes
    ----------
    how
        `buffer`: the scheduler is given its start; `asap`: that is too near, or has passed.
    deadline
        After it the telescope is not told.
    """

    start: datetime
    stop: datetime
    on: datetime
    how: Literal["buffer", "asap"]
    deadline: datetime
    mode: Literal["power", "voltage"]
    beam: int

    @property
    def duration_s(self) -> float:
        """Length of what is recorded, seconds; negative if nothing is left."""
        return (self.stop - self.on).total_seconds()

    @property
    def late_s(self) -> float:
        """How much later than asked for it begins, seconds."""
        return (self.on - self.start).total_seconds()

    @property
    def size_tb(self) -> float:
        """Size of a voltage recording, TB; a power recording is small."""
        return max(self.duration_s, 0.0) * VOLTAGE_BYTES_PER_S / 1e12 if self.mode == "voltage" else 0.0


def plan_recording(request: BeamRequest, now: datetime, lead_s: float, limits: FlarescopeLimits) -> Plan | None:
    """Plan a recording; None if its start or length is not known, or can be none."""
    length_s = known(request.duration_s, SHORTEST_S, LONGEST_S)
    if request.start is None or length_s is None:
        return None
    start = within(request.start, now)
    buffered = (start - now).total_seconds() >= limits.lead_s - SLACK
    return Plan(
        start=start,
        stop=start + seconds(length_s),
        on=start if buffered else max(start, now + seconds(lead_s)),
        how="buffer" if buffered else "asap",
        deadline=start + seconds(-limits.buffer_margin_s if buffered else length_s / 2),
        mode=request.mode,
        beam=VOLTAGE_BEAM if request.mode == "voltage" else limits.beam,
    )
