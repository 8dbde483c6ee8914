"""The ring buffer of OVRO-LWA: what of a dispersed burst it still holds at an age, and the dump that writes it.

A dump cannot be told where to begin: it begins with the oldest sample and runs forward until its files are full. So
the ring has two depths: what it surely holds, which decides what is captured, and what it may hold, which is paid for
in length.
"""

from __future__ import annotations

import math
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from ovro_alert import sky
from ovro_alert.actions import DumpArgs
from ovro_alert.commands import Command
from ovro_alert.observatory import DUMP_BAND, DUMP_FILE_BYTES, DUMP_FILE_S, DUMP_PIPELINES
from ovro_alert.scenarios.gates import SLACK
from ovro_alert.scenarios.limits import GrbLimits, LvkLimits, LwaLimits
from ovro_alert.times import age_s, parse_utc, seconds

HALVINGS = 50
"""Of at most some 10,000 s: far below a microsecond."""


class DumpPlan(NamedTuple):
    """A dump that would begin now: `duration_s` from the oldest sample, until `stop`; its files are full at `done`."""

    stop: datetime
    done: datetime
    duration_s: float
    lookback_s: float
    captured: float
    deadline: datetime

    @property
    def files(self) -> int:
        """How many files each pipeline writes."""
        return files(self.duration_s)

    @property
    def size_tb(self) -> float:
        """What all pipelines write, TB."""
        return self.files * DUMP_PIPELINES * DUMP_FILE_BYTES / 1e12

    def args(self, event: str) -> dict[str, Any]:
        """Return the arguments of the command."""
        args = DumpArgs(duration_s=self.duration_s, lookback_s=self.lookback_s, stop=self.stop, event=event)
        return args.model_dump(mode="json")


class Ring(NamedTuple):
    """The ring, and what is looked for in it.

    Attributes
    ----------
    least_s, most_s
        Seconds of the past that it surely holds; with which a dump may begin.
    dms_pc_cm3
        DMs over which the mean is taken, ascending; the last one must have left the band when the dump ends.
    delay_s
        Seconds after the event until which there may be emission.
    """

    least_s: float
    most_s: float
    dms_pc_cm3: tuple[float, ...]
    delay_s: float

    def captured(self, age_s: float) -> float:
        """Return the share of the dump's band that comes later than the oldest sample, mean over the DMs, 0 to 1."""
        return sum(_later(dm, age_s - self.least_s) for dm in self.dms_pc_cm3) / len(self.dms_pc_cm3)

    def latest_age_s(self, share: float) -> float:
        """Return the last age, seconds, at which that share (more than 0, at most 1) is still captured."""
        return _latest_age_s(self, share)

    def plan(self, time: datetime, now: datetime, min_captured: float) -> DumpPlan | None:
        """Return the dump that would begin now for an event at that time; None if nothing is left to capture."""
        age = age_s(time, now)
        captured = self.captured(age)
        if captured <= 0:
            return None
        stop = sky.arrival(time, self.dms_pc_cm3[-1], DUMP_BAND.bottom_mhz) + seconds(self.delay_s)
        duration_s = self.most_s + (stop - now).total_seconds()
        return DumpPlan(
            stop=stop,
            done=now + seconds(files(duration_s) * DUMP_FILE_S - self.most_s),
            duration_s=duration_s,
            lookback_s=self.lookback_s(age),
            captured=captured,
            deadline=time + seconds(self.latest_age_s(min_captured)),
        )

    def lookback_s(self, age_s: float) -> float:
        """Return how much of the past is needed for all of the smallest DM: never more than is surely there."""
        return min(self.least_s, max(0.0, age_s - sky.delay_s(self.dms_pc_cm3[0], DUMP_BAND.top_mhz)))


@lru_cache(maxsize=16)  # it follows from the settings alone
def _latest_age_s(ring: Ring, share: float) -> float:
    early_s = ring.least_s
    late_s = ring.least_s + sky.delay_s(ring.dms_pc_cm3[-1], DUMP_BAND.bottom_mhz)
    for _ in range(HALVINGS):
        middle_s = (early_s + late_s) / 2
        early_s, late_s = (middle_s, late_s) if ring.captured(middle_s) >= share else (early_s, middle_s)
    return early_s


def ring_of(limits: LwaLimits, search: LvkLimits | GrbLimits) -> Ring:
    """Return the ring as these limits have it, with the DMs and the delay that a scenario looks for."""
    steps = max(0, math.ceil((search.dm_max - search.dm_min) / search.dm_step - SLACK))
    dms = tuple(search.dm_min + number * search.dm_step for number in range(steps))
    return Ring(limits.ring_min_s, limits.ring_max_s, (*dms, max(search.dm_min, search.dm_max)), search.delay_s)


def written_share(command: Command, now: datetime, ring_most_s: float) -> float:
    """Return how much of a dump that is being written is on disk, 0 to 1; 0 before it began, 1 once it has ended.

    A client reports in `on` when its first sample is from, which was the oldest in the ring when it began.
    """
    if command.state != "acting":
        return float(command.final)
    oldest, end = _moment(command.detail.get("on")), command.until or _moment(command.args.get("stop"))
    if end is None:
        return 1.0
    began = max(command.made, min(oldest, end) + seconds(ring_most_s)) if oldest else command.made
    if end <= began:
        return 1.0
    return min(1.0, max(0.0, (now - began) / (end - began)))


def _moment(value: object) -> datetime | None:
    try:
        return parse_utc(value)
    except (ValueError, OverflowError):
        return None


def files(duration_s: float) -> int:
    """Return in how many files of each pipeline that many seconds are."""
    return math.ceil(duration_s / DUMP_FILE_S - SLACK)


def _later(dm_pc_cm3: float, after_s: float) -> float:
    """Return the share of the dump's band in which a burst comes later than that after infinite frequency."""
    reached_mhz = sky.frequency_mhz(dm_pc_cm3, after_s)
    return max(0.0, min(reached_mhz, DUMP_BAND.top_mhz) - DUMP_BAND.bottom_mhz) / DUMP_BAND.width_mhz
