"""Every threshold of the scenarios: its default, unit and source. `python -m ovro_alert settings` lists them.

Sources: *assumed* is to be confirmed on site or by the science team; *computed* follows from what is named.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from ovro_alert.nouns import Form


def _limit(default: float, unit: str, says: str, source: str, **bounds: float) -> Any:  # noqa: ANN401 - as pydantic's Field
    return Field(default=default, description=says, json_schema_extra={"unit": unit, "source": source}, **bounds)  # type: ignore[call-overload]


class LwaLimits(Form):
    """When a beam of OVRO-LWA is worth it, and what of the telescope may be used."""

    beam_lead_s: float | Literal["auto"] = Field(
        default=18.0,
        description="from the decision to the first sample; auto: the median of the last 20 beams",
        json_schema_extra={
            "unit": "s",
            "source": "scheduler 3 s, recorder 15 s (ovro-lwa/observing executor.py; lwa-project/ovro_data_recorder)",
        },
    )
    beam_lead_floor_s: float = _limit(5, "s", "an `auto` lead is never shorter", "assumed", ge=0, le=600)
    min_elevation_deg: float = _limit(20, "deg", "no beam below this elevation", "assumed", ge=0, le=90)
    min_caught: float = _limit(0.25, "", "least share of 43.2-82.8 MHz that a beam must catch", "assumed", gt=0, le=1)
    max_r95_deg: float = _limit(
        1.0,
        "deg",
        "largest 95 % position error for one beam",
        "computed: mean gain 0.78 at 53 MHz (ovro-lwa/lwa-antpos)",
        gt=0,
        le=180,
    )
    max_beam_s: float = _limit(3600, "s", "longest beam: the whole sweep up to DM 1650", "assumed", ge=30, le=43200)
    min_beam_s: float = _limit(30, "s", "shortest beam", "assumed", gt=0, le=3600)
    beam_tail_s: float = _limit(
        10, "s", "recorded after the burst has left the band", "as ovro-alert did", ge=0, le=600
    )
    dm_error_pc_cm3: float = _limit(2, "pc/cm³", "error of a DM that is given without one", "assumed", ge=0, le=100)
    beam_guard_s: float = _limit(
        20,
        "s",
        "kept free before and after another session",
        "recorder ends 14 s late (observing executor.py)",
        ge=0,
        le=600,
    )
    covered_widths: float = _limit(
        0.25, "half-power width at 82.8 MHz", "two positions nearer than this are one beam", "computed", gt=0, le=1
    )
    moved_s: float = _limit(10, "s", "a later end of the sweep that is worth a new command", "assumed", gt=0, le=3600)
    status_fresh_s: float = _limit(60, "s", "an older telescope status is not known", "assumed", gt=0, le=3600)
    beams_per_day: int = _limit(24, "", "beams in 24 h", "assumed", ge=0, le=10000)
    hours_per_day: float = _limit(6, "h", "hours of beam in 24 h", "assumed", ge=0, le=24)
    tb_per_day: float = _limit(
        2, "TB", "voltage data in 24 h, at 79 MB/s", "assumed; rate lwa-project/ovro_data_recorder", ge=0, le=1000
    )


class ChimeLimits(Form):
    """Which CHIME/FRB bursts OVRO-LWA follows."""

    max_ahead_s: float = _limit(5, "s", "an event further in the future is not believed", "assumed", ge=0, le=120)
    min_importance: float = _limit(
        0.90, "", "least machine-learning score", "assumed; CHIME/FRB VOEvent tutorial: prefer > 0.9", ge=0, le=1
    )
    min_association: float = _limit(0.90, "", "least probability of CHIME's own association", "assumed", ge=0, le=1)
    chi2_max: float = _limit(
        14.2,
        "",
        "largest χ² (two angles and DM) of a match with the repeater table",
        "computed: 99.7 % of 3 dof",
        gt=0,
        le=100,
    )
    chi2_margin: float = _limit(
        4, "", "a second source within this χ² of the best makes a match ambiguous", "assumed", ge=0, le=100
    )
    max_chance: float = _limit(1e-3, "", "largest probability that a match is by chance", "assumed", gt=0, le=1)
    max_contamination: float = _limit(
        0.5,
        "",
        "a repeater whose contamination rate is not below this is a candidate",
        "doi:10.3847/1538-4357/acc6c1",
        ge=0,
    )
    dm_scatter_pc_cm3: float = _limit(
        3, "pc/cm³", "real-time DM against fitted DM, 1 σ", "computed from doi:10.3847/1538-4357/acc6c1", ge=0, le=100
    )
    position_chi2_max: float = _limit(
        13.8, "", "largest χ² (two angles) at which notice and table agree", "computed: 99.9 % of 2 dof", gt=0, le=100
    )
    one_offs: Literal["off", "near", "all"] = Field(
        default="off",
        description="bursts of no known repeater: none, those that are near and well measured, or all",
        json_schema_extra={"unit": "", "source": "assumed"},
    )
    near_importance: float = _limit(0.98, "", "one_offs = near: least importance", "assumed", ge=0, le=1)
    near_snr: float = _limit(12, "", "one_offs = near: least S/N", "assumed", ge=0)
    near_dm_excess_pc_cm3: float = _limit(
        200, "pc/cm³", "one_offs = near: largest DM beyond the Milky Way", "assumed", ge=0, le=20000
    )
    near_r95_deg: float = _limit(0.7, "deg", "one_offs = near: largest 95 % position error", "assumed", gt=0, le=180)
    near_max_beam_s: float = _limit(1200, "s", "one_offs = near: longest beam", "assumed", ge=30, le=43200)
    near_every_days: float = _limit(
        5, "d", "one_offs = near: at most one beam in so many days", "assumed", ge=0, le=366
    )
    priority_repeater: int = _limit(70, "", "priority of a repeater that CHIME names", "assumed", ge=0, le=100)
    priority_match: int = _limit(55, "", "priority of a match with the repeater table", "assumed", ge=0, le=100)
    priority_one_off: int = _limit(40, "", "priority of a burst of no known repeater", "assumed", ge=0, le=100)


class DrillLimits(Form):
    """How often a notice that is only a test makes a drill."""

    from_tests_every_s: float = _limit(
        21600, "s", "at most one drill of a scenario in so long", "assumed: LIGO/Virgo/KAGRA send 70 mocks a day", ge=0
    )
    deadline_s: float = _limit(300, "s", "how long a drill waits for its client", "assumed", gt=0, le=3600)


class Limits(Form):
    """All of them."""

    lwa: LwaLimits = LwaLimits()
    chime: ChimeLimits = ChimeLimits()
    drills: DrillLimits = DrillLimits()
