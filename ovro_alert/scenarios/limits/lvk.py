"""Which mergers are followed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ovro_alert.nouns import Form
from ovro_alert.scenarios.limits.limit import limit


class LvkLimits(Form):
    """Which mergers OVRO-LWA dumps its buffer for."""

    max_ahead_s: float = limit(5, "s", "a merger further in the future is not believed", "assumed", ge=0, le=120)
    early_warning_ahead_s: float = limit(
        120, "s", "the same for an early warning", "LVK user guide: 60 s before the merger", ge=0, le=3600
    )
    max_far_hz: float = limit(3.17e-8, "Hz", "largest false-alarm rate: one a year", "assumed", ge=0, le=1)
    coincident_far_hz: float = limit(
        3.9e-7, "Hz", "the same beside a gamma-ray burst: one a month", "assumed; LVK's own threshold", ge=0, le=1
    )
    joint_far_hz: float = limit(
        3.17e-8, "Hz", "largest joint false-alarm rate of merger and burst", "assumed", ge=0, le=1
    )
    max_terrestrial: float = limit(0.10, "", "largest probability of noise", "as ovro-alert did", ge=0, le=1)
    min_has_ns: float = limit(
        0.50, "", "least probability of a neutron star (or of BNS + NSBH)", "as ovro-alert did", ge=0, le=1
    )
    min_captured: float = limit(
        0.50, "", "least share of 50.15-86.90 MHz, mean over DM, that the ring still holds", "assumed", gt=0, le=1
    )
    dm_min: float = limit(
        50, "pc/cm³", "smallest DM searched", "arXiv:2512.18543 searched 100-400; assumed", gt=0, le=20000
    )
    dm_max: float = limit(400, "pc/cm³", "largest DM searched", "arXiv:2512.18543", gt=0, le=20000)
    dm_step: float = limit(50, "pc/cm³", "between the DMs over which the mean is taken", "assumed", gt=0, le=1000)
    delay_s: float = limit(60, "s", "of emission after the merger", "assumed", ge=0, le=3600)
    arrival_s: float = limit(
        174, "s", "after the merger at which visibility counts: DM 200 at 69 MHz", "computed", ge=0, le=7200
    )
    min_elevation_deg: float = limit(15, "deg", "what stands lower is not visible", "assumed", ge=0, le=90)
    min_visible: float = limit(0.10, "", "least probability of the sky map that is visible", "assumed", ge=0, le=1)
    map_tolerance: float = limit(1e-3, "", "by how much the sum of a sky map may miss 1", "assumed", gt=0, le=1)
    told_ns: float = limit(0.10, "", "significant, with BNS + NSBH above this: people are told", "assumed", ge=0, le=1)
    early_warning: Literal["message", "dump"] = Field(
        default="message",
        description="what an early warning may lead to",
        json_schema_extra={"unit": "", "source": "computed: the ring outlasts the wait for the preliminary"},
    )
    abort_on_retraction: bool = Field(
        default=True,
        description="ask a dump to stop that is less than half written when the merger is retracted",
        json_schema_extra={"unit": "", "source": "assumed: saves up to 11 TB"},
    )
    priority: int = limit(90, "", "priority of a dump", "assumed", ge=0, le=100)
