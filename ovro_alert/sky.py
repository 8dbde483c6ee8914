"""Where and when: dispersion, angles, elevation. Pure; erfa and numpy alone, about 0.1 ms for a first elevation.

Angles are degrees; positions are ICRS unless a docstring says otherwise; moments are aware UTC. UT1 is taken to be UTC
(they differ by less than 0.9 s, 0.004° of hour angle); polar motion and refraction (0.04° at 20°) are left out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import erfa
import numpy as np

from ovro_alert.observatory import K_S_MHZ2, OVRO_LWA, VOLTAGE_TUNINGS, Site
from ovro_alert.times import TAI_MINUS_UTC_S, mjd, seconds

MJD_ZERO: float = erfa.DJM0
SECONDS_A_DAY = 86400.0
TT_MINUS_TAI_S = 32.184

Angles = np.ndarray[tuple[int], np.dtype[np.float64]]


# ── dispersion ──


def delay_s(dm_pc_cm3: float, frequency_mhz: float | None) -> float:
    """Return how much later than at infinite frequency a burst arrives, seconds; None is infinite frequency."""
    return 0.0 if frequency_mhz is None else K_S_MHZ2 * dm_pc_cm3 / frequency_mhz**2


def time_at_infinity(moment: datetime, dm_pc_cm3: float, reference_mhz: float | None) -> datetime:
    """Return the UTC at infinite frequency of a burst that arrived at the reference frequency at that moment."""
    return moment - seconds(delay_s(dm_pc_cm3, reference_mhz))


def arrival(time_inf: datetime, dm_pc_cm3: float, frequency_mhz: float) -> datetime:
    """Return the UTC at which a burst arrives at a frequency."""
    return time_inf + seconds(delay_s(dm_pc_cm3, frequency_mhz))


def frequency_mhz(dm_pc_cm3: float, after_s: float) -> float:
    """Return which frequency a burst has come down to that many seconds after infinity; infinite if none has passed."""
    return math.sqrt(K_S_MHZ2 * dm_pc_cm3 / after_s) if after_s > 0 else math.inf


def caught(time_inf: datetime, dm_pc_cm3: float, on: datetime, off: datetime) -> float:
    """Return the share of the voltage beam's two tunings through which a burst comes between two moments, 0 to 1."""
    high_mhz = frequency_mhz(dm_pc_cm3, (on - time_inf).total_seconds())
    low_mhz = frequency_mhz(dm_pc_cm3, (off - time_inf).total_seconds())
    parts_mhz = (min(high_mhz, band.top_mhz) - max(low_mhz, band.bottom_mhz) for band in VOLTAGE_TUNINGS)
    return sum(max(0.0, part) for part in parts_mhz) / sum(band.width_mhz for band in VOLTAGE_TUNINGS)


# ── angles ──


def separation_deg(ra1_deg: float, dec1_deg: float, ra2_deg: float, dec2_deg: float) -> float:
    """Return the angle between two directions of one frame, degrees; good at any size (Vincenty's form)."""
    ra1, dec1, ra2, dec2 = map(math.radians, (ra1_deg, dec1_deg, ra2_deg, dec2_deg))
    return math.degrees(float(erfa.seps(ra1, dec1, ra2, dec2)))


def wrapped_deg(angle_deg: float) -> float:
    """Return the same angle between −180° and +180°."""
    return math.remainder(angle_deg, 360.0)


# ── elevation ──


class Place(NamedTuple):
    """An apparent direction of date, radians: right ascension from the celestial intermediate origin, declination.

    Or many of them, for one moment.
    """

    ra_rad: float | Angles
    dec_rad: float | Angles

    def elevation_deg(self, moments: datetime | Sequence[datetime], site: Site = OVRO_LWA) -> Angles:
        """Return the elevation at each moment, degrees above the geodetic horizon of the site.

        A place stays good for hours (0.01″ an hour); error below 0.006°, of which UT1 is 0.004°.
        """
        days = np.atleast_1d([mjd(moment) for moment in ([moments] if isinstance(moments, datetime) else moments)])
        hour_angle = erfa.era00(MJD_ZERO, days) + math.radians(site.lon_deg) - self.ra_rad
        latitude = math.radians(site.lat_deg)
        sine = math.sin(latitude) * np.sin(self.dec_rad)
        sine = sine + math.cos(latitude) * np.cos(self.dec_rad) * np.cos(hour_angle)
        elevations: Angles = np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0)))
        return elevations


def place(ra_deg: float, dec_deg: float, moment: datetime) -> Place:
    """Return where an ICRS direction appears at that moment: precession, nutation, aberration, light deflection."""
    ra, dec, _ = erfa.atci13(math.radians(ra_deg), math.radians(dec_deg), 0, 0, 0, 0, MJD_ZERO, terrestrial(moment))
    return Place(float(ra), float(dec))


def elevations_deg(ra_deg: Angles, dec_deg: Angles, moment: datetime, site: Site = OVRO_LWA) -> Angles:
    """Return the elevation of many ICRS directions at one moment, degrees; the Earth's motion is reckoned once."""
    astrometry, _ = erfa.apci13(MJD_ZERO, terrestrial(moment))
    ra, dec = erfa.atciqz(np.radians(ra_deg), np.radians(dec_deg), astrometry)
    return Place(ra, dec).elevation_deg(moment, site)


def elevation_deg(ra_deg: float, dec_deg: float, moment: datetime, site: Site = OVRO_LWA) -> float:
    """Return the elevation of an ICRS direction at that moment, degrees; errors as those of `Place`."""
    return float(place(ra_deg, dec_deg, moment).elevation_deg(moment, site)[0])


# ── the Sun ──


def sun_deg(moment: datetime) -> tuple[float, float]:
    """Return the Sun's geocentric ICRS direction, degrees, without light time and aberration (0.006°)."""
    heliocentric, _ = erfa.epv00(MJD_ZERO, terrestrial(moment))
    ra, dec = erfa.c2s(-heliocentric["p"])
    return math.degrees(ra) % 360.0, math.degrees(dec)


def sun_separation_deg(ra_deg: float, dec_deg: float, moment: datetime) -> float:
    """Return how far from the Sun an ICRS direction is, degrees, good to 0.01°."""
    return separation_deg(ra_deg, dec_deg, *sun_deg(moment))


def terrestrial(moment: datetime) -> float:
    """Return the terrestrial time as an MJD; stands for barycentric time too (2 ms)."""
    return mjd(moment) + (TAI_MINUS_UTC_S + TT_MINUS_TAI_S) / SECONDS_A_DAY
