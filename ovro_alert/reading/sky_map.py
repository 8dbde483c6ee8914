"""A multi-order sky map in FITS, as superevents carry it: one table of HEALPix pixels of many sizes, column UNIQ.

The columns are looked at where they lie, so that no header, whatever it says, makes us reserve more than the bytes
that are there. What is wrong with a map is said, and never more than said: the alert is what counts.
"""

from __future__ import annotations

import base64
import math
import warnings
from typing import NamedTuple

import numpy as np
from astropy.io import fits
from astropy_healpix import healpix_to_lonlat, uniq_to_level_ipix

from ovro_alert.mergers import MapSummary
from ovro_alert.reading.figures import number, words
from ovro_alert.reading.fits_table import Header, Numbers, Table, table_of
from ovro_alert.sky_maps import SkyMap

LIMIT_BYTES = 3 * 1024 * 1024
"""Four times a usual map; larger ones do not pass the brokers."""
LIMIT_BASE64 = 4 * LIMIT_BYTES // 3
ROWS_AT_MOST = 2_000_000
ORDER_AT_MOST = 29
"""So fine that UNIQ still fits in 64 bits."""
FIRST_UNIQ, END_UNIQ = 4, 4 ** (ORDER_AT_MOST + 2)


class Chart(NamedTuple):
    """A sky map with its summary, or a note that says why there is none."""

    sky_map: SkyMap | None = None
    summary: MapSummary | None = None
    note: str | None = None


NO_CHART = Chart()
"""Of a notice that cannot have a map."""


def chart(given: object) -> Chart:
    """Return the sky map of a notice, which gives bytes, base64 or nothing; it does not raise."""
    if given is None:
        return Chart(note="no map in this notice")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what astropy finds odd in a header
            return _chart(_body(given))
    except Exception as error:  # noqa: BLE001 - astropy has any error for a header that is none
        said = str(error) if isinstance(error, ValueError) else f"{type(error).__name__} {error!s}"
        return Chart(note=f"map broken: {words(said)}")


def _body(given: object) -> bytes:
    if isinstance(given, str):
        if len(given) > LIMIT_BASE64:
            message = f"{len(given)} characters of base64, more than {LIMIT_BASE64}"
            raise ValueError(message)
        given = base64.b64decode(given, validate=True)
    if not isinstance(given, bytes):
        message = f"{given!r:.60} is no map"
        raise ValueError(message)  # noqa: TRY004 - one kind of error for all that may be wrong with a map
    if len(given) > LIMIT_BYTES:
        message = f"{len(given)} bytes, more than {LIMIT_BYTES}"
        raise ValueError(message)
    return given


def _chart(body: bytes) -> Chart:
    table = table_of(body, ROWS_AT_MOST)
    _check(table.header)
    uniq, density = _uniq(table), table.column("PROBDENSITY")
    if not np.isfinite(density).all() or (density < 0).any():
        raise ValueError("a density that is negative or no number")
    order, pixel = uniq_to_level_ipix(uniq)
    area_sr = math.pi / 3 / 4.0**order
    probability = density * area_sr
    if not math.isfinite(total := float(probability.sum())):
        raise ValueError("a density beyond all numbers")
    ra, dec = healpix_to_lonlat(pixel, 2**order, order="nested")
    summary = MapSummary(
        pixels=len(uniq),
        total=total,
        area90_deg2=_area_deg2(density, probability, area_sr),
        distance_mpc=_distance(table.header, "DISTMEAN"),
        distance_error_mpc=_distance(table.header, "DISTSTD"),
    )
    return Chart(SkyMap(ra.deg, dec.deg, probability), summary)


def _check(header: Header) -> None:
    for key, right in (("ORDERING", "NUNIQ"), ("COORDSYS", "C")):
        if (given := header.get(key, right)) != right:
            message = f"{key} is {given!r:.40}, not {right!r}"
            raise ValueError(message)
    finest = header.get("MOCORDER", 0)
    if not isinstance(finest, int) or not 0 <= finest <= ORDER_AT_MOST:
        message = f"MOCORDER is {finest!r:.40}, not 0 to {ORDER_AT_MOST}"
        raise ValueError(message)


def _uniq(table: Table) -> Numbers:
    uniq = table.column("UNIQ")
    if uniq.dtype.kind != "i":
        raise ValueError("UNIQ is no column of integers")
    if (uniq < FIRST_UNIQ).any() or (uniq >= END_UNIQ).any():
        message = f"a UNIQ that is no pixel of an order up to {ORDER_AT_MOST}"
        raise ValueError(message)
    return uniq


def _area_deg2(density: Numbers, probability: Numbers, area_sr: Numbers) -> float | None:
    """Return the smallest area that holds 90 %, whole pixels; None if the map holds less."""
    ranked = np.argsort(-density)
    index = int(np.searchsorted(np.cumsum(probability[ranked]), 0.9))
    if index >= len(ranked):
        return None
    return float(np.degrees(np.degrees(area_sr[ranked[: index + 1]].sum())))


def _distance(header: Header, key: str) -> float | None:
    try:
        return number(header.get(key), 0, 1e6)
    except (ValueError, fits.VerifyError):
        return None
