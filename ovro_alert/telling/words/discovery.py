"""A burst that DSA-110 found: what it takes it for, how strong and wide it is, in which beams; then OVRO-LWA's beam."""

from __future__ import annotations

from ovro_alert.tellers import Told
from ovro_alert.telling.words.beam import beam
from ovro_alert.telling.words.detection import dispersion, when_and_how
from ovro_alert.telling.words.figures import joined, quantity
from ovro_alert.telling.words.plain import plain
from ovro_alert.verdicts import Figure, Verdict


def discovery(told: Told, verdict: Verdict) -> list[str | None]:
    """Return the lines: `T3, p = 0.98; DM 279.4, S/N 12.7, width 1.05 ms, search beams 127, 383, …`."""
    alert, figures = told.alert, verdict.figures
    if alert is None:
        return beam(told, verdict)
    seen = joined(
        dispersion(alert),
        quantity(figures.get("snr"), ".1f") and f"S/N {quantity(figures.get('snr'), '.1f')}",
        quantity(figures.get("width_ms"), ".3g") and f"width {quantity(figures.get('width_ms'), '.3g')} ms",
        _beams(figures),
        when_and_how(told, alert),
    )
    classified = figures.get("classified")
    return [joined(plain(classified) if classified else None, seen, by="; "), *beam(told, verdict)]


def _beams(figures: dict[str, Figure]) -> str | None:
    named = figures.get("search_beams")
    if not named:
        return None
    arms = " (one arm)" if figures.get("both_arms") is False else ""
    return f"search beam{'s' if ',' in str(named) else ''} {plain(named)}{arms}"
