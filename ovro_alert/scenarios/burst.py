"""One burst as all notices of its event together tell it: numbers that can be numbers, or None."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from ovro_alert import sky
from ovro_alert.alerts import BURSTS, Alert, KeptAlert
from ovro_alert.scenarios.beam import Sweep
from ovro_alert.scenarios.gates import known
from ovro_alert.times import age_s

DM_LIMIT_PC_CM3 = 20000.0
LONG_AGO_S = 1e9
"""A time this far from now (30 years) is none."""


class Burst(NamedTuple):
    """What is known. `tellers` are the statements that tell of it, this one first; `time` is that at `time_ref_mhz`."""

    tellers: tuple[Alert, ...]
    time: datetime | None
    time_ref_mhz: float | None
    dm_pc_cm3: float | None
    dm_error_pc_cm3: float | None
    subsequent: bool
    source: str | None
    association_probability: float | None
    importance: float | None
    snr: float | None
    dm_gal_pc_cm3: float | None
    event_type: str | None

    def sweep(self, dm_pc_cm3: float | None, dm_error_pc_cm3: float) -> Sweep | None:
        """Return its way down the band; the DM given here stands in for one that the notices lack."""
        dm = self.dm_pc_cm3 or dm_pc_cm3
        if dm is None or self.time is None:
            return None
        error = dm_error_pc_cm3 if self.dm_error_pc_cm3 is None else self.dm_error_pc_cm3
        return Sweep(sky.time_at_infinity(self.time, dm, self.time_ref_mhz), dm, error)


def known_burst(alert: Alert, earlier: tuple[KeptAlert, ...], now: datetime) -> Burst:
    """Put together what this statement and earlier ones of its event and role tell; the newest word counts."""
    others = [other for other in reversed(earlier) if other.kind in BURSTS]
    tellers = (alert, *(other for other in others if other.role == alert.role))
    timed = next((teller for teller in tellers if _time(teller, now)), None)
    dispersed = next((teller for teller in tellers if _dm(teller)), None)
    named = next((teller for teller in tellers if (teller.source or "").strip()), None)
    associated = (teller for teller in tellers if teller.kind == "subsequent" or (teller.source or "").strip())
    return Burst(
        tellers=tellers,
        time=None if timed is None else timed.time,
        time_ref_mhz=None if timed is None else timed.time_ref_mhz,
        dm_pc_cm3=None if dispersed is None else dispersed.dm_pc_cm3,
        dm_error_pc_cm3=None if dispersed is None else known(dispersed.dm_error_pc_cm3, 0, DM_LIMIT_PC_CM3),
        subsequent=any(teller.kind == "subsequent" for teller in tellers),
        source=None if named is None or named.source is None else named.source.strip(),
        association_probability=_first(known(teller.association_probability, 0, 1) for teller in associated),
        importance=_first(known(teller.importance, 0, 1) for teller in tellers),
        snr=_first(known(teller.snr, 0) for teller in tellers),
        dm_gal_pc_cm3=_first(known(teller.dm_gal_pc_cm3, 0) for teller in tellers),
        event_type=next((teller.event_type for teller in tellers if teller.event_type), None),
    )


def _time(alert: Alert, now: datetime) -> datetime | None:
    if alert.time is None or abs(age_s(alert.time, now)) > LONG_AGO_S:
        return None
    reference = alert.time_ref_mhz
    return alert.time if reference is None or known(reference, 1, 1e9) else None


def _dm(alert: Alert) -> float | None:
    return known(alert.dm_pc_cm3, 0, DM_LIMIT_PC_CM3) or None


def _first(values: Iterator[float | None]) -> float | None:
    return next((value for value in values if value is not None), None)
