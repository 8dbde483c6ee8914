"""Which requests of Flarescope OVRO-LWA follows."""

from __future__ import annotations

from ovro_alert.nouns import Form
from ovro_alert.scenarios.limits.limit import limit

SCHEDULER = "ovro-lwa/lwa-observing, executor.py"


class FlarescopeLimits(Form):
    """Which requests of Flarescope OVRO-LWA follows."""

    beam: int = limit(
        5, "", "the beam of a power recording", "assumed; 1 is for bursts, 2 the Sun, 4 Jupiter", ge=1, le=16
    )
    min_duration_s: float = limit(60, "s", "shortest recording", SCHEDULER, gt=0, le=43200)
    max_duration_s: float = limit(43200, "s", "longest recording", SCHEDULER, gt=0, le=43200)
    max_voltage_s: float = limit(
        3600, "s", "longest voltage recording: it keeps every burst out", "assumed", gt=0, le=43200
    )
    max_integration_ms: float = limit(1024, "ms", "longest integration", "ovro_data_recorder", gt=0, le=1024)
    lead_s: float = limit(70, "s", "a start this far away can be scheduled", SCHEDULER, ge=0, le=3600)
    ahead_days: float = limit(14, "d", "how far ahead a start may be", "assumed", gt=0, le=60)
    min_up: float = limit(0.8, "", "least share of the time above lwa.min_elevation_deg", "assumed", ge=0, le=1)
    buffer_margin_s: float = limit(
        60, "s", "a scheduled session must be told so long before its start", SCHEDULER, ge=0, le=3600
    )
    priority: int = limit(30, "", "priority", "assumed", ge=0, le=100)
