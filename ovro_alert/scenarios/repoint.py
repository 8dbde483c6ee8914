"""DSA-110 turned to a source's declination: when it transits, what that costs, how long people may think. Pure.

The dishes move along the meridian alone. A CHIME burst has passed it before CHIME saw it, so it is always the next
transit: nearly a day for people to decide.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import NamedTuple

from ovro_alert.meridian import SIDEREAL_DAY_S, dish_elevation_deg, next_transit, of_date
from ovro_alert.observatory import DSA_HALF_POWER_DEG, DSA_SLEW_S_PER_DEG, DSA_TRANSIT_S
from ovro_alert.scenarios.limits import DsaLimits
from ovro_alert.times import age_s, seconds


class RepointPlan(NamedTuple):
    """One transit of a source over DSA-110, and the way there and back; declinations are of date, degrees.

    `slew_s` is one way, `arm_s` what the search then needs to begin anew; at `deadline` the proposal runs out.
    """

    dec_deg: float
    dec_now_deg: float | None
    transit: datetime
    in_beam_s: float
    slew_s: float
    arm_s: float
    deadline: datetime

    @property
    def elevation_deg(self) -> float:
        """What the dishes are told: degrees from the south over the zenith."""
        return dish_elevation_deg(self.dec_deg)

    @property
    def start(self) -> datetime:
        """When the source enters the beam."""
        return self.transit - seconds(self.in_beam_s / 2)

    @property
    def until(self) -> datetime:
        """When it has left the beam."""
        return self.transit + seconds(self.in_beam_s / 2)

    @property
    def search_off_s(self) -> float:
        """How long nothing is searched: the way there and the way back, each with its arming."""
        return 2 * (self.slew_s + self.arm_s)

    @property
    def searching(self) -> datetime:
        """When the search runs again at the declination of now."""
        return self.until + seconds(self.slew_s + self.arm_s)

    @property
    def away_s(self) -> float:
        """How long the declination of now is not searched."""
        return self.search_off_s + self.in_beam_s


def plan_repoint(
    ra_deg: float, dec_deg: float, dec_now_deg: float | None, now: datetime, limits: DsaLimits
) -> RepointPlan:
    """Plan a repointing to an ICRS position, degrees, from a declination of date (None: not known).

    It is the first transit for which people have `proposal_least_s` to decide.
    """
    there_deg = of_date(ra_deg, dec_deg, now).dec_deg
    slew_s = slew_length_s(there_deg, dec_now_deg, limits.slew_unknown_s)
    in_beam_s = transit_length_s(there_deg)
    transit = next_transit(ra_deg, dec_deg, now)
    before_s = in_beam_s / 2 + slew_s + limits.arm_s + limits.proposal_margin_s
    missing_s = limits.proposal_least_s - (-age_s(transit, now) - before_s)
    transit += seconds(SIDEREAL_DAY_S * max(0, math.ceil(missing_s / SIDEREAL_DAY_S)))
    return RepointPlan(there_deg, dec_now_deg, transit, in_beam_s, slew_s, limits.arm_s, transit - seconds(before_s))


def slew_length_s(there_deg: float, from_deg: float | None, unknown_s: float) -> float:
    """Return how long the dishes drive between two declinations of date, seconds; `unknown_s` if one is not known."""
    return unknown_s if from_deg is None else abs(there_deg - from_deg) * DSA_SLEW_S_PER_DEG


def transit_length_s(dec_deg: float) -> float:
    """Return how long a source of that declination of date is within half power, seconds; at most a sidereal day."""
    cosine = math.cos(math.radians(dec_deg))
    return min(DSA_TRANSIT_S / cosine, SIDEREAL_DAY_S) if cosine > 0 else SIDEREAL_DAY_S


def response(offset_deg: float) -> float:
    """Return the primary beam's power response at that angle from its axis, 0 to 1, for a Gaussian beam."""
    return math.exp(-4 * math.log(2) * (offset_deg / DSA_HALF_POWER_DEG) ** 2)
