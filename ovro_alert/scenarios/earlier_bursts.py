"""A burst beside the earlier ones of the journal: place and DM, and the chance that two only look alike."""

from __future__ import annotations

import math
from typing import NamedTuple

from ovro_alert.alerts import KeptAlert
from ovro_alert.circumstances import Circumstances
from ovro_alert.scenarios.burst import DM_LIMIT_PC_CM3, Burst
from ovro_alert.scenarios.gates import known
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.position import noticed, position_chi2
from ovro_alert.scenarios.repeater_match import SKY_SEEN_DEG2, dm_density


class Likeness(NamedTuple):
    """An earlier burst, χ² of three degrees of freedom, and the probability that any burst kept here is so near."""

    other: KeptAlert
    chi2: float
    chance: float

    @property
    def says(self) -> str:
        """Say which one, and how near."""
        when = f" of {self.other.time:%Y-%m-%d}" if self.other.time else ""
        return f"{self.other.event}{when} (χ² {self.chi2:.1f}, by chance {self.chance:.1e})"


def nearest(burst: Burst, circumstances: Circumstances, limits: Limits) -> Likeness | None:
    """Return the earlier burst that is most like this one, with the chance among all that are kept."""
    bursts = max(circumstances.chime_bursts, len(circumstances.alike))
    found = [like(burst, other, limits, bursts) for other in circumstances.alike]
    return min((one for one in found if one is not None), key=lambda one: one.chi2, default=None)


def like(burst: Burst, other: KeptAlert, limits: Limits, bursts: int = 1) -> Likeness | None:
    """Compare a burst with an earlier one; None where they differ, or one lacks its place, error or DM.

    The chance is that of being so near to any of `bursts` that are as well measured as this pair.
    """
    here = next((place for teller in burst.tellers if (place := noticed(teller)) is not None), None)
    there = noticed(other)
    dm = known(other.dm_pc_cm3, 0, DM_LIMIT_PC_CM3)
    if here is None or there is None or not dm or burst.dm_pc_cm3 is None:
        return None
    if here.ra_error_deg is None or there.ra_error_deg is None:
        return None
    sigma_x = math.hypot(here.ra_error_deg, there.ra_error_deg)
    sigma_y = math.hypot(here.dec_error_deg or 0, there.dec_error_deg or 0)
    errors = (burst.dm_error_pc_cm3, known(other.dm_error_pc_cm3, 0, DM_LIMIT_PC_CM3))
    given = (limits.lwa.dm_error_pc_cm3 if error is None else error for error in errors)
    sigma_dm = math.hypot(*given, limits.chime.dm_scatter_pc_cm3)
    chi2 = position_chi2(here, there) + ((dm - burst.dm_pc_cm3) / sigma_dm) ** 2
    if chi2 >= limits.chime.chi2_max:
        return None
    volume = 4 / 3 * math.pi * limits.chime.chi2_max**1.5 / SKY_SEEN_DEG2
    expected = bursts * volume * sigma_x * sigma_y * sigma_dm * dm_density(burst.dm_pc_cm3)
    return Likeness(other, chi2, -math.expm1(-expected))
