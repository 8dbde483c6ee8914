"""Why nothing is commanded for a gamma-ray burst, in words; and whether people hear of it all the same."""

from __future__ import annotations

from ovro_alert.scenarios.gates import SLACK
from ovro_alert.scenarios.grb_case import Case
from ovro_alert.scenarios.grb_gates import Answers, Asked
from ovro_alert.verdicts import Gate

X_RAYS = "Einstein Probe WXT"
"""It never says how long a burst was; its positions are good enough to be worth telling."""


def too_low(case: Case) -> bool:
    """Say whether it is below the horizon, as far as is known; without a position nobody knows."""
    return case.visible is not None and case.visible.share < case.limits.grb.min_visible_message - SLACK


def well_placed(case: Case) -> bool | None:
    """Say whether an X-ray transient is up and well placed; None for what is none."""
    said = case.alert.gamma_rays
    if said is None or said.instrument != X_RAYS:
        return None
    position, limits = case.best.position, case.limits
    if position is None or position.r95_deg is None or case.visible is None:
        return False
    placed = position.r95_deg <= limits.grb.ep_r95_deg + SLACK
    return placed and case.visible.elevation_deg >= limits.lwa.min_elevation_deg - SLACK


def refusal(case: Case, found: Answers) -> str:
    """Return the first reason why nothing is commanded."""
    says = _of_a_short(case, found) if case.length.short else next(gate.says for gate in found.failures)
    return f"{case.length.word.says}; {says}" if case.length.how == "confirmed" else says


def _of_a_short(case: Case, found: Answers) -> str:
    age = f"{case.age_s:.0f} s" if case.age_s is not None else ""
    if found.failures and (too_low(case) or found.failures[0].gate != "G3 visible"):
        return found.failures[0].says
    if case.over:
        return f"{age}: all up to DM {case.limits.grb.beam_dm_max:g} has left the band"
    if case.length.how == "confirmed" and (case.captured or 0.0) < case.limits.grb.min_captured - SLACK:
        return f"{age}: nothing left to dump ({(case.captured or 0.0) * 100:.0f} %)"
    if found.failures:
        return found.failures[0].says
    if not found.wanted:
        return next(gate.says for gate in found.common if gate.gate == "G4 configured")
    return "; ".join(_first(one) for one in found.wanted if one.failures)


def _first(asked: Asked) -> str:
    gate: Gate = asked.failures[0]
    if gate.gate == "G6 dump":
        return f"too late to dump: {gate.says}"
    if gate.gate != "B2 position_error" or not isinstance(gate.value, float) or not isinstance(gate.limit, float):
        return gate.says
    digits = next(n for n in range(1, 16) if n == 15 or f"{gate.value:.{n}f}" != f"{gate.limit:.{n}f}")
    return f"error too large for a beam ({gate.value:.{digits}f}° > {gate.limit:.{digits}f}°)"
