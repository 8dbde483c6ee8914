"""A burst that GREX has seen: by whom, whether a magnetar is waited for, its dump and its beam."""

from __future__ import annotations

from ovro_alert.alerts import KeptAlert
from ovro_alert.tellers import Told
from ovro_alert.telling.words.beam import beam
from ovro_alert.telling.words.detection import detection
from ovro_alert.telling.words.dump import dump
from ovro_alert.telling.words.figures import joined, number, quantity
from ovro_alert.telling.words.heading import concerned
from ovro_alert.telling.words.plain import LINE_LIMIT, plain
from ovro_alert.verdicts import Figure, Verdict


def grex(told: Told, verdict: Verdict) -> list[str | None]:
    """Return the lines."""
    commands = {one.action: one for one in concerned(told)}
    return [
        joined(detection(told), _seen_by(told.alert, verdict.figures), by="; "),
        _magnetar(verdict.figures),
        dump(verdict.figures, commands.get("dump")),
        *beam(told, verdict),
        _said(told.alert),
    ]


def _seen_by(alert: KeptAlert | None, figures: dict[str, Figure]) -> str | None:
    stations = figures.get("stations")
    width = quantity(alert.width_ms, ".3g", " ms wide") if alert is not None else None
    return joined(width, f"seen by {plain(stations)}" if stations else None)


def _said(alert: KeptAlert | None) -> str | None:
    return f"They say: {plain(alert.words, LINE_LIMIT)}" if alert is not None and alert.words else None


def _magnetar(figures: dict[str, Figure]) -> str | None:
    name, height = figures.get("magnetar"), number(figures.get("magnetar_elevation_deg"))
    if not name or height is None:
        return None
    where = f"elevation {height:.1f}°" if height >= 0 else f"{-height:.1f}° below the horizon"
    return f"DM of the magnetar {plain(name)}, {where}"
