"""Is this burst one of a known repeater? Position and DM against the table, and the chance that it only looks so."""

from __future__ import annotations

import math
from typing import NamedTuple

from ovro_alert.catalogue.repeaters import Repeater
from ovro_alert.scenarios.limits import ChimeLimits
from ovro_alert.scenarios.position import Position, listed, offsets_deg

SKY_SEEN_DEG2 = 24562.0
"""Sky north of −11°, which is what CHIME sees."""
DM_MEDIAN_PC_CM3 = 495.0
DM_SIGMA_LN = 0.66
"""Log-normal spread of the DMs of fast radio bursts (assumed; near that of CHIME/FRB's first catalogue)."""


class Match(NamedTuple):
    """One source of the table and how far the burst is from it, χ² of three degrees of freedom."""

    repeater: Repeater
    chi2: float


class Matching(NamedTuple):
    """The nearest source, the next one, and the probability that a burst of no repeater falls this near to any."""

    best: Match
    second: Match | None
    chance: float


def match_table(
    position: Position, dm_pc_cm3: float, dm_error_pc_cm3: float, repeaters: tuple[Repeater, ...], limits: ChimeLimits
) -> Matching | None:
    """Compare a burst with every region of the table; None if the table is empty."""
    matches: list[Match] = []
    expected = 0.0
    for repeater in repeaters:
        sigma_dm = math.hypot(dm_error_pc_cm3, repeater.dm_spread_pc_cm3, limits.dm_scatter_pc_cm3)
        dm_chi2 = ((repeater.dm_pc_cm3 - dm_pc_cm3) / sigma_dm) ** 2
        nearest = math.inf
        for region in map(listed, repeater.regions):
            sigma_x = math.hypot(position.ra_error_deg or 0, region.ra_error_deg or 0)
            sigma_y = math.hypot(position.dec_error_deg or 0, region.dec_error_deg or 0)
            dx_deg, dy_deg = offsets_deg(position, region)
            nearest = min(nearest, (dx_deg / sigma_x) ** 2 + (dy_deg / sigma_y) ** 2)
            expected += sigma_x * sigma_y * sigma_dm * dm_density(repeater.dm_pc_cm3)
        matches.append(Match(repeater, nearest + dm_chi2))
    if not matches:
        return None
    first, *others = sorted(matches, key=lambda match: match.chi2)
    volume = 4 / 3 * math.pi * limits.chi2_max**1.5 / SKY_SEEN_DEG2
    return Matching(first, others[0] if others else None, -math.expm1(-volume * expected))


def dm_density(dm_pc_cm3: float) -> float:
    """Return the probability density of DM among fast radio bursts, per pc/cm³."""
    scaled = math.log(dm_pc_cm3 / DM_MEDIAN_PC_CM3) / DM_SIGMA_LN
    return math.exp(-(scaled**2) / 2) / (dm_pc_cm3 * DM_SIGMA_LN * math.sqrt(2 * math.pi))
