"""What telescopes and streams say of themselves, and the switches by which people hold them back."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from ovro_alert.nouns import Form, Noun
from ovro_alert.times import Utc

Moves = Literal["telescope", "simulator", "nothing"]
SwitchState = Literal["on", "message-only", "off"]

SILENT_AFTER_S = 60.0
"""Receivers and clients say a word every 10 s; who has not for longer than this is silent, seconds."""


class Pointing(Noun):
    """Where a telescope looked, ICRS degrees, and when that was true."""

    ra_deg: float | None = None
    dec_deg: float
    at: Utc


class Session(Noun):
    """One entry of a telescope's schedule, ours or somebody else's."""

    start: Utc
    stop: Utc
    name: str = Field(default="", max_length=200)
    owner: str = Field(default="", max_length=200)
    mode: str = Field(default="", max_length=40)
    beam: int | None = None


class TelescopeStatus(Noun):
    """A telescope as its client last described it."""

    state: Literal["idle", "observing", "unavailable"]
    moves: Moves | None = None
    until: Utc | None = None
    pointing: Pointing | None = None
    schedule: tuple[Session, ...] = Field(default=(), max_length=1000)
    detail: dict[str, Any] = {}


class StreamStatus(Noun):
    """A stream as its receiver last described it; heartbeats are not notices."""

    state: str = Field(max_length=80)
    last_notice: Utc | None = None
    last_heartbeat: Utc | None = None
    lag: float | None = None
    detail: dict[str, Any] = {}

    @property
    def paths(self) -> dict[str, str]:
        """The state of each path by which it comes in, where its receiver names any in `detail`."""
        named = self.detail.get("paths")
        every = named.items() if isinstance(named, dict) else ()
        return {name: str(path.get("state")) for name, path in every if isinstance(path, dict)}


class KeptTelescopeStatus(TelescopeStatus):
    """A telescope's status with when the relay heard it."""

    telescope: str
    seq: int
    at: Utc


class KeptStreamStatus(StreamStatus):
    """A stream's status with when the relay heard it."""

    stream: str
    seq: int
    at: Utc


class Switch(Noun):
    """A scenario or a telescope held back by a person: why, since when (None: never touched), until when."""

    name: str
    state: SwitchState
    why: str = ""
    by: str = ""
    since: Utc | None = None
    until: Utc | None = None
    seq: int = 0


class NewSwitch(Form):
    """PUT /switches/{name}; after `until` it is on again."""

    state: SwitchState
    why: str = Field(default="", max_length=2000)
    until: Utc | None = None


class Offload(Noun):
    """A person took the dumps away from a telescope's disks; `tb` had been written since the last time, terabytes."""

    telescope: str
    at: Utc
    by: str
    note: str = ""
    tb: float
