"""What an instrument sees that only looks along its meridian: declinations of date, sidereal time, transits. Pure.

*Of date* is by the mean equator and equinox of that moment, as FK5 of date; hour angles and transits are of the
apparent place, which differs from it by 2 s at most. Angles are degrees; moments are UTC, which is taken for UT1 (0.9 s
at most, 0.004°).
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any, NamedTuple

import erfa

from ovro_alert.observatory import DSA_110, DSA_POINTING_LAT_DEG, Site
from ovro_alert.sky import MJD_ZERO, place, terrestrial, wrapped_deg
from ovro_alert.times import mjd, seconds

SIDEREAL_DAY_S = 86164.0905
DEG_PER_S = 360.0 / SIDEREAL_DAY_S
GREENWICH = Site("Greenwich", 51.4779, 0.0, 0.0)


class Direction(NamedTuple):
    """Right ascension and declination, degrees; the function that returns it says of which frame."""

    ra_deg: float
    dec_deg: float


def of_date(ra_deg: float, dec_deg: float, moment: datetime) -> Direction:
    """Return an ICRS direction by the mean equator and equinox of that moment."""
    return _turned(erfa.pmat06(MJD_ZERO, terrestrial(moment)), ra_deg, dec_deg)


def icrs(ra_deg: float, dec_deg: float, moment: datetime) -> Direction:
    """Return the ICRS direction of one that is given by the mean equator and equinox of that moment."""
    return _turned(erfa.pmat06(MJD_ZERO, terrestrial(moment)).T, ra_deg, dec_deg)


def sidereal_deg(moment: datetime, site: Site = DSA_110) -> float:
    """Return the local apparent sidereal time: which right ascension of date is on the meridian."""
    angle = erfa.gst06a(MJD_ZERO, mjd(moment), MJD_ZERO, terrestrial(moment))
    return (math.degrees(angle) + site.lon_deg) % 360.0


def hour_angle_deg(ra_deg: float, dec_deg: float, moment: datetime, site: Site = DSA_110) -> float:
    """Return how far west of the meridian an ICRS direction is at that moment, −180° to +180°."""
    turned = erfa.era00(MJD_ZERO, mjd(moment)) - place(ra_deg, dec_deg, moment).ra_rad
    return wrapped_deg(math.degrees(turned) + site.lon_deg)


def later_s(ra_deg: float, dec_deg: float, moment: datetime, here: Site, there: Site) -> float:
    """Return how much later a wave from an ICRS direction arrives here than there, seconds; good to 1 µs."""
    away_rad = math.radians(-hour_angle_deg(ra_deg, dec_deg, moment, GREENWICH))
    direction = erfa.s2c(away_rad, math.radians(of_date(ra_deg, dec_deg, moment).dec_deg))
    return float(-(_geocentric_m(here) - _geocentric_m(there)) @ direction / erfa.CMPS)


def next_transit(ra_deg: float, dec_deg: float, after: datetime, site: Site = DSA_110) -> datetime:
    """Return when an ICRS direction is next in upper transit, after that moment."""
    angle_deg = -hour_angle_deg(ra_deg, dec_deg, after, site) % 360.0
    return after + seconds(angle_deg / DEG_PER_S)


def dish_elevation_deg(dec_of_date_deg: float) -> float:
    """Return the elevation that DSA-110's dishes are told for a declination of date: from the south over the zenith."""
    return 90.0 - (DSA_POINTING_LAT_DEG - dec_of_date_deg)


def dish_declination_deg(elevation_deg: float) -> float:
    """Return the declination of date to which dishes at that elevation point."""
    return elevation_deg - 90.0 + DSA_POINTING_LAT_DEG


def _geocentric_m(site: Site) -> Any:  # noqa: ANN401 - a vector of numpy's
    return erfa.gd2gc(erfa.WGS84, math.radians(site.lon_deg), math.radians(site.lat_deg), site.height_m)


def _turned(matrix: Any, ra_deg: float, dec_deg: float) -> Direction:  # noqa: ANN401 - a rotation matrix
    ra, dec = erfa.c2s(matrix @ erfa.s2c(math.radians(ra_deg), math.radians(dec_deg)))
    return Direction(math.degrees(ra) % 360.0, math.degrees(dec))
