"""What others wrote, made plain: one bounded line, no control characters. Markup is the door's business."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

NAME_LIMIT = 120
LINE_LIMIT = 600
PAIRS_LIMIT = 8


def plain(text: object, limit: int = NAME_LIMIT) -> str:
    """Return others' words as one line of at most `limit` characters."""
    # what is cut off is never looked at: a megabyte costs no more than a line
    head = str(text)[: 4 * limit]
    kept = "".join(" " if sign.isspace() else sign for sign in head if sign.isspace() or _shown(sign))
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _shown(sign: str) -> bool:
    # C*: controls, marks that turn the direction of writing, surrogates, unassigned
    return not unicodedata.category(sign).startswith("C")


def pairs(values: Mapping[str, object], leave: frozenset[str] = frozenset()) -> str:
    """Return `name value, name value …` of what is one word or number, for what we have no sentence for."""
    said = [
        f"{plain(name, 40)} {plain(value)}"
        for name, value in values.items()
        if name not in leave and isinstance(value, (str, int, float)) and value != ""
    ]
    return ", ".join(said[:PAIRS_LIMIT])
