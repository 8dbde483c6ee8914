"""Where and when, as a VOEvent writes it: UTC and degrees of FK5 or ICRS, or why not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ovro_alert.reading.figures import moment
from ovro_alert.reading.places import Place, place, scale_to_95
from ovro_alert.reading.voevent import WrittenPlace

DEGREES = frozenset({"", "deg", "degree", "degrees"})


def time_of(where: WrittenPlace) -> tuple[datetime | None, str | None]:
    """Return the time, or None with the reason; a date that never was is no reason to refuse a notice."""
    if where.time and where.frame and not where.frame.upper().startswith("UTC"):
        return None, f"no time: given in {where.frame!r:.40}, not in UTC"
    try:
        return moment(where.time), None
    except ValueError as error:
        return None, f"no time: {error}"


def place_of(where: WrittenPlace, axes: Sequence[object] = (None, None), containment: float = 0.95) -> Place:
    """Return the position; its error is of the containment given, along RA and Dec or, without these, around."""
    unit, frame = where.unit.strip().lower(), where.frame.upper()
    if unit not in DEGREES:
        return Place(position_note=f"no position: given in {unit!r:.40}, not in degrees")
    if frame and "FK5" not in frame and "ICRS" not in frame:
        return Place(position_note=f"no position: given in {frame!r:.40}, neither FK5 nor ICRS")
    return place(where.ra, where.dec, axes, where.radius, scale_to_95(containment))
