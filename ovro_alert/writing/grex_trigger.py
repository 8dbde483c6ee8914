"""A burst of GREX's as our form has it: `grex-trigger/1`. GREX's time axis is TAI MJD, the form's is UTC."""

from __future__ import annotations

import json
from typing import Literal, NamedTuple

from ovro_alert.observatory import GREX_REFERENCE_MHZ
from ovro_alert.times import TAI_MINUS_UTC_S, iso_us, of_mjd, seconds


class Candidate(NamedTuple):
    """What stations of GREX have seen: the arrival at 1530 MHz as TAI MJD, DM in pc/cm³, width in ms."""

    id: str
    stations: tuple[str, ...]
    tai_mjd: float
    dm: float
    dm_error: float | None = None
    snr: float | None = None
    width_ms: float | None = None
    role: Literal["observation", "test"] = "test"


def write(candidate: Candidate) -> bytes:
    """Return the trigger; its note says that 37 s were taken off to make UTC of TAI."""
    time = of_mjd(candidate.tai_mjd) - seconds(TAI_MINUS_UTC_S)
    trigger = candidate._asdict() | {
        "schema": "grex-trigger/1",
        "time_utc": iso_us(time),
        "time_ref_mhz": GREX_REFERENCE_MHZ,
        "note": f"time_utc is TAI MJD {candidate.tai_mjd:.10f} less {TAI_MINUS_UTC_S:.0f} s",
    }
    del trigger["tai_mjd"]
    return json.dumps({name: value for name, value in trigger.items() if value is not None}).encode()
