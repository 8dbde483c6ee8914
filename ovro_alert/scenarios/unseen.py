"""Should DSA-110 have seen this burst of CHIME's? Where it points, and where the burst was then; U0 to U4.

The best position decides; one that may lie anywhere in DSA-110's beam, or outside, says nothing.

| figure | what it is |
|---|---|
| `pointing_dec_deg` | DSA-110's declination of date |
| `pointing_at`, `pointing_after_s` | when its client said so, and how long after the burst that was |
| `pointing_moves` | whether it is the `telescope` that points there, or a `simulator` |
| `offset_dec_deg`, `offset_ra_deg` | how far north of it and west of the meridian the burst was, true angles |
| `chime_r95_deg` | how well CHIME's position is known |
| `waited_s` | from the burst to the moment at which it was called unseen |
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ovro_alert import meridian
from ovro_alert.circumstances import Circumstances
from ovro_alert.scenarios.coincidence import Side
from ovro_alert.scenarios.dsa_pointing import TELESCOPE, looking
from ovro_alert.scenarios.gates import at_most, checked, known_figures, missing
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.roles import clock_gate
from ovro_alert.times import age_s, iso
from ovro_alert.verdicts import Figure, Gate


class Expectation(NamedTuple):
    """The gates, and what a second look has to know; `facts` is None where DSA-110 need not have seen it."""

    gates: tuple[Gate, ...]
    facts: dict[str, Figure] | None = None


def expectation(chime: Side, circumstances: Circumstances, limits: Limits) -> Expectation:
    """Say whether the burst was in DSA-110's beam, if it pointed then as it does now."""
    within_deg = limits.codetection.in_beam_deg
    clock = clock_gate("U0 clock", chime.time_inf, circumstances.now, limits.chime.max_ahead_s)
    pointing = _pointing(circumstances, limits)
    position, time = chime.position, chime.time_inf
    if position is None or time is None:
        why = "CHIME's position or time not known"
        gates = tuple(missing(name, why, within_deg, "deg") for name in ("U2 error", "U3 declination", "U4 meridian"))
        return Expectation((clock, pointing, *gates))
    dec_deg = looking(circumstances, limits.dsa.pointing_fresh_s).dec_deg
    there = meridian.of_date(position.ra_deg, position.dec_deg, time)
    north_deg = None if dec_deg is None else there.dec_deg - dec_deg
    hour_angle_deg = meridian.hour_angle_deg(position.ra_deg, position.dec_deg, time)
    west_deg = hour_angle_deg * math.cos(math.radians(there.dec_deg))
    gates = (
        clock,
        pointing,
        at_most("U2 error", position.r95_deg, within_deg, "deg", "CHIME's position error (r95)"),
        at_most("U3 declination", _size(north_deg), within_deg, "deg", "declination from where DSA-110 points"),
        at_most("U4 meridian", _size(west_deg), within_deg, "deg", "angle from DSA-110's meridian"),
    )
    if any(gate.failed for gate in gates):
        return Expectation(gates)
    status = circumstances.statuses[TELESCOPE]
    facts: dict[str, Figure] = {
        "pointing_dec_deg": dec_deg,
        "pointing_at": iso(status.pointing.at) if status.pointing else None,
        "pointing_after_s": age_s(time, status.pointing.at) if status.pointing else None,
        "pointing_moves": status.moves,
        "offset_dec_deg": north_deg,
        "offset_ra_deg": west_deg,
        "chime_r95_deg": position.r95_deg,
    }
    return Expectation(gates, known_figures(facts))


def _pointing(circumstances: Circumstances, limits: Limits) -> Gate:
    found = looking(circumstances, limits.dsa.pointing_fresh_s)
    if found.dec_deg is None:
        return missing("U1 pointing", found.says)
    works = circumstances.statuses[TELESCOPE].state != "unavailable"
    says = found.says if works else "DSA-110 is unavailable"
    return checked("U1 pointing", passes=works, says=says, value=found.dec_deg)


def _size(angle_deg: float | None) -> float | None:
    return None if angle_deg is None else abs(angle_deg)
