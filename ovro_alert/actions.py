"""What can be asked of each telescope: actions, their arguments, and whether a person must agree first.

Units are in the names; unknown keys are refused.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from ovro_alert.nouns import Form
from ovro_alert.times import Utc

RightAscension = Annotated[float, Field(ge=0, lt=360)]
Declination = Annotated[float, Field(ge=-90, le=90)]

LONGEST_BEAM_S = 43_200.0
LONGEST_DUMP_S = 7200.0


class DumpArgs(Form):
    """OVRO-LWA buffer dump: `duration_s` counts from the oldest sample, `lookback_s` is what the ring must hold."""

    duration_s: float = Field(
        gt=0, le=LONGEST_DUMP_S, description="seconds, counted from the oldest sample in the ring"
    )
    lookback_s: float = Field(
        default=0.0, ge=0, le=LONGEST_DUMP_S, description="seconds of the past that the ring must hold"
    )
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
