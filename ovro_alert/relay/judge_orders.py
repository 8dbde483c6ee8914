"""What the relay says to its judge."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from ovro_alert.nouns import Noun
from ovro_alert.scenarios.limits import Limits
from ovro_alert.times import Utc


class Bench(Noun):
    """What a judge is told once, at its start."""

    journal: Path
    limits: Limits
    repeaters: Path | None = None
    timeout_s: float
    role: Literal["observation", "test"] = "test"


class Order(Noun):
    """Judge this notice, as of that moment; one that is history is judged as of its own. Or have this second look."""

    notice: int = 0
    look: int = 0
    now: Utc
