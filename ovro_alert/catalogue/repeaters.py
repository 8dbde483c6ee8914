"""The repeater table: sources of repeating fast radio bursts, each row with its reference."""

from __future__ import annotations

from ovro_alert.nouns import Noun


class Region(Noun):
    """One possible position, ICRS degrees. Errors are 1 σ true angles on the sky along RA and Dec."""

    ra_deg: float
    dec_deg: float
    ra_error_deg: float
    dec_error_deg: float


class Repeater(Noun):
    """One source; `chance_rate` is the catalogue's contamination rate Rcc, 0.5 and over is a candidate."""

    name: str
    aliases: tuple[str, ...] = ()
    regions: tuple[Region, ...]
    dm_pc_cm3: float
    dm_spread_pc_cm3: float
    chance_rate: float | None = None
    reference: str
    note: str = ""
