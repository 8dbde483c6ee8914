"""The command: what is asked of one telescope, and its states as data."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from ovro_alert.nouns import Form, Noun
from ovro_alert.statuses import Moves
from ovro_alert.times import Utc, iso

State = Literal[
    "proposed",
    "pending",
    "claimed",
    "acting",
    "done",
    "failed",
    "refused",
    "declined",
    "expired",
    "cancelled",
]

NEXT: dict[State, frozenset[State]] = {
    "proposed": frozenset({"pending", "declined", "expired", "cancelled"}),
    "pending": frozenset({"claimed", "expired", "cancelled"}),
    "claimed": frozenset({"acting", "refused", "failed", "expired", "cancelled", "pending"}),
    "acting": frozenset({"done", "failed", "cancelled"}),
    "done": frozenset(),
    "failed": frozenset(),
    "refused": frozenset(),
    "declined": frozenset(),
    "expired": frozenset(),
    "cancelled": frozenset(),
}
"""The table of states: what each may become. A state with nothing after it is final."""

FINAL: frozenset[State] = frozenset(state for state, after in NEXT.items() if not after)
WAITING: frozenset[State] = frozenset({"proposed", "pending", "claimed"})
"""States that end at the deadline: the telescope has not been told."""

LEASE_S = 15.0
"""How long a claim holds before others may claim, seconds."""

OVERDUE_AFTER_S = 60.0
"""How long after its `until` an acting command may be silent, seconds."""


# ── the command itself ──


class CommandDraft(Noun):
    """A command that a scenario wants; the relay gives it its id and state.

    Attributes
    ----------
    turn
        1, and one more for each replacement, follow-on beam, renewed dump, way back or citing VOEvent; a command is
        unique in (scenario, event, telescope, action, turn).
    """

    telescope: str
    action: str
    args: dict[str, Any]
    deadline: Utc
    reason: str
    priority: int = Field(default=50, ge=0, le=100)
    event: str | None = None
    scenario: str | None = None
    turn: int = 1


class Stop(Noun):
    """A wish that an acting command ends."""

    by: str
    why: str
    when: Utc


class Command(Noun):
    """A command as everybody sees it.

    `left_s` are the seconds to the deadline when this was written; `begun`, whether its telescope was ever told.
    """

    id: int
    seq: int
    telescope: str
    action: str
    args: dict[str, Any]
    role: Literal["observation", "test"]
    state: State
    begun: bool = False
    priority: int
    deadline: Utc
    left_s: float | None = None
    reason: str
    event: str | None = None
    alert: int | None = None
    scenario: str | None = None
    turn: int = 1
    made: Utc
    visible: Utc | None = None
    by: str
    client: str | None = None
    moves: Moves | None = None
    lease_until: Utc | None = None
    until: Utc | None = None
    stop: Stop | None = None
    overdue: bool = False
    detail: dict[str, Any] = {}

    @property
    def final(self) -> bool:
        """Nothing comes after this state."""
        return self.state in FINAL

    @property
    def key(self) -> str:
        """Which command this is, also beside those of another journal that counts from 1 again."""
        return f"{self.id}@{iso(self.made)}"

    def seen_at(self, now: datetime) -> Command:
        """Return the command with its seconds left, as it is at that moment.

        A command that waits past its deadline is never shown open, whether the relay's timer came by or not.
        """
        left_s = (self.deadline - now).total_seconds()
        late = left_s <= 0 and self.state in WAITING
        update: dict[str, Any] = {"left_s": round(max(left_s, 0.0), 3)}
        if late:
            update |= {"state": "expired", "lease_until": None}
        return self.model_copy(update=update)


class ClaimedCommand(Command):
    """What the one client that has it is given: with the fence that its reports must carry."""

    fence: int


class Change(Noun):
    """One line of a command's history."""

    seq: int
    at: Utc
    state: State
    by: str
    why: str = ""
    detail: dict[str, Any] = {}


class WholeCommand(Command):
    """GET /commands/{id}: a command with all that happened to it."""

    history: tuple[Change, ...] = ()


# ── what clients and people send ──


class NewCommand(Form):
    """POST /{telescope}/commands."""

    action: str = Field(max_length=40)
    args: dict[str, Any] = {}
    deadline: Utc
    reason: str = Field(min_length=1, max_length=2000)
    priority: int = Field(default=50, ge=0, le=100)


class Claim(Noun):
    """POST /commands/{id}/claim; `moves` left out means that the telescope itself moves."""

    client: str = Field(min_length=1, max_length=200)
    moves: Moves = "telescope"


class Report(Noun):
    """POST /commands/{id}/report."""

    fence: int
    state: Literal["acting", "done", "failed", "refused", "cancelled"]
    until: Utc | None = None
    detail: dict[str, Any] = {}


class Note(Noun):
    """A person's words with an approval, a refusal, a cancellation or a closing."""

    note: str = Field(default="", max_length=2000)
