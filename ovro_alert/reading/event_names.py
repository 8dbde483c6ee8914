"""How an event is named: by its stream and what its source calls it, where that can be a name."""

from __future__ import annotations

import hashlib
import re

NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}", re.ASCII)
PLACEHOLDERS = frozenset({"none", "null", "nan"})


def name_among(*given: object) -> str | None:
    """Return the first that is a name, as written; a number of zeros alone is none, nor are `None` and its like."""
    for value in given:
        name = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
        if NUMBER.fullmatch(name) and name.lower() not in PLACEHOLDERS and name.strip("0"):
            return name
    return None


def digest(text: str | bytes) -> str:
    """Return 12 hex digits by which one text is told from another."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()[:12]
