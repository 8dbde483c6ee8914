"""What of OVRO-LWA may be used, and when it is worth it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ovro_alert.nouns import Form
from ovro_alert.scenarios.limits.limit import limit


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
    beam_lead_floor_s: float = limit(5, "s", "an `auto` lead is never shorter", "assumed", ge=0, le=600)
    min_elevation_deg: float = limit(20, "deg", "no beam below this elevation", "assumed", ge=0, le=90)
    min_caught: float = limit(0.25, "", "least share of 43.2-82.8 MHz that a beam must catch", "assumed", gt=0, le=1)
    max_r95_deg: float = limit(
        1.0,
        "deg",
        "largest 95 % position error for one beam",
        "computed: mean gain 0.78 at 53 MHz (ovro-lwa/lwa-antpos)",
        gt=0,
        le=180,
    )
    max_beam_s: float = limit(3600, "s", "longest beam: the whole sweep up to DM 1650", "assumed", ge=30, le=43200)
    min_beam_s: float = limit(30, "s", "shortest beam", "assumed", gt=0, le=3600)
    beam_tail_s: float = limit(10, "s", "recorded after the burst has left the band", "as ovro-alert did", ge=0, le=600)
    dm_error_pc_cm3: float = limit(2, "pc/cm³", "error of a DM that is given without one", "assumed", ge=0, le=100)
    beam_guard_s: float = limit(
        20,
        "s",
        "kept free before and after another session",
        "recorder ends 14 s late (observing executor.py)",
        ge=0,
        le=600,
    )
    covered_widths: float = limit(
        0.25, "half-power width at 82.8 MHz", "two positions nearer than this are one beam", "computed", gt=0, le=1
    )
    moved_s: float = limit(10, "s", "a later end of the sweep that is worth a new command", "assumed", gt=0, le=3600)
    status_fresh_s: float = limit(60, "s", "an older telescope status is not known", "assumed", gt=0, le=3600)
    beams_per_day: int = limit(24, "", "beams in 24 h", "assumed", ge=0, le=10000)
    hours_per_day: float = limit(6, "h", "hours of beam in 24 h", "assumed", ge=0, le=24)
    tb_per_day: float = limit(
        2, "TB", "voltage data in 24 h, at 79 MB/s", "assumed; rate lwa-project/ovro_data_recorder", ge=0, le=1000
    )
    ring_min_s: float = limit(
        120,
        "s",
        "of the past that the ring surely holds",
        "caltech-bifrost-dsp; to be confirmed on site",
        ge=0,
        le=3600,
    )
    ring_max_s: float = limit(
        170,
        "s",
        "of the past with which a dump may begin",
        "caltech-bifrost-dsp; to be confirmed on site",
        ge=0,
        le=3600,
    )
    dumps_per_day: int = limit(2, "", "dumps in 24 h", "assumed", ge=0, le=100)
    tb_until_offload: float = limit(
        50, "TB", "dumps since the disks were last emptied", "assumed: 64 TB of disk (ovro-lwa)", ge=0, le=10000
    )
