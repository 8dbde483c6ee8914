"""Is this burst short? From all that its telescopes have said of it, in the order in which they said it.

A trigger's timescale is not a duration: it makes a candidate, which a finished analysis confirms or takes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from ovro_alert.alerts import Alert
from ovro_alert.scenarios.gates import checked, missing
from ovro_alert.scenarios.grb_words import Word, rule_of
from ovro_alert.scenarios.limits import GrbLimits
from ovro_alert.verdicts import Gate

How = Literal["no", "candidate", "confirmed", "withdrawn"]


class Length(NamedTuple):
    """What all statements together say, and the word that decided it; `also` is what only supports it."""

    how: How = "no"
    word: Word = Word("silent", "how long it was is not said")
    also: str = ""

    @property
    def short(self) -> bool:
        """Say whether it is, or may well be, short."""
        return self.how in ("candidate", "confirmed")

    @property
    def says(self) -> str:
        """Say it."""
        return f"{self.word.says}; {self.also}" if self.also else self.word.says


def length_of(statements: Sequence[Alert], limits: GrbLimits) -> Length:
    """Return what these statements of one event say, the oldest first."""
    length = Length()
    seen: set[tuple[str, str]] = set()
    for said in (one.gamma_rays for one in statements if one.gamma_rays is not None):
        kind = (said.instrument, said.notice_type)
        length = _after(length, rule_of(said)(said, kind not in seen, limits))
        seen.add(kind)
    return length


def short_gate(gate: str, length: Length) -> Gate:
    """Return the gate: it is short, or may well be."""
    if length.word.lacks and not length.short:
        return missing(gate, length.says)
    return checked(gate, passes=length.short, says=length.says, value=length.how, limit="candidate or confirmed")


def _after(before: Length, word: Word) -> Length:
    if word.means == "against":
        return Length("no" if before.how == "no" else "withdrawn", word)
    if word.means == "supports":
        return before._replace(also=word.says) if before.short else before
    if word.means == "silent":
        undecided = before.how == "no" and before.word.means != "against"
        return Length("no", word) if undecided and word.says else before
    return before if before.how == "confirmed" else Length(word.means, word)
