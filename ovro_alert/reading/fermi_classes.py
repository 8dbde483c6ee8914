"""What Fermi GBM takes a trigger for: by number in VOEvents, by word in JSON."""

from __future__ import annotations

CLASSES = {
    0: "error",
    1: "unreliable location",
    2: "local particles",
    3: "below horizon",
    4: "GRB",
    5: "generic SGR",
    6: "generic transient",
    7: "distant particles",
    8: "solar flare",
    9: "Cyg X-1",
    10: "SGR 1806-20",
    11: "GRO J0422-32",
    12: "undefined",
    19: "TGF",
}
"""Most_Likely_Index, and what it means."""

BY_WORD = {name.replace("-", "_").replace(" ", "_").lower(): name for name in CLASSES.values()}


def likely_by_index(index: float) -> str:
    """Return the class of this number."""
    return CLASSES.get(int(index), f"class {index:g}") if index == int(index) else f"class {index:g}"


def likely_by_word(word: str) -> str:
    """Return the class of a word such as `UNRELIABLE_LOCATION`, or of its like in another mission's notices."""
    return BY_WORD.get(word.strip().replace(" ", "_").lower(), word.strip())
