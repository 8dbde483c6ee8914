"""Where DSA-110 looks: the declination of date of its last pointing, as its client said it."""

from __future__ import annotations

from typing import NamedTuple

from ovro_alert import meridian
from ovro_alert.circumstances import Circumstances
from ovro_alert.scenarios.gates import known
from ovro_alert.times import age_s

TELESCOPE = "dsa"


class Looking(NamedTuple):
    """Its declination of date, degrees; None if that is not known, and `says` why."""

    dec_deg: float | None
    says: str


def looking(circumstances: Circumstances, fresh_s: float) -> Looking:
    """Return where it looks now; what was said longer ago than `fresh_s` is not known, and said."""
    status = circumstances.statuses.get(TELESCOPE)
    pointing = status.pointing if status is not None else None
    dec_deg = known(pointing.dec_deg, -90, 90) if pointing is not None else None
    if pointing is None or dec_deg is None:
        return Looking(None, "where DSA-110 points is not known")
    age = age_s(pointing.at, circumstances.now)
    if abs(age) > fresh_s:
        return Looking(None, f"where DSA-110 points is not known: its last word is {age:.0f} s old")
    # without a right ascension it is the one on the meridian, since the dishes look nowhere else
    ra_deg = known(pointing.ra_deg, 0, 360)
    ra_deg = meridian.sidereal_deg(pointing.at) if ra_deg is None else ra_deg
    dec_deg = meridian.of_date(ra_deg, dec_deg, circumstances.now).dec_deg
    return Looking(dec_deg, f"DSA-110 points to dec {dec_deg:+.2f}° of date")
