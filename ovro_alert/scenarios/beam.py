"""A burst's sweep down the band of the OVRO-LWA voltage beam, and the beam that catches it."""

from __future__ import annotations

import math
import statistics
from datetime import datetime, timedelta
from typing import NamedTuple

from ovro_alert import sky
from ovro_alert.observatory import (
    BEAM_WIDTH_AZ_DEG_MHZ,
    BEAM_WIDTH_EL_DEG_MHZ,
    VOLTAGE_BYTES_PER_S,
    VOLTAGE_TUNINGS,
)
from ovro_alert.scenarios.limits import LwaLimits
from ovro_alert.times import seconds

BOTTOM_MHZ = VOLTAGE_TUNINGS[0].bottom_mhz
TOP_MHZ = VOLTAGE_TUNINGS[-1].top_mhz
WIDTH_MHZ = sum(band.width_mhz for band in VOLTAGE_TUNINGS)
LEADS_COUNTED = 20


class Sweep(NamedTuple):
    """A dispersed burst: UTC at infinite frequency, DM and its 1 σ error in pc/cm³."""

    time_inf: datetime
    dm_pc_cm3: float
    dm_error_pc_cm3: float

    def at(self, frequency_mhz: float) -> datetime:
        """Return the UTC at which it reaches a frequency."""
        return sky.arrival(self.time_inf, self.dm_pc_cm3, frequency_mhz)

    def frequency_mhz(self, moment: datetime) -> float:
        """Return the frequency that it has reached; infinite before its beginning."""
        return sky.frequency_mhz(self.dm_pc_cm3, (moment - self.time_inf).total_seconds())

    def end(self, tail_s: float) -> datetime:
        """Return when it has surely left the band: 3 σ of the DM and a tail after its arrival at the bottom."""
        return self.at(BOTTOM_MHZ) + seconds(tail_s + 3 * sky.delay_s(self.dm_error_pc_cm3, BOTTOM_MHZ))

    def caught(self, on: datetime, off: datetime) -> float:
        """Return the share of the two tunings that arrives between two moments, 0 to 1."""
        return sky.caught(self.time_inf, self.dm_pc_cm3, on, off)

    def latest_on(self, share: float, off: datetime) -> datetime | None:
        """Return the last moment from which that share is still caught before `off`; None if there is none."""
        top_mhz = top_for(share, self.frequency_mhz(off))
        return None if top_mhz is None else self.at(top_mhz)


def top_for(share: float, low_mhz: float = 0.0) -> float | None:
    """Return the frequency down from which that share of the tunings lies above `low_mhz`; 53.0 for a quarter."""
    left_mhz = share * WIDTH_MHZ
    for band in VOLTAGE_TUNINGS:
        bottom_mhz = max(low_mhz, band.bottom_mhz)
        if band.top_mhz - bottom_mhz >= left_mhz - 1e-9:
            return min(bottom_mhz + left_mhz, band.top_mhz)
        left_mhz -= max(0.0, band.top_mhz - bottom_mhz)
    return None


# ── the beam ──


def lead_s(limits: LwaLimits, reported_s: tuple[float, ...]) -> float:
    """Return how long from now until a beam is on: the setting, or what the last beams took."""
    if limits.beam_lead_s != "auto":
        return limits.beam_lead_s
    if not reported_s:
        return float(LwaLimits.model_fields["beam_lead_s"].default)
    return max(limits.beam_lead_floor_s, statistics.median(reported_s[:LEADS_COUNTED]))


def width_deg(frequency_mhz: float, elevation_deg: float) -> float:
    """Return the smaller half-power width of the beam, degrees."""
    sine = math.sin(math.radians(max(elevation_deg, 1.0)))
    return min(BEAM_WIDTH_AZ_DEG_MHZ, BEAM_WIDTH_EL_DEG_MHZ / sine) / frequency_mhz


def in_half_power(r95_deg: float, frequency_mhz: float, elevation_deg: float) -> float:
    """Return the probability that a source with this 95 % radius lies within half power, 0 to 1."""
    ratio = width_deg(frequency_mhz, elevation_deg) / 2 / max(r95_deg, 1e-6)
    return float(1 - 0.05 ** (ratio**2))


def gain(offset_deg: float, frequency_mhz: float, elevation_deg: float) -> float:
    """Return the beam's power gain at an offset, 0 to 1, for a Gaussian beam."""
    return math.exp(-4 * math.log(2) * (offset_deg / width_deg(frequency_mhz, elevation_deg)) ** 2)


class BeamPlan(NamedTuple):
    """A beam as it would be commanded: its elevations are degrees at `on`, when the burst enters the band, at `off`."""

    on: datetime
    off: datetime
    deadline: datetime | None
    caught: float
    elevation_on_deg: float
    elevation_top_deg: float
    elevation_off_deg: float
    cut_mhz: float | None = None
    sets: bool = False

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return (self.off - self.on).total_seconds()

    @property
    def size_gb(self) -> float:
        """Size of the recording, GB."""
        return self.duration_s * VOLTAGE_BYTES_PER_S / 1e9

    @property
    def lowest_deg(self) -> float:
        """The lower of the elevations when the beam goes on and when the burst enters the band."""
        return min(self.elevation_on_deg, self.elevation_top_deg)


class Terms(NamedTuple):
    """What one beam is planned under: the limits, the lead in seconds, the longest beam in seconds."""

    limits: LwaLimits
    lead_s: float
    max_beam_s: float


def plan_beam(sweep: Sweep, ra_deg: float, dec_deg: float, on: datetime, terms: Terms) -> BeamPlan:
    """Plan a beam at an ICRS position that goes on at `on`: how long, how high, what it catches, its deadline.

    It ends early when the source sets below the limit; `cut_mhz` says down to which frequency it hears the burst then.
    """
    limits = terms.limits
    off = min(sweep.end(limits.beam_tail_s), on + seconds(terms.max_beam_s))
    off = max(off, on + seconds(limits.min_beam_s))
    entered = max(on, sweep.at(TOP_MHZ))
    place = sky.place(ra_deg, dec_deg, on)
    elevation_on, elevation_top = (float(value) for value in place.elevation_deg([on, entered]))
    sets = None
    if min(elevation_on, elevation_top) >= limits.min_elevation_deg:
        sets = _sets(place, entered, off, limits.min_elevation_deg)
    off = sets or off
    latest = sweep.latest_on(limits.min_caught, off)
    return BeamPlan(
        on=on,
        off=off,
        deadline=latest and latest - seconds(terms.lead_s),
        caught=sweep.caught(on, off),
        elevation_on_deg=elevation_on,
        elevation_top_deg=elevation_top,
        elevation_off_deg=float(place.elevation_deg(off)[0]),
        cut_mhz=sweep.frequency_mhz(off) if off < sweep.at(BOTTOM_MHZ) else None,
        sets=sets is not None,
    )


def _sets(place: sky.Place, begin: datetime, end: datetime, limit_deg: float) -> datetime | None:
    """Return when a place first falls below the limit between two moments, within 1/1024 of the time, or None."""
    for _ in range(2):
        step = (end - begin) / 32
        if step <= timedelta(0):
            return None
        below = place.elevation_deg([begin + number * step for number in range(33)]) < limit_deg
        if not below.any():
            return None
        first = int(below.argmax())
        begin, end = begin + max(first - 1, 0) * step, begin + first * step
    return begin
