"""Which optical transients are proposed to SPRITE."""

from __future__ import annotations

from pydantic import Field

from ovro_alert.nouns import Form
from ovro_alert.scenarios.limits.limit import limit


class OpticalLimits(Form):
    """Which optical transients are proposed to SPRITE."""

    max_ahead_s: float = limit(5, "s", "a transient further in the future is not believed", "assumed", ge=0, le=120)
    classes: str = Field(
        default="LFBOT, TDE, SN Ic-BL, SN IIn, nova, GRB afterglow, unknown-fast",
        max_length=2000,
        description="classes that are proposed, commas between",
        json_schema_extra={"unit": "", "source": "assumed"},
    )
    fast_classes: str = Field(
        default="LFBOT, GRB afterglow",
        max_length=2000,
        description="those of them that fade fast",
        json_schema_extra={"unit": "", "source": "assumed"},
    )
    min_probability: float = limit(0.5, "", "least probability of the class", "assumed", ge=0, le=1)
    max_age_days: float = limit(30, "d", "since first detection", "assumed", gt=0, le=366)
    max_fast_age_days: float = limit(7, "d", "the same for those that fade fast", "assumed", gt=0, le=366)
    max_error_arcsec: float = limit(5, "arcsec", "largest position error", "assumed", gt=0, le=3600)
    min_dec_deg: float = limit(-30, "deg", "southernmost declination", "assumed", ge=-90, le=90)
    min_elevation_deg: float = limit(20, "deg", "least elevation", "assumed", ge=0, le=90)
    min_up_s: float = limit(3600, "s", "least time above that in the next 24 h", "assumed", ge=0, le=86400)
    once_in_days: float = limit(14, "d", "in which one name is proposed once", "assumed", ge=0, le=14)
    deadline_s: float = limit(1800, "s", "the proposal ends so long before the window does", "assumed", ge=0, le=86400)
    priority: int = limit(30, "", "priority", "assumed", ge=0, le=100)
