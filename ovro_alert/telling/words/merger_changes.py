"""What a later statement on a merger changes: classes, properties, false-alarm rate, distance, what is up."""

from __future__ import annotations

from ovro_alert.mergers import Merger
from ovro_alert.telling.words.figures import fraction, joined, quantity, rate
from ovro_alert.verdicts import Figure

CALLED = {"HasMassGap": "MassGap", "Terrestrial": "terrestrial"}
"""What people call a class or a property; the others by their own names."""

CLASSES = {"BNS": "bns", "NSBH": "nsbh", "BBH": "bbh", "Terrestrial": "terrestrial"}
PROPERTIES = {"HasNS": "has_ns", "HasRemnant": "has_remnant", "HasMassGap": "has_mass_gap"}
"""And what the figures call it."""


def changes(now: Merger, figures: dict[str, Figure]) -> str | None:
    """Return `HasNS 1.000 → 0.985, FAR 1 per 160 yr → 1 per 4.0 yr`; empty if nothing changed, None if nothing was."""
    if not any(name.partition("_before")[1] for name in figures):
        return None
    chances = [
        *((name, figure, now.classification.get(name)) for name, figure in CLASSES.items()),
        *((name, figure, now.properties.get(name)) for name, figure in PROPERTIES.items()),
    ]
    place = _place(now, figures)
    moved = joined(
        *(
            _moved(CALLED.get(name, name), _chance(figures.get(f"{figure}_before")), _chance(value))
            for name, figure, value in chances
        ),
        _moved("FAR", rate(figures.get("far_before_hz")), rate(now.far_hz)),
        place,
        place and fraction(figures.get("visible_15")) and f"{fraction(figures.get('visible_15'))} of the map above 15°",
    )
    return moved or ""


def _place(now: Merger, figures: dict[str, Figure]) -> str | None:
    if now.map is None:
        return None
    distance, area = quantity(now.map.distance_mpc, ".0f", " Mpc"), quantity(now.map.area90_deg2, ".0f", " deg²")
    return joined(
        _moved("distance", quantity(figures.get("distance_before_mpc"), ".0f", " Mpc"), distance),
        _moved("90 % area", quantity(figures.get("area_before_deg2"), ".0f", " deg²"), area),
    )


def _chance(value: object) -> str | None:
    return quantity(value, ".3f")


def _moved(name: str, before: str | None, after: str | None) -> str | None:
    if after is None or after == before:
        return None
    return f"{name} {after}" if before is None else f"{name} {before} → {after}"
