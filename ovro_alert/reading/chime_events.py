"""How an event of CHIME/FRB is named: by its number, else by the end of an IVORN; the same on every path."""

from __future__ import annotations

import re

from ovro_alert.reading.event_names import digest, name_among

TAIL = re.compile(r"(?<![0-9a-f])[0-9a-f]{12}$", re.ASCII | re.IGNORECASE)


def event_named(*given: object) -> str | None:
    """Return the event named by the first event number that is one, `chime:217097677`; None if there is none."""
    name = name_among(*given)
    return None if name is None else f"chime:{name.lstrip('0') if name.isdecimal() else name}"


def event_cited(ivorn: str) -> str:
    """Return the event named by an IVORN: the 12 hex digits at its end, else a digest of it all."""
    return f"chime:{tail_of(ivorn)}"


def tail_of(ivorn: str) -> str:
    """Return the 12 hex digits by which an IVORN of CHIME/FRB is told from all others."""
    found = TAIL.search(ivorn)
    return found.group().lower() if found else digest(ivorn)
