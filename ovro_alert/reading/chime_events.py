"""How an event of CHIME/FRB is named: by its number, else by the end of an IVORN; the same on every path."""

from __future__ import annotations

import hashlib
import re

NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}", re.ASCII)
TAIL = re.compile(r"(?<![0-9a-f])[0-9a-f]{12}$", re.ASCII | re.IGNORECASE)
PLACEHOLDERS = frozenset({"none", "null", "nan"})


def event_named(*given: object) -> str | None:
    """Return the event named by the first event number that is one, `chime:217097677`; None if there is none."""
    for value in given:
        number = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
        if number.isdecimal():
            number = number.lstrip("0")  # 0 is no event
        if NUMBER.fullmatch(number) and number.lower() not in PLACEHOLDERS:
            return f"chime:{number}"
    return None


def event_cited(ivorn: str) -> str:
    """Return the event named by an IVORN: the 12 hex digits at its end, else a digest of it all."""
    return f"chime:{tail_of(ivorn)}"


def tail_of(ivorn: str) -> str:
    """Return the 12 hex digits by which an IVORN of CHIME/FRB is told from all others."""
    found = TAIL.search(ivorn)
    return found.group().lower() if found else hashlib.sha256(ivorn.encode()).hexdigest()[:12]
