"""The numbers of one burst as CHIME and DSA-110 saw it, the same from either side. What is not known is left out.

| figure | what it is |
|---|---|
| `result` | `certain`, `probable`, `possible`, `injection` or `none`; with `none` there is no other figure of a pair |
| `with_event` | the other side's event: the only figure that differs from side to side |
| `chime_event`, `dsa_event` | both |
| `dt_s`, `dt_error_s` | CHIME's time less DSA-110's, both at infinite frequency, less `geometry_s`; 1 σ |
| `geometry_s` | how much later the burst is at CHIME than at DSA-110, by the way of the light |
| `chime_time_inf`, `dsa_time_inf` | when it was there at infinite frequency, UTC to a microsecond |
| `chime_time_inf_error_s`, `dsa_time_inf_error_s` | 1 σ |
| `chime_dm_pc_cm3`, `dsa_dm_pc_cm3` | what each measured |
| `chime_dm_error_pc_cm3`, `dsa_dm_error_pc_cm3` | 1 σ, as given or as assumed by the limits |
| `chime_ra_deg`, `chime_dec_deg`, `chime_r95_deg` | where CHIME saw it, ICRS, and how well that is known |
| `dsa_ra_deg`, `dsa_dec_deg`, `dsa_r95_deg` | where DSA-110 saw it |
| `separation_deg` | between the two |
| `best_position` | `chime` or `dsa`: the one with the smaller error, of a certain or probable pair |
| `best_dm` | `chime` or `dsa`, likewise |
| `diagnosis` | what may be wrong with times that disagree |
| `chance_per_year` | how many pairs of classified bursts agree so in time by chance |
| `unseen` | true: DSA-110 pointed there and saw nothing; then also the figures of `unseen.py` |
"""

from __future__ import annotations

import math
from typing import Literal

from ovro_alert.scenarios.coincidence import Coincidence, Side
from ovro_alert.scenarios.gates import known_figures
from ovro_alert.scenarios.limits import CodetectionLimits
from ovro_alert.times import iso_us
from ovro_alert.verdicts import Figure

OF_ANY_PAIR = ("chime_event", "dsa_event")


def pair_figures(pair: Coincidence, own_event: str, limits: CodetectionLimits) -> dict[str, Figure]:
    """Return every number that is known of a pair, as one of its two events tells it."""
    other = pair.dsa if pair.chime.event == own_event else pair.chime
    figures: dict[str, Figure] = {
        "result": pair.result,
        "with_event": other.event,
        "dt_s": pair.dt_s,
        "dt_error_s": pair.dt_error_s,
        "geometry_s": pair.geometry_s,
        "separation_deg": pair.separation_deg,
        "best_position": _better(*(side.position and side.position.r95_deg for side in (pair.chime, pair.dsa))),
        "best_dm": _better(pair.chime.dm_error_pc_cm3, pair.dsa.dm_error_pc_cm3),
        "diagnosis": pair.diagnosis,
        "chance_per_year": pair.per_year(limits),
    }
    if not pair.joined:
        figures |= {"best_position": None, "best_dm": None}
    return known_figures(figures | _of_side("chime", pair.chime) | _of_side("dsa", pair.dsa))


def _of_side(name: Literal["chime", "dsa"], side: Side) -> dict[str, Figure]:
    position = side.position
    figures: dict[str, Figure] = {
        "event": side.event,
        "time_inf": iso_us(side.time_inf) if side.time_inf else None,
        "time_inf_error_s": side.time_error_s,
        "dm_pc_cm3": side.dm_pc_cm3,
        "dm_error_pc_cm3": side.dm_error_pc_cm3,
        "ra_deg": position and position.ra_deg,
        "dec_deg": position and position.dec_deg,
        "r95_deg": position and position.r95_deg,
    }
    return {f"{name}_{figure}": value for figure, value in figures.items()}


def _better(chime_error: float | None, dsa_error: float | None) -> str | None:
    """Return whose error is smaller; CHIME's where they are the same."""
    if chime_error is None and dsa_error is None:
        return None
    sizes = [math.inf if error is None else error for error in (chime_error, dsa_error)]
    return "dsa" if sizes[1] < sizes[0] else "chime"
