"""A sky map: where in the sky an event may be, pixel by pixel, and how much of it stands above a horizon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from ovro_alert import sky
from ovro_alert.observatory import OVRO_LWA, Site
from ovro_alert.sky import Angles


class SkyMap(NamedTuple):
    """Pixel centres, ICRS degrees, and the probability in each pixel; three arrays of one length."""

    ra_deg: Angles
    dec_deg: Angles
    probability: Angles

    @property
    def total(self) -> float:
        """The probability in the whole map: 1, within rounding, if it is a good one."""
        return float(self.probability.sum())

    def above(self, limits_deg: Sequence[float], moment: datetime, site: Site = OVRO_LWA) -> tuple[float, ...]:
        """Return how much of the probability stands at or above each elevation at that moment, by pixel centres."""
        elevations_deg = sky.elevations_deg(self.ra_deg, self.dec_deg, moment, site)
        return tuple(float(self.probability[elevations_deg >= limit].sum()) for limit in limits_deg)
