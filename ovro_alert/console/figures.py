"""An alert's figures, one below the other; those too that only a merger, a gamma-ray burst, a trigger … has."""

from __future__ import annotations

from collections.abc import Iterator

from ovro_alert.alerts import KeptAlert
from ovro_alert.console.tables import cell
from ovro_alert.in_short import once_per
from ovro_alert.nouns import Noun

INSIDE = ("merger", "gamma_rays", "trigger", "request", "transient")
ABOUT = frozenset({"id", "seq", "statement", "made", "words", "event", "stream"})
"""What the heading says, or what is no figure."""


def figures(alert: KeptAlert) -> Iterator[tuple[str, object]]:
    """Return name and value of all that is known."""
    yield from _known(alert, ABOUT.union(INSIDE))
    for name in INSIDE:
        noun = getattr(alert, name)
        if noun is not None:
            yield from _known(noun)
    if alert.merger is not None and alert.merger.far_hz is not None:
        yield "far", once_per(alert.merger.far_hz)


def _known(noun: Noun, left_out: frozenset[str] = frozenset()) -> Iterator[tuple[str, object]]:
    for name, value in noun:
        if name not in left_out and value is not None and value not in ((), {}):
            yield name, _in_words(value)


def _in_words(value: object) -> object:
    if isinstance(value, Noun):
        return ", ".join(f"{name} {cell(inside)}" for name, inside in value if inside is not None)
    if isinstance(value, dict):
        return ", ".join(f"{name} {cell(inside)}" for name, inside in value.items())
    return ", ".join(_one(inside) for inside in value) if isinstance(value, tuple) else value


def _one(inside: object) -> str:
    """Write one of many: a search beam as its number and its S/N."""
    return " ".join(cell(part) for part in inside) if isinstance(inside, tuple) else cell(inside)
