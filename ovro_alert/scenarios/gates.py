"""Gates in the making: a number against its limit, and a number that may not be one."""

from __future__ import annotations

import math

from ovro_alert.verdicts import Figure, Gate

SLACK = 1e-9
"""Limits are inclusive: what differs by rounding alone passes."""


def known(value: float | None, low: float = -math.inf, high: float = math.inf) -> float | None:
    """Return a number that can be one; NaN, infinite or out of range counts as not given. Zero is a number."""
    if value is None or not math.isfinite(value) or not low <= value <= high:
        return None
    return value


def known_figures(figures: dict[str, Figure]) -> dict[str, Figure]:
    """Return the figures that can be told: what is not known, not finite or no number at all is left out."""
    return {
        name: value
        for name, value in figures.items()
        if value is not None and not (isinstance(value, float) and not math.isfinite(value))
    }


def checked(gate: str, passes: bool, says: str, value: Figure = None, limit: Figure = None) -> Gate:
    """Return a gate that was decided elsewhere."""
    return Gate(gate=gate, value=value, limit=limit, result="pass" if passes else "fail", says=says)


def missing(gate: str, says: str, limit: Figure = None, unit: str = "") -> Gate:
    """Return a gate whose input is not there: it does not pass."""
    return Gate(gate=gate, limit=limit, unit=unit, result="unknown", says=says)


def at_least(gate: str, value: float | None, limit: float, unit: str, what: str) -> Gate:
    """Return the gate value ≥ limit; `what` names the value in its words."""
    if value is None:
        return missing(gate, f"{what} not given", limit, unit)
    passes = value >= limit - SLACK
    says = f"{what} {_beside(value, limit)}{_unit(unit)} {'≥' if passes else '<'} {limit:g}{_unit(unit)}"
    return Gate(gate=gate, value=value, limit=limit, unit=unit, result="pass" if passes else "fail", says=says)


def at_most(gate: str, value: float | None, limit: float, unit: str, what: str, slack: float = SLACK) -> Gate:
    """Return the gate value ≤ limit; `what` names the value in its words, `slack` is less where numbers are tiny."""
    if value is None:
        return missing(gate, f"{what} not given", limit, unit)
    passes = value <= limit + slack
    says = f"{what} {_beside(value, limit)}{_unit(unit)} {'≤' if passes else '>'} {limit:g}{_unit(unit)}"
    return Gate(gate=gate, value=value, limit=limit, unit=unit, result="pass" if passes else "fail", says=says)


def _beside(value: float, limit: float) -> str:
    """Write a number with as many digits as it takes to tell it from its limit."""
    short = f"{value:.0f}" if 1e4 <= abs(value) < 1e9 else f"{value:.4g}"
    return short if value == limit or float(short) != limit else f"{value:.9g}"


def _unit(unit: str) -> str:
    return f" {unit}" if unit else ""
