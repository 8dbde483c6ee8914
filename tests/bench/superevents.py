"""Superevents for the bench: each of another name, with a sky map as large as LIGO/Virgo/KAGRA's."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from functools import cache
from string import ascii_lowercase

from tests.lvk_notices import lvk_json, sky_map_fits

WIDE_DEG = 64.0
"""A disc so wide that the map has about 19,200 pixels, as BAYESTAR's have."""

NUMBERS = itertools.count()


@cache
def large_map() -> bytes:
    """Return a map of about 19,200 pixels, 770 kB; most of it near the pole, which is always up at OVRO."""
    return sky_map_fits(95.9, 83.8, WIDE_DEG)


def preliminary(time: datetime, *, mapped: bool, late_s: float = 28.0) -> bytes:
    """Return a preliminary of a superevent of its own that deserves a dump."""
    left, letters = next(NUMBERS), ""
    for _ in range(4):
        left, letter = divmod(left, 26)
        letters = ascii_lowercase[letter] + letters
    issued = time + timedelta(seconds=late_s)
    return lvk_json(f"S{time:%y%m%d}{letters}", time=time, issued=issued, skymap=large_map() if mapped else None)
