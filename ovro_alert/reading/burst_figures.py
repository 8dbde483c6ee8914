"""Lengths and significances of bursts, by whatever names: a zero is written where there is none."""

from __future__ import annotations

from ovro_alert.reading.figures import Asked, Figures

LONGEST_S = 1e6
"""No burst, and no window of a search for one, is longer."""
STRONGEST = 1e9
"""No significance is greater."""


def seconds_of(figures: Figures, *names: str) -> float | None:
    """Return the first of these lengths of time that is given, seconds."""
    return _first(figures, names, LONGEST_S)


def significance_of(figures: Figures, *names: str) -> float | None:
    """Return the first of these significances that is given, sigma."""
    return _first(figures, names, STRONGEST)


def _first(figures: Figures, names: tuple[str, ...], most: float) -> float | None:
    return next(filter(None, (figures.number(Asked(name, 0, most)) for name in names)), None)
