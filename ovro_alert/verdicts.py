"""The verdict: what one scenario thinks of one alert, and why, gate by gate, in numbers."""

from __future__ import annotations

from typing import Literal

from ovro_alert.alerts import Alert
from ovro_alert.commands import CommandDraft
from ovro_alert.messages import Level, MessageDraft, Subject
from ovro_alert.notices import NoticeState
from ovro_alert.nouns import Noun
from ovro_alert.times import Utc

Answer = Literal["command", "proposal", "message", "nothing", "failed"]
Result = Literal["pass", "fail", "unknown", "off"]
Figure = float | int | str | bool | None

SCENARIO_TITLES: dict[str, str] = {
    "chime_repeater": "CHIME repeater → OVRO-LWA voltage beam",
    "chime_new_repeater": "new CHIME repeater → DSA-110 repoint",
    "codetection": "CHIME × DSA-110 co-detection",
    "lvk_dump": "neutron-star merger → OVRO-LWA buffer dump",
    "short_grb": "short gamma-ray burst → OVRO-LWA",
    "dsa_beam": "DSA-110 discovery → OVRO-LWA beam",
    "dsa_guano": "DSA-110 discovery → Swift/GUANO",
    "flarescope": "Flarescope co-observing → OVRO-LWA beam",
    "grex": "GREX → OVRO-LWA",
    "optical_sprite": "optical transient → SPRITE",
}
"""Every scenario by its name; here, because who asks for names must not have to load the judges."""


class Gate(Noun):
    """One condition: what was measured, against what, and what that means in words."""

    gate: str
    value: Figure = None
    limit: Figure = None
    unit: str = ""
    result: Result
    says: str

    @property
    def failed(self) -> bool:
        """Whether it keeps a scenario from acting; what is not known does so as well."""
        return self.result in ("fail", "unknown")


class Withdrawal(Noun):
    """A wish of a scenario that a command ends: cancelled while it waits, told (`told_only`) once it acts.

    With `stop` one that acts is asked to stop as well.
    """

    command: int
    why: str
    told_only: bool = False
    stop: bool = False


class SecondLook(Noun):
    """A wish of a scenario to judge the same alert again at that moment, if nothing came to change its mind before.

    `facts` is what it has to know then and the journal will have forgotten: small, JSON.
    """

    at: Utc
    facts: dict[str, Figure] = {}


class Judgement(Noun):
    """What a scenario returns: its answer, its reasons, and what it would have commanded and told.

    Attributes
    ----------
    summary
        The first gate that failed, in words; or what is commanded.
    commands
        Drafts; the relay makes commands of them, or finds that they exist already.
    withdrawals
        Earlier commands of this event that it takes back.
    subject, level, broadcast
        What people are told of, how loudly (None: nobody is disturbed), and whether the channel sees it as well.
    figures
        Numbers for the words, with their units in their names.
    joins
        Events of other telescopes that are the same burst: they are judged again with what this alert adds.
    again
        When to look a second time; a newer judgement of the same alert takes the place of that look.
    """

    scenario: str
    answer: Answer
    summary: str
    gates: tuple[Gate, ...] = ()
    commands: tuple[CommandDraft, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()
    subject: Subject = "verdict"
    level: Level | None = None
    broadcast: bool = False
    figures: dict[str, Figure] = {}
    joins: tuple[str, ...] = ()
    again: SecondLook | None = None


class Verdict(Noun):
    """A judgement as the journal has it; `commands` are the ids that came of it."""

    id: int
    seq: int
    alert: int
    notice: int
    scenario: str
    answer: Answer
    summary: str
    gates: tuple[Gate, ...] = ()
    commands: tuple[int, ...] = ()
    figures: dict[str, Figure] = {}
    made: Utc


class JudgedAgain(Noun):
    """What scenarios think anew of a kept alert of another event, after what a notice adds to it."""

    alert: int
    judgements: tuple[Judgement, ...]


class Decision(Noun):
    """All that the judge made of one notice; written to the journal together or not at all.

    Attributes
    ----------
    alert
        The alert, with everything known after this notice; None when the notice is not an alert.
    alert_id
        Which kept alert this is, when the statement was known before.
    retracted
        A retraction of this event is known; it may have come before the event.
    changed
        Whether this notice told anything that was not known; if not, there are no judgements.
    messages
        What people are told of the notice itself: that it cannot be read, or broke a scenario.
    as_of
        The journal number of the newest command or switch that the scenarios knew.
    history
        The notice was judged as history, as of its own time.
    others
        Alerts of other telescopes on the same burst, judged again.
    look
        The second look that this is: the notice was decided before.
    """

    notice: int
    state: NoticeState
    why: str | None = None
    alert: Alert | None = None
    alert_id: int | None = None
    retracted: bool = False
    changed: bool = True
    judgements: tuple[Judgement, ...] = ()
    messages: tuple[MessageDraft, ...] = ()
    as_of: int = 0
    history: bool = False
    others: tuple[JudgedAgain, ...] = ()
    look: int | None = None
