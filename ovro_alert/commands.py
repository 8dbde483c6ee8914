"""The command: what is asked of one telescope; its states as data, and one entry per telescope."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, model_validator

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


# ── arguments, by telescope and action: units in the names, unknown keys refused ──

RightAscension = Annotated[float, Field(ge=0, lt=360)]
Declination = Annotated[float, Field(ge=-90, le=90)]


LONGEST_BEAM_S = 43_200.0


class DumpArgs(Form):
    """OVRO-LWA buffer dump: `duration_s` counts from the oldest sample, `lookback_s` is what the ring must hold."""

    duration_s: float = Field(gt=0, le=7200, description="seconds, counted from the oldest sample in the ring")
    lookback_s: float = Field(default=0.0, ge=0, le=7200, description="seconds of the past that the ring must hold")
    stop: Utc | None = Field(default=None, description="UTC at which it ends, however late it began")
    event: str | None = Field(default=None, max_length=200, description="as `lvk:S230529ay`")


class BeamArgs(Form):
    """OVRO-LWA beam at an ICRS position, degrees.

    `time_inf`, UTC of the burst at infinite frequency, and `dm_pc_cm3` let the client say what was truly caught.
    """

    ra_deg: RightAscension
    dec_deg: Declination
    duration_s: float = Field(gt=0, le=LONGEST_BEAM_S, description="seconds on the source")
    start: Utc | None = Field(default=None, description="UTC at which it comes on [as soon as it can]")
    stop: Utc | None = Field(default=None, description="UTC at which it ends, however late it began")
    mode: Literal["voltage", "power"] = Field(default="voltage", description="voltage: 43.2-82.8 MHz, beam 1 alone")
    beam: int | None = Field(default=None, ge=1, le=16, description="number [voltage: 1, power: 5]")
    integration_ms: float | None = Field(default=None, gt=0, le=1024, description="of a power beam, milliseconds")
    target: str | None = Field(default=None, max_length=200, description="what people call it")
    dm_pc_cm3: float | None = Field(default=None, ge=0, le=20000, description="dispersion measure, pc/cm³")
    time_inf: Utc | None = Field(default=None, description="UTC of the burst at infinite frequency")
    event: str | None = Field(default=None, max_length=200, description="as `chime:217097677`")

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> BeamArgs:
        length_s = (self.stop - self.start).total_seconds() if self.start and self.stop else LONGEST_BEAM_S
        if not 0 < length_s <= LONGEST_BEAM_S:
            message = f"stop comes {length_s:g} s after start: it must come after it, by {LONGEST_BEAM_S:g} s at most"
            raise ValueError(message)
        return self


class RepointArgs(Form):
    """DSA-110 to another declination, ICRS degrees; the door turns it to the date."""

    dec_deg: Declination
    ra_deg: RightAscension | None = Field(default=None, description="of what shall be seen in transit, degrees")
    start: Utc | None = Field(default=None, description="UTC at which the dishes shall be there")
    until: Utc | None = Field(default=None, description="UTC from which they may leave")
    target: str | None = Field(default=None, max_length=200, description="what people call it")


class GuanoArgs(Form):
    """Swift/GUANO: keep the gamma-ray data around `time` (UTC at infinite frequency unless `time_ref_mhz` says)."""

    time: Utc
    ra_deg: RightAscension
    dec_deg: Declination
    error_deg: float = Field(ge=0, le=180)
    name: str = Field(max_length=200)
    time_ref_mhz: float | None = Field(default=None, gt=0)
    dm_pc_cm3: float | None = Field(default=None, ge=0)
    width_ms: float | None = Field(default=None, ge=0)
    snr: float | None = None
    importance: float | None = Field(default=None, ge=0, le=1)
    cites: str | None = Field(default=None, max_length=400)
    kind: Literal["detection", "update", "retraction"] = "detection"


class TooArgs(Form):
    """Swift target of opportunity, proposed to a person; its rules come with its client."""

    ra_deg: RightAscension
    dec_deg: Declination
    target: str = Field(max_length=200)
    urgency: int | None = Field(default=None, ge=0, le=4)


class ObserveArgs(Form):
    """SPRITE: an optical transient in a window of time."""

    model_config = {**Form.model_config, "validate_by_name": True, "serialize_by_alias": True}

    ra_deg: RightAscension
    dec_deg: Declination
    target: str = Field(max_length=200)
    start: Utc
    stop: Utc
    classification: str | None = Field(default=None, alias="class", max_length=80)
    mag: float | None = None


class TestArgs(Form):
    """A drill: every step, nothing moves."""

    __test__ = False


class Action(NamedTuple):
    """What can be asked: its arguments, whether a person must agree first, and one line of help."""

    args: type[Form]
    approval: bool
    says: str


class Telescope(NamedTuple):
    """One telescope: its name for people, and its actions."""

    title: str
    actions: dict[str, Action]


DRILL = Action(TestArgs, approval=False, says="a drill: goes through every step and moves nothing")

TELESCOPES: dict[str, Telescope] = {
    "lwa": Telescope(
        "OVRO-LWA",
        {
            "dump": Action(DumpArgs, approval=False, says="write the voltage buffer to disk"),
            "beam": Action(BeamArgs, approval=False, says="point a beam and record it"),
            "test": DRILL,
        },
    ),
    "dsa": Telescope(
        "DSA-110",
        {
            "repoint": Action(RepointArgs, approval=True, says="drive the dishes to another declination"),
            "test": DRILL,
        },
    ),
    "swift": Telescope(
        "Swift",
        {
            "guano": Action(GuanoArgs, approval=False, says="keep the gamma-ray event data around a burst"),
            "too": Action(TooArgs, approval=True, says="target of opportunity: X-ray and UV follow-up"),
            "test": DRILL,
        },
    ),
    "sprite": Telescope(
        "SPRITE",
        {
            "observe": Action(ObserveArgs, approval=True, says="observe an optical transient"),
            "test": DRILL,
        },
    ),
}
"""Routes, scopes, command line and docs all come from here."""


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
