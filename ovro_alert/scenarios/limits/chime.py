"""Which CHIME/FRB bursts are followed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ovro_alert.nouns import Form
from ovro_alert.scenarios.limits.limit import limit


class ChimeLimits(Form):
    """Which CHIME/FRB bursts OVRO-LWA follows."""

    max_ahead_s: float = limit(5, "s", "an event further in the future is not believed", "assumed", ge=0, le=120)
    min_importance: float = limit(
        0.90, "", "least machine-learning score", "assumed; CHIME/FRB VOEvent tutorial: prefer > 0.9", ge=0, le=1
    )
    min_association: float = limit(0.90, "", "least probability of CHIME's own association", "assumed", ge=0, le=1)
    chi2_max: float = limit(
        14.2,
        "",
        "largest χ² (two angles and DM) of a match with the repeater table",
        "computed: 99.7 % of 3 dof",
        gt=0,
        le=100,
    )
    chi2_margin: float = limit(
        4, "", "a second source within this χ² of the best makes a match ambiguous", "assumed", ge=0, le=100
    )
    max_chance: float = limit(1e-3, "", "largest probability that a match is by chance", "assumed", gt=0, le=1)
    max_contamination: float = limit(
        0.5,
        "",
        "a repeater whose contamination rate is not below this is a candidate",
        "doi:10.3847/1538-4357/acc6c1",
        ge=0,
    )
    dm_scatter_pc_cm3: float = limit(
        3, "pc/cm³", "real-time DM against fitted DM, 1 σ", "computed from doi:10.3847/1538-4357/acc6c1", ge=0, le=100
    )
    position_chi2_max: float = limit(
        13.8, "", "largest χ² (two angles) at which notice and table agree", "computed: 99.9 % of 2 dof", gt=0, le=100
    )
    one_offs: Literal["off", "near", "all"] = Field(
        default="off",
        description="bursts of no known repeater: none, those that are near and well measured, or all",
        json_schema_extra={"unit": "", "source": "assumed"},
    )
    near_importance: float = limit(0.98, "", "one_offs = near: least importance", "assumed", ge=0, le=1)
    near_snr: float = limit(12, "", "one_offs = near: least S/N", "assumed", ge=0)
    near_dm_excess_pc_cm3: float = limit(
        200, "pc/cm³", "one_offs = near: largest DM beyond the Milky Way", "assumed", ge=0, le=20000
    )
    near_r95_deg: float = limit(0.7, "deg", "one_offs = near: largest 95 % position error", "assumed", gt=0, le=180)
    near_max_beam_s: float = limit(1200, "s", "one_offs = near: longest beam", "assumed", ge=30, le=43200)
    near_every_days: float = limit(5, "d", "one_offs = near: at most one beam in so many days", "assumed", ge=0, le=366)
    priority_repeater: int = limit(70, "", "priority of a repeater that CHIME names", "assumed", ge=0, le=100)
    priority_match: int = limit(55, "", "priority of a match with the repeater table", "assumed", ge=0, le=100)
    priority_one_off: int = limit(40, "", "priority of a burst of no known repeater", "assumed", ge=0, le=100)
