"""Numbers, moments and words as notices write them: what cannot be is missing, and said."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

NOT_GIVEN = frozenset({"", "-", "none", "null", "n/a"})
"""What programs write when they have nothing to write."""

FLAGS = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}

MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)? ?(Z|UTC|[+-]\d\d:?\d\d)?", re.ASCII | re.IGNORECASE)
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""No notice speaks of an event outside; far-off years would overflow what is computed from them."""


def number(value: object, least: float = -math.inf, most: float = math.inf) -> float | None:
    """Return a finite number within limits, None if nothing is given; ValueError says what is wrong with it."""
    if _nothing(value):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        message = f"{_shown(value)} is no number"
        raise ValueError(message)  # noqa: TRY004 - one kind of error for all that a notice may do wrong
    try:
        figure = math.nan if isinstance(value, str) and "_" in value else float(value)
    except (ValueError, OverflowError):
        figure = math.nan
    if not math.isfinite(figure):
        message = f"{_shown(value)} is no finite number"
        raise ValueError(message)
    if not least <= figure <= most:
        message = f"{_shown(value)} lies outside {least:g} to {most:g}"
        raise ValueError(message)
    return figure + 0.0  # no negative zero


def largest(value: object, least: float = -math.inf, most: float = math.inf) -> float | None:
    """Return a number, or the largest absolute value of a list: the wider side of an asymmetric error."""
    if not isinstance(value, list):
        return number(value, least, most)
    sides = [number(side) for side in value[:2]]
    return number(max((abs(side) for side in sides if side is not None), default=None), least, most)


def moment(value: object) -> datetime | None:
    """Return a UTC moment, None if nothing is given; without a zone it is UTC, as CHIME and GCN mean it."""
    if _nothing(value):
        return None
    found = MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        message = f"{_shown(value)} is no date and time"
        raise ValueError(message)
    date, time, fraction, zone = found.groups()
    zone = "Z" if zone is None or zone.upper() in ("Z", "UTC") else zone
    try:
        when = datetime.fromisoformat(f"{date}T{time}{(fraction or '')[:7]}{zone}").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = f"{_shown(value)} is an impossible time: {error}"
        raise ValueError(message) from error
    if not FIRST_YEAR <= when.year < LAST_YEAR:
        message = f"{_shown(value)} is not a year of this observatory"
        raise ValueError(message)
    return when


def words(value: object, most: int = 200) -> str | None:
    """Return one line of printable text, None if nothing is given: no control characters, no half surrogates."""
    if _nothing(value):
        return None
    if isinstance(value, bool) or not isinstance(value, int | str):
        message = f"{_shown(value)} is no text"
        raise ValueError(message)  # noqa: TRY004 - as above
    printable = "".join(letter if letter.isprintable() else " " for letter in str(value)[: 10 * most])
    text = " ".join(printable.split())[:most].strip()
    return None if _nothing(text) else text


class Asked(NamedTuple):
    """A number by its name in the notice, and the limits outside which it cannot be."""

    name: str
    least: float = 0.0
    most: float = math.inf


class Figures:
    """What one notice gives, by name; `remarks` gathers what was given and cannot be."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self.given = given
        self.remarks: list[str] = []

    def number(self, asked: Asked) -> float | None:
        """Return one number, or None with a remark."""
        try:
            return largest(self.given.get(asked.name), asked.least, asked.most)
        except ValueError as error:
            self.remarks.append(f"{asked.name} {error}")
            return None

    def numbers(self, table: Mapping[str, Asked]) -> dict[str, Any]:
        """Return many numbers, by the alert's field."""
        return {field: self.number(asked) for field, asked in table.items()}

    def whole(self, name: str, most: int) -> int | None:
        """Return one whole number from 0 to `most`, or None with a remark."""
        value = self.number(Asked(name, 0, most))
        if value is None or value.is_integer():
            return None if value is None else int(value)
        self.remarks.append(f"{name} {value:g} is no whole number")
        return None

    def flag(self, name: str) -> bool | None:
        """Return yes or no, or None with a remark; 1 and 0 are written for them, and their names."""
        value = self.given.get(name)
        if _nothing(value):
            return None
        said = FLAGS.get(str(value).strip().lower()) if isinstance(value, bool | int | float | str) else None
        if said is None:
            self.remarks.append(f"{name} {_shown(value)} is neither true nor false")
        return said

    def moment(self, name: str) -> datetime | None:
        """Return one moment, or None with a remark."""
        try:
            return moment(self.given.get(name))
        except ValueError as error:
            self.remarks.append(f"{name} {error}")
            return None

    def words(self, name: str, most: int = 200) -> str | None:
        """Return one text, or None with a remark."""
        try:
            return words(self.given.get(name), most)
        except ValueError as error:
            self.remarks.append(f"{name} {error}")
            return None

    @property
    def remark(self) -> str | None:
        """All remarks in one line, None if all was well."""
        return "; ".join(self.remarks) or None


def _nothing(value: object) -> bool:
    return value is None or (isinstance(value, str) and value.strip().lower() in NOT_GIVEN)


def _shown(value: object) -> str:
    return f"{value!r:.60}"
