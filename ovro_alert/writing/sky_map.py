"""A sky map as LIGO/Virgo/KAGRA send theirs, a multi-order FITS file: for the demo and tests."""

from __future__ import annotations

import io

import numpy as np
from astropy.io import fits
from astropy_healpix import HEALPix

NSIDE = 16
"""Pixels of 3.7°: small enough to be seen to lie high or low, and a map of 50 kB."""


def blob(ra_deg: float, dec_deg: float, sigma_deg: float) -> bytes:
    """Return a map with one round Gaussian around an ICRS direction; its probability sums to 1."""
    grid = HEALPix(NSIDE, order="nested")
    pixels = np.arange(grid.npix)
    lon, lat = grid.healpix_to_lonlat(pixels)
    ra, dec = np.radians(ra_deg), np.radians(dec_deg)
    cosine = np.sin(dec) * np.sin(lat.rad) + np.cos(dec) * np.cos(lat.rad) * np.cos(lon.rad - ra)
    distance_deg = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
    weight = np.exp(-0.5 * (distance_deg / sigma_deg) ** 2)
    density = weight / (weight.sum() * grid.pixel_area.to_value("sr"))
    return _file(pixels + 4 * NSIDE**2, density)


def _file(uniq: object, density_sr: object) -> bytes:
    columns = [
        fits.Column("UNIQ", "K", array=uniq),
        fits.Column("PROBDENSITY", "D", unit="sr-1", array=density_sr),
    ]
    table = fits.BinTableHDU.from_columns(columns)
    table.header["ORDERING"] = "NUNIQ"
    table.header["COORDSYS"] = "C"
    table.header["INDXSCHM"] = "EXPLICIT"
    table.header["MOCORDER"] = int(np.log2(NSIDE))
    file = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(file)
    return file.getvalue()
