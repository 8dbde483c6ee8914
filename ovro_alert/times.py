"""UTC and MJD, and the clock that is handed in: no module asks the machine what time it is.

All moments are timezone-aware UTC `datetime`s with microseconds. MJD here is UTC MJD, days of 86,400 s, as the
observatory's programs write it. A leap second (`…:60`) has no place in a `datetime` and is refused.
"""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Annotated, Protocol
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, SerializationInfo

MJD_EPOCH = datetime(1858, 11, 17, tzinfo=UTC)
TAI_MINUS_UTC_S = 37.0
"""TAI − UTC since 2017-01-01, in seconds (IERS Bulletin C)."""


class Clock(Protocol):
    """What time it is, and how to wait; tests hand in one that they turn themselves."""

    def now(self) -> datetime:
        """UTC by this machine's clock."""

    def monotonic(self) -> float:
        """Seconds that never jump, from an arbitrary zero."""

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Block until the event is set (True) or the seconds are over (False)."""

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """UTC by this machine's clock."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never jump."""
        return time.monotonic()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Block until the event is set or the seconds are over."""
        return event.wait(seconds)

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds."""
        await asyncio.sleep(seconds)


def parse_utc(value: object) -> datetime:
    """Read a moment: ISO 8601 with any offset and precision, or an aware datetime; no zone is an error."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value.strip())
    if not isinstance(value, datetime):
        message = f"not a time: {value!r:.80}"
        raise ValueError(message)  # noqa: TRY004 - pydantic turns ValueError into a validation error
    if value.tzinfo is None:
        message = f"a time needs its zone, for instance a Z at its end: {value.isoformat()}"
        raise ValueError(message)
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        message = f"not a moment that a calendar has in UTC: {value.isoformat()}"
        raise ValueError(message) from error


def iso(moment: datetime) -> str:
    """Write a moment as the wire has it: UTC, milliseconds (rounded down), Z."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def iso_us(moment: datetime) -> str:
    """Write a moment with all its microseconds, in a form that sorts as text."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


EXACT = {"exact": True}
"""Context for `model_dump(mode="json", context=EXACT)`: moments keep their microseconds, for the journal."""


def _written(moment: datetime, info: SerializationInfo) -> str:
    return iso_us(moment) if info.context is EXACT else iso(moment)


Utc = Annotated[
    datetime,
    BeforeValidator(parse_utc),
    PlainSerializer(_written, return_type=str, when_used="json"),
]
"""A UTC moment in a model: read with any offset, refused without one; written with milliseconds and Z."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        message = "no time zone has this name; they are named as America/Los_Angeles"
        raise ValueError(message) from None
    return name


ZoneName = Annotated[str, AfterValidator(_zone)]
"""The name of a time zone, as IANA has it."""


def mjd(moment: datetime) -> float:
    """UTC MJD in days, good to about 1 µs at today's dates."""
    return (moment - MJD_EPOCH) / timedelta(days=1)


def of_mjd(days: float) -> datetime:
    """Return the moment of a UTC MJD, to the microsecond; a float itself is good to about 0.3 µs at today's dates."""
    return MJD_EPOCH + timedelta(days=days)


def seconds(value: float) -> timedelta:
    """Return a length of time of that many seconds."""
    return timedelta(seconds=value)


def age_s(moment: datetime, now: datetime) -> float:
    """Seconds from a moment to now; negative if it lies ahead."""
    return (now - moment).total_seconds()
