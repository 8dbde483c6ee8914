"""Bursts of no known repeater that are worth a beam all the same: near, well measured, rare."""

from __future__ import annotations

from ovro_alert.scenarios.burst import Burst
from ovro_alert.scenarios.gates import at_least, at_most, checked, missing
from ovro_alert.scenarios.limits import ChimeLimits
from ovro_alert.verdicts import Gate


def near_gates(burst: Burst, r95_deg: float | None, days_since: float | None, limits: ChimeLimits) -> tuple[Gate, ...]:
    """Return what a burst of no known repeater must be under `one_offs = near`."""
    excess = None
    if burst.dm_pc_cm3 is not None and burst.dm_gal_pc_cm3 is not None:
        excess = burst.dm_pc_cm3 - burst.dm_gal_pc_cm3
    return (
        _extragalactic(burst.event_type),
        at_least("near importance", burst.importance, limits.near_importance, "", "importance"),
        at_least("near snr", burst.snr, limits.near_snr, "", "S/N"),
        at_most("near dm", excess, limits.near_dm_excess_pc_cm3, "pc/cm³", "DM beyond the Milky Way"),
        at_most("near position_error", r95_deg, limits.near_r95_deg, "deg", "position error (r95)"),
        checked("near rare", passes=True, says="no beam on a one-off yet")
        if days_since is None
        else at_least("near rare", days_since, limits.near_every_days, "d", "since the last beam on a one-off"),
    )


def _extragalactic(event_type: str | None) -> Gate:
    if event_type is None:
        return missing("near extragalactic", "event type not given")
    passes = event_type.upper() == "EXTRAGALACTIC"
    return checked("near extragalactic", passes=passes, says=f"event type {event_type}", value=event_type)
