"""Which triggers of GREX OVRO-LWA follows."""

from __future__ import annotations

from ovro_alert.nouns import Form
from ovro_alert.scenarios.limits.limit import limit


class GrexLimits(Form):
    """Which triggers of GREX OVRO-LWA follows."""

    max_ahead_s: float = limit(5, "s", "a trigger further in the future is not believed", "assumed", ge=0, le=120)
    min_stations: int = limit(2, "", "stations that must have seen it", "assumed", ge=1, le=100)
    min_snr_alone: float = limit(15, "", "least S/N at which one station alone makes a proposal", "assumed", ge=0)
    pulsar_dm: float = limit(1.0, "pc/cm³", "a bright pulsar's DM is nearer than this", "assumed", ge=0, le=100)
    magnetar_dm: float = limit(10, "pc/cm³", "a watched magnetar's DM is nearer than this", "assumed", ge=0, le=1000)
    min_magnetar_el_deg: float = limit(
        20, "deg", "a watched magnetar must be this high to be taken", "assumed", ge=0, le=90
    )
    min_captured: float = limit(
        0.5, "", "least share of the dump's band that the ring still holds", "assumed", gt=0, le=1
    )
    delay_s: float = limit(10, "s", "recorded after the burst has left the band", "assumed", ge=0, le=3600)
    dm_error_pc_cm3: float = limit(2, "pc/cm³", "error of a DM that is given without one", "assumed", ge=0, le=100)
    priority: int = limit(85, "", "priority", "assumed", ge=0, le=100)
