"""Numbers for people: each with its unit, times in UTC."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ovro_alert.times import parse_utc

HOUR_S = 3600.0
DAY_S = 86400.0
LONG_S = 7200.0
YEAR_S = 365.25 * DAY_S
RAREST_S = 1e9 * YEAR_S
NEARLY = 0.99
UNITS = ((YEAR_S, "yr"), (DAY_S, "d"), (HOUR_S, "h"))


def number(value: object) -> float | None:
    """Return a value as a number, or None where it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(float(value)) < float("inf") else None


def quantity(value: object, form: str, unit: str = "") -> str | None:
    """Return `value unit`, or None where there is no number."""
    known = number(value)
    return None if known is None else f"{known:{form}}{unit}"


def fraction(value: object) -> str | None:
    """Return a fraction in per cent; near the whole with a decimal, so that a loss of a few is not hidden."""
    known = number(value)
    if known is None:
        return None
    return f"{known * 100:.1f} %" if 0.995 <= known < 0.9995 else f"{known * 100:.0f} %"


def length(seconds: object) -> str | None:
    """Return a length of time as people say it: tenths below 100 s, hours above two, days above two."""
    known = number(seconds)
    if known is None:
        return None
    size = abs(known)
    if size < 100:
        return f"{known:.1f}".removesuffix(".0") + " s"
    if size < LONG_S:
        return f"{known:.0f} s"
    return f"{known / HOUR_S:.1f} h" if size < 2 * DAY_S else f"{known / DAY_S:.1f} d"


def rate(value_hz: object) -> str | None:
    """Return a rate as people say how rare something is: `1 per 160 yr`."""
    known = number(value_hz)
    if known is None or known < 0:
        return None
    if known * RAREST_S < 1:
        return "less than 1 per 1,000,000,000 yr"
    every_s = 1 / known
    size_s, unit = next(((size_s, unit) for size_s, unit in UNITS if every_s >= NEARLY * size_s), (1.0, "s"))
    every = every_s / size_s
    return f"1 per {every:.1f} {unit}" if every < 10 else f"1 per {every:,.0f} {unit}"


def moment(value: object) -> datetime | None:
    """Return a moment out of a figure or a client's report, or None."""
    try:
        return parse_utc(value)
    except (ValueError, OverflowError):
        return None


def date(when: datetime) -> str:
    """Return the day and the time to a tenth of a second."""
    tenths = when + timedelta(milliseconds=50)
    return f"{tenths:%Y-%m-%d %H:%M:%S}.{tenths.microsecond // 100_000} UTC"


def clock(when: datetime) -> str:
    """Return the time of day to a second."""
    return f"{when + timedelta(milliseconds=500):%H:%M:%S}"


def ago(when: datetime, now: datetime) -> str:
    """Return how long ago that was, or in how long it will be."""
    age_s = (now - when).total_seconds()
    return f"{length(age_s)} ago" if age_s >= 0 else f"in {length(-age_s)}"


def first_of(values: dict[str, Any], *names: str) -> Any:  # noqa: ANN401 - whatever a client reported
    """Return the first of these that is there."""
    return next((values[name] for name in names if values.get(name) is not None), None)


def joined(*phrases: str | None, by: str = ", ") -> str | None:
    """Return what was said, or None if nothing was."""
    return by.join(phrase for phrase in phrases if phrase) or None
