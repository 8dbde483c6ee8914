"""Words from outside as a terminal may have them: no control character, no markup, one line."""

from __future__ import annotations

import unicodedata

INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories of what a terminal would obey, or hide, instead of showing it."""


def plain(words: object) -> str:
    """Return the words in one line; what a terminal would obey is shown as a dot."""
    joined = " ".join(str(words).split())
    return "".join("·" if unicodedata.category(letter) in INVISIBLE else letter for letter in joined)
