"""Did CHIME and DSA-110 see one and the same burst? K1 to K4, and what may be wrong where their times disagree. Pure.

Their times are compared at infinite frequency, corrected for the way from one site to the other.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import Literal, NamedTuple

from ovro_alert import meridian, sky
from ovro_alert.catalogue.repeaters import R95_PER_SIGMA
from ovro_alert.observatory import CHIME, CHIME_REFERENCE_MHZ, DSA_110, DSA_REFERENCE_MHZ
from ovro_alert.scenarios.gates import SLACK, at_most, checked, missing
from ovro_alert.scenarios.limits import CodetectionLimits
from ovro_alert.scenarios.position import Position, offsets_deg
from ovro_alert.times import TAI_MINUS_UTC_S
from ovro_alert.verdicts import Gate

Result = Literal["certain", "probable", "possible", "injection", "none"]

FARTHEST_S = 0.0045
"""How much later at most a burst is at one site: 1345 km."""
CLOCKS_S = 0.001
"""What the two observatories' clocks and ways of timing may differ by, 1 σ."""
YEAR_S = 3.156e7
WRONG_FREQUENCY = "one side's time is at 400 MHz and was taken as another frequency"
WRONG_SCALE = "TAI taken for UTC"
CALLED = {"injection": "an injection", "test": "a test", "drill": "a drill"}


class Side(NamedTuple):
    """One telescope's burst, errors 1 σ; `role` is also what DSA-110's T3 takes it for, if for nothing real.

    `classified` is False of a trigger that nobody has classified.
    """

    event: str
    role: str
    time_inf: datetime | None
    time_error_s: float
    dm_pc_cm3: float | None
    dm_error_pc_cm3: float
    position: Position | None = None
    classified: bool = True


class Coincidence(NamedTuple):
    """Two bursts compared; `dt_s` is CHIME's time less DSA-110's less `geometry_s`, the way of the light.

    `geometry_s` is None without any position; `diagnosis` says what may be wrong with times that disagree.
    """

    chime: Side
    dsa: Side
    result: Result
    gates: tuple[Gate, ...]
    dt_s: float | None = None
    dt_error_s: float | None = None
    geometry_s: float | None = None
    separation_deg: float | None = None
    diagnosis: str | None = None

    @property
    def joined(self) -> bool:
        """Whether they count as one burst."""
        return self.result in ("certain", "probable")

    def per_year(self, limits: CodetectionLimits) -> float | None:
        """Return how many pairs a year agree so in time by chance; not known of what nobody has classified."""
        if not self.joined or not self.dsa.classified:
            return None
        return limits.chime_per_year * limits.dsa_per_year * 2 * limits.window_s / YEAR_S


def coincide(chime: Side, dsa: Side, limits: CodetectionLimits) -> Coincidence:
    """Compare two bursts; every gate that can be evaluated is."""
    geometry_s = _geometry_s(chime, dsa)
    dt_s = dt_error_s = None
    if chime.time_inf is not None and dsa.time_inf is not None:
        dt_s = (chime.time_inf - dsa.time_inf).total_seconds() - (geometry_s or 0.0)
        unknown_s = FARTHEST_S if geometry_s is None else 0.0
        dt_error_s = math.hypot(chime.time_error_s, dsa.time_error_s, CLOCKS_S, unknown_s)
    separation_deg = chime.position.offset_deg(dsa.position) if chime.position and dsa.position else None
    gates = (_k1(chime, dsa), _k2(dt_s, limits), _k3(chime, dsa, limits), _k4(chime, dsa, separation_deg))
    result = _compared(gates, chime, dsa, dt_s, limits)
    why = _why(dt_s, dsa, limits) if result == "possible" and dt_s is not None else None
    return Coincidence(chime, dsa, result, gates, dt_s, dt_error_s, geometry_s, separation_deg, why)


def _geometry_s(chime: Side, dsa: Side) -> float | None:
    """Return how much later it is at CHIME than at DSA-110, from where DSA-110 saw it, else CHIME: 0.08 ms a degree."""
    place, moment = dsa.position or chime.position, dsa.time_inf or chime.time_inf
    if place is None or moment is None:
        return None
    return meridian.later_s(place.ra_deg, place.dec_deg, moment, CHIME, DSA_110)


def _k1(chime: Side, dsa: Side) -> Gate:
    said = [
        f"{name}'s is {CALLED.get(one.role, one.role)}"
        for name, one in (("CHIME", chime), ("DSA-110", dsa))
        if one.role != "real"
    ]
    return checked("K1 role", passes=not said, says=", ".join(said) or "both real", value=chime.role, limit="real")


def _k2(dt_s: float | None, limits: CodetectionLimits) -> Gate:
    apart_s = None if dt_s is None else abs(dt_s)
    return at_most("K2 time", apart_s, limits.window_s, "s", "difference of the times at infinite frequency")


def _k3(chime: Side, dsa: Side, limits: CodetectionLimits) -> Gate:
    apart = None
    if chime.dm_pc_cm3 is not None and dsa.dm_pc_cm3 is not None:
        apart = abs(chime.dm_pc_cm3 - dsa.dm_pc_cm3)
    both = limits.dm_sigmas * math.hypot(chime.dm_error_pc_cm3, dsa.dm_error_pc_cm3)
    return at_most("K3 dm", apart, max(limits.dm, both), "pc/cm³", "difference of the DMs")


def _k4(chime: Side, dsa: Side, separation_deg: float | None) -> Gate:
    needed = "" if dsa.classified else "; an unclassified trigger needs it"
    if chime.position is None or dsa.position is None or separation_deg is None:
        who = "DSA-110" if dsa.position is None else "CHIME"
        return missing("K4 position", f"{who}'s position not known yet{needed}", 1.0)
    axes = _axes_deg(chime.position, dsa.position)
    if axes is None:
        return missing("K4 position", f"error of CHIME's position not given{needed}", 1.0)
    x_deg, y_deg = offsets_deg(chime.position, dsa.position)
    inside = (x_deg / axes[0]) ** 2 + (y_deg / axes[1]) ** 2
    passes = inside <= 1.0 + SLACK
    where = "within CHIME's 95 % region" if passes else f"CHIME side lobe?{needed}"
    says = f"positions {separation_deg:.2f}° apart: {where}"
    return checked("K4 position", passes=passes, says=says, value=inside, limit=1.0)


def _axes_deg(chime: Position, dsa: Position) -> tuple[float, float] | None:
    """Return CHIME's 95 % axes, each in quadrature with DSA-110's error."""
    if chime.ra_error_deg is None or chime.dec_error_deg is None:
        return None
    theirs = dsa.r95_deg or 0.0
    a_deg, b_deg = (R95_PER_SIGMA * error for error in (chime.ra_error_deg, chime.dec_error_deg))
    return math.hypot(a_deg, theirs), math.hypot(b_deg, theirs)


def _compared(gates: tuple[Gate, ...], chime: Side, dsa: Side, dt_s: float | None, limits: CodetectionLimits) -> Result:
    role, time, dm, position = (not gate.failed for gate in gates)
    injected = "injection" in (chime.role, dsa.role) and {chime.role, dsa.role} <= {"real", "injection"}
    if dt_s is None or not dm or not (role or injected) or not (position or (time and dsa.classified)):
        return "none"
    if time:
        found: Result = "certain" if position else "probable"
        return found if role else "injection"
    largest_s = max(limits.possible_s, limits.possible_s_per_dm * max(chime.dm_pc_cm3 or 0, dsa.dm_pc_cm3 or 0) + 1)
    wrong = abs(dt_s) <= largest_s + SLACK or _is_tai(dt_s, limits)
    return "possible" if role and wrong else "none"


def _is_tai(dt_s: float, limits: CodetectionLimits) -> bool:
    return abs(abs(dt_s) - TAI_MINUS_UTC_S) <= limits.tai_s + SLACK


def _why(dt_s: float, dsa: Side, limits: CodetectionLimits) -> str:
    from_chimes_s = sky.delay_s(dsa.dm_pc_cm3 or 0.0, CHIME_REFERENCE_MHZ)
    mistaken_s = (from_chimes_s - sky.delay_s(dsa.dm_pc_cm3 or 0.0, DSA_REFERENCE_MHZ), from_chimes_s)
    if any(abs(abs(dt_s) - one) <= limits.frequency_s + SLACK for one in mistaken_s):
        return WRONG_FREQUENCY
    return WRONG_SCALE if _is_tai(dt_s, limits) else "clock?"
