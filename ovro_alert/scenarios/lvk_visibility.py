"""L12: how much of a sky map is up when the signal arrives. No map, or a bad one, never stands in the way."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ovro_alert.mergers import Merger
from ovro_alert.scenarios.gates import at_least, checked
from ovro_alert.scenarios.limits import LvkLimits
from ovro_alert.sky_maps import SkyMap
from ovro_alert.times import seconds
from ovro_alert.verdicts import Gate

SHOWN_DEG = (5, 10, 15, 20, 30)
UNCHECKED = "(visibility not checked)"


class Visibility(NamedTuple):
    """Probability at or above some elevations at one moment; `total` is that of the whole map."""

    at: datetime
    total: float
    limit: float
    shown: tuple[float, ...]


def visibility(sky_map: SkyMap | None, time: datetime | None, limits: LvkLimits) -> Visibility | None:
    """Return how much is up at OVRO-LWA when the signal arrives; None without a map or a time."""
    if sky_map is None or time is None:
        return None
    at = time + seconds(limits.arrival_s)
    limit, *shown = sky_map.above((limits.min_elevation_deg, *SHOWN_DEG), at)
    return Visibility(at, sky_map.total, limit, tuple(shown))


def visible_gate(found: Visibility | None, merger: Merger, limits: LvkLimits) -> Gate:
    """L12: enough of it is up."""
    if found is None:
        return _unchecked(merger.map_note or "no map in this notice", limits)
    if abs(found.total - 1) > limits.map_tolerance:
        return _unchecked(f"map sums to {found.total:.4g}", limits)
    what = f"probability above {limits.min_elevation_deg:g}°"
    return at_least("L12 visible", found.limit, limits.min_visible, "", what)


def _unchecked(why: str, limits: LvkLimits) -> Gate:
    return checked("L12 visible", passes=True, says=f"{why} {UNCHECKED}", limit=limits.min_visible)
