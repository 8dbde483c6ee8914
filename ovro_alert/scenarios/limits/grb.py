"""Which gamma-ray bursts are followed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ovro_alert.nouns import Form
from ovro_alert.scenarios.limits.limit import limit


class GrbLimits(Form):
    """Which gamma-ray bursts are short, and what OVRO-LWA does about them."""

    max_ahead_s: float = limit(5, "s", "a burst further in the future is not believed", "assumed", ge=0, le=120)
    command: Literal["none", "beam", "dump", "both"] = Field(
        default="none",
        description="what a short burst may lead to",
        json_schema_extra={"unit": "", "source": "off until asked for"},
    )
    max_timescale_s: float = limit(
        0.512, "s", "longest trigger timescale of a short burst (Fermi, Swift)", "78 % complete, 68 % pure", gt=0, le=64
    )
    min_prob: float = limit(
        50, "%", "least probability by Fermi that it is a burst", "Fermi GBM; as TraceT", ge=0, le=100
    )
    svom_grm_s: float = limit(0.1, "s", "longest timescale of a short burst in SVOM GRM", "assumed", gt=0, le=64)
    svom_eclairs_s: float = limit(0.64, "s", "the same in SVOM ECLAIRs", "assumed", gt=0, le=64)
    max_duration_s: float = limit(2, "s", "longest duration of a short burst (GECAM, GUANO)", "T90 < 2 s", gt=0, le=64)
    min_class: float = limit(
        0.5, "", "least probability by GUANO or GBM JSON that it is a burst", "assumed", ge=0, le=1
    )
    ep_r95_deg: float = limit(
        0.2, "deg", "Einstein Probe: largest position error worth telling", "assumed", gt=0, le=180
    )
    visible_after_s: float = limit(60, "s", "from now at which it must be up", "assumed", ge=0, le=3600)
    min_visible_command: float = limit(0.50, "", "least probability to be up, for a command", "assumed", ge=0, le=1)
    min_visible_message: float = limit(0.10, "", "the same, for people to be told", "assumed", ge=0, le=1)
    dm_min: float = limit(100, "pc/cm³", "smallest DM of a dump", "assumed", gt=0, le=20000)
    dm_max: float = limit(
        500, "pc/cm³", "largest DM of a dump, and that for which a beam must be in time", "assumed", gt=0, le=20000
    )
    dm_step: float = limit(50, "pc/cm³", "between the DMs over which the mean is taken", "assumed", gt=0, le=1000)
    beam_dm_max: float = limit(
        1000, "pc/cm³", "a beam lasts until this DM has left the band", "assumed", gt=0, le=20000
    )
    delay_s: float = limit(60, "s", "of emission after the burst", "assumed", ge=0, le=3600)
    min_captured: float = limit(0.50, "", "least share of the band that the ring still holds", "assumed", gt=0, le=1)
    priority: int = limit(50, "", "priority of a beam or a dump", "assumed", ge=0, le=100)
