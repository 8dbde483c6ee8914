"""What came of judging again: counts beside those of what was done, and each event that would have gone otherwise."""

from __future__ import annotations

from typing import Literal

from ovro_alert.nouns import Noun
from ovro_alert.times import Utc
from ovro_alert.verdicts import Verdict

Other = Literal["more", "fewer", "other", "new"]
"""How an event differs from what was done; `new`: all that was known of it was handed in as history."""


class Count(Noun):
    """So many commands, what they take of a telescope's time and of its disks."""

    commands: int = 0
    proposals: int = 0
    hours: float = 0.0
    tb: float = 0.0


class Line(Noun):
    """One scenario and what it asks of one telescope: what was done, what would have been."""

    scenario: str
    telescope: str
    action: str
    then: Count = Count()
    now: Count = Count()


class Told(Noun):
    """Messages of one level."""

    level: str
    then: int | None
    now: int


class Difference(Noun):
    """One event in one scenario that would have gone otherwise: over which notice, with the verdicts' summaries."""

    event: str
    scenario: str
    how: Other
    notice: int
    received: Utc
    then: tuple[str, ...]
    now: tuple[str, ...]
    then_says: str
    now_says: str


class SideBySide(Noun):
    """What one scenario said of one event, then and now: over the same notice, where both said something."""

    event: str
    scenario: str
    then: Verdict | None
    now: Verdict | None


class Outcome(Noun):
    """All of it.

    Attributes
    ----------
    notices, history
        Judged and counted; those of them that had been handed in as history.
    before
        Judged and not counted: those of the day before, so that budgets and events begin as they would have been.
    states
        What became of the notices that are counted, by state.
    """

    since: Utc
    until: Utc
    notices: int
    history: int
    before: int
    states: dict[str, int]
    lines: tuple[Line, ...]
    messages: tuple[Told, ...]
    differences: tuple[Difference, ...]
    events: tuple[SideBySide, ...] = ()
