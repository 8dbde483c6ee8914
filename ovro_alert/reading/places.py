"""Where a notice says that something was: a position with its 95 % errors, or why there is none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from ovro_alert.reading.figures import number


class Place(NamedTuple):
    """ICRS degrees; errors are 95 % half axes along RA and Dec, `r95_deg` the 2-D 95 % radius."""

    ra_deg: float | None = None
    dec_deg: float | None = None
    ra_error_deg: float | None = None
    dec_error_deg: float | None = None
    r95_deg: float | None = None
    position_note: str | None = None


def place(ra: object, dec: object, axes: Sequence[object], radius: object = None, scale: float = 1.0) -> Place:
    """Return the position that was given, if it can be one.

    Parameters
    ----------
    ra, dec
        Degrees, as written.
    axes
        Half axes of the error along RA and Dec, degrees, as written.
    radius
        Error radius, degrees, as written; taken when neither axis is given.
    scale
        From the containment of these errors to 95 %.
    """
    try:
        ra_deg, dec_deg = number(ra, 0, 360), number(dec, -90, 90)
    except ValueError as error:
        return Place(position_note=f"no position: {error}")
    errors = [_error(value) for value in (*axes, radius)]
    reason = _why_none(ra_deg, dec_deg, errors)
    if ra_deg is None or dec_deg is None or reason:
        return Place(position_note=reason)
    along_ra, along_dec, around = (_scaled(error, scale) for error in errors)
    given = [error for error in (along_ra, along_dec) if error is not None]
    unusable = any(
        was is not None and now is None for was, now in zip(errors, (along_ra, along_dec, around), strict=True)
    )
    note = "an error of its position is no angle, or 0" if unusable else None
    return Place(ra_deg % 360, dec_deg, along_ra, along_dec, max(given) if given else around, note)


def scale_to_95(containment: float) -> float:
    """Return by what a radius of this containment (0 to 1) is multiplied to hold 95 % of a circular Gaussian."""
    return math.sqrt(math.log(0.05) / math.log1p(-containment))


def _error(value: object) -> float | None:
    """Return an error as written; NaN for what is none."""
    try:
        return number(value)
    except ValueError:
        return math.nan


def _why_none(ra_deg: float | None, dec_deg: float | None, errors: Sequence[float | None]) -> str | None:
    if ra_deg is None and dec_deg is None:
        return None
    if ra_deg is None or dec_deg is None:
        return "no position: only one of RA and Dec is given"
    if ra_deg == 0 and dec_deg == 0:
        return "no position: RA and Dec are exactly 0, which is written where there is none"
    if any(error is not None and error < 0 for error in errors):
        return "no position: its error is negative"
    return None


def _scaled(error: float | None, scale: float) -> float | None:
    """Return a 95 % error; None when there is none that fits on the sky; 0 is written for unknown."""
    return error * scale if error is not None and 0 < error * scale <= 180 else None
