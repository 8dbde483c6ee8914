"""Where to point: the best of the notice, the repeater table and earlier notices of the same event."""

from __future__ import annotations

import math
from typing import NamedTuple

from ovro_alert import sky
from ovro_alert.alerts import Alert
from ovro_alert.catalogue.repeaters import R95_PER_SIGMA, Region, Repeater
from ovro_alert.scenarios.gates import known


class Position(NamedTuple):
    """An ICRS direction, degrees; errors are 1 σ true angles along RA and Dec, None if not given."""

    ra_deg: float
    dec_deg: float
    ra_error_deg: float | None
    dec_error_deg: float | None
    r95_deg: float | None
    origin: str

    def offset_deg(self, other: Position) -> float:
        """Return the angle to another position."""
        return sky.separation_deg(self.ra_deg, self.dec_deg, other.ra_deg, other.dec_deg)


class BestPosition(NamedTuple):
    """The position to use, and what it was chosen from; `why` says what is remarkable about the choice."""

    position: Position | None
    notice: Position | None
    table: Position | None = None
    chi2: float | None = None
    why: str = ""


def noticed(alert: Alert, origin: str = "notice") -> Position | None:
    """Return the position of one notice; none if it is missing, impossible, a placeholder or its error negative."""
    ra = known(alert.ra_deg, 0, 360)
    dec = known(alert.dec_deg, -90, 90)
    errors = [alert.r95_deg, alert.ra_error_deg, alert.dec_error_deg]
    if ra is None or dec is None or (ra == 0 and dec == 0):
        return None
    if any(error is not None and error < 0 for error in errors):
        return None
    r95, ra95, dec95 = (known(error, 0, 180) or None for error in errors)
    r95 = r95 or max((error for error in (ra95, dec95) if error), default=None)
    return Position(ra % 360, dec, _sigma(ra95 or r95), _sigma(dec95 or r95), r95, origin)


def tabled(repeater: Repeater, notice: Position) -> Position:
    """Return the region of the table's source that is nearest to the notice, in χ²."""
    regions = [listed(region) for region in repeater.regions]
    return min(regions, key=lambda region: position_chi2(notice, region))


def listed(region: Region) -> Position:
    """Return a region of the table as a position."""
    errors = (region.ra_error_deg, region.dec_error_deg)
    return Position(region.ra_deg, region.dec_deg, *errors, region.r95_deg, "table")


def position_chi2(one: Position, other: Position) -> float:
    """Return χ² of two angles: how far two positions lie apart in units of their errors together."""
    dx_deg, dy_deg = offsets_deg(one, other)
    sigma_x = math.hypot(one.ra_error_deg or 0, other.ra_error_deg or 0)
    sigma_y = math.hypot(one.dec_error_deg or 0, other.dec_error_deg or 0)
    if sigma_x == 0 or sigma_y == 0:
        return 0.0 if dx_deg == dy_deg == 0 else math.inf
    return (dx_deg / sigma_x) ** 2 + (dy_deg / sigma_y) ** 2


def offsets_deg(one: Position, other: Position) -> tuple[float, float]:
    """Return Δα cos δ and Δδ from one to the other, degrees; cos δ of the mean declination, Δα within ±180°."""
    cosine = math.cos(math.radians((one.dec_deg + other.dec_deg) / 2))
    return sky.wrapped_deg(other.ra_deg - one.ra_deg) * cosine, other.dec_deg - one.dec_deg


def best_position(
    tellers: tuple[Alert, ...], source: Repeater | None, chi2_max: float, also: Position | None = None
) -> BestPosition:
    """Choose the position with the smallest error; the notice's own if the table disagrees with it.

    `tellers` are the statements of the event, the newest first; `also` is where another telescope saw the same burst.
    Without a position in any of them there is none, whatever the table holds: a notice that does not say where it
    looked is not trusted.
    """
    given = [noticed(teller, "notice" if number == 0 else "earlier notice") for number, teller in enumerate(tellers)]
    own = min((found for found in given if found is not None), key=_size, default=None)
    seen = min((found for found in (own, also) if found is not None), key=_size, default=None)
    if seen is None:
        note = next((teller.position_note for teller in tellers if teller.position_note), None)
        return BestPosition(None, None, why=note or "no position")
    if source is None:
        return BestPosition(seen, own)
    table = tabled(source, seen)
    chi2 = position_chi2(seen, table)
    if seen.r95_deg is not None and chi2 > chi2_max:
        where = "notice" if seen is own else seen.origin
        why = f"table and {where} disagree on {source.name} (χ² {chi2:.1f} > {chi2_max:g}): position of the {where}"
        return BestPosition(seen, own, table, chi2, why)
    return BestPosition(min(table, seen, key=_size), own, table, chi2)


def _size(position: Position) -> float:
    return math.inf if position.r95_deg is None else position.r95_deg


def _sigma(error95_deg: float | None) -> float | None:
    return None if error95_deg is None else error95_deg / R95_PER_SIGMA
