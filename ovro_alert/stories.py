"""The bigger picture of one event: who else saw it, what is known best of it, and what was decided when."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ovro_alert.alerts import KeptAlert
from ovro_alert.nouns import Noun
from ovro_alert.times import Utc

Happened = Literal[
    "received",
    "decided",
    "commanded",
    "proposed",
    "approved",
    "claimed",
    "given back",
    "acting",
    "stop asked for",
    "done",
    "failed",
    "refused",
    "declined",
    "expired",
    "cancelled",
    "told",
]


class Companion(Noun):
    """The same burst as another telescope saw it, and all its alerts; figures as the scenario `codetection` left them.

    `dt_s`: CHIME's time less DSA-110's, both at infinite frequency and by way of the light, seconds.
    """

    event: str
    result: str
    dt_s: float | None = None
    dt_error_s: float | None = None
    separation_deg: float | None = None
    diagnosis: str | None = None
    alerts: tuple[KeptAlert, ...] = ()


class Known(Noun):
    """Something that is known, and from where; `verdict` is the one that rested on it, if one did."""

    model_config = {**Noun.model_config, "validate_by_name": True, "serialize_by_alias": True}

    from_: str = Field(alias="from")
    alert: int
    verdict: int | None = None


class KnownPosition(Known):
    """ICRS degrees, and the 95 % radius."""

    ra_deg: float
    dec_deg: float
    r95_deg: float | None = None


class KnownDm(Known):
    """pc/cm³, with the error as given or as the limits assume it."""

    dm_pc_cm3: float
    error: float | None = None


class Best(Noun):
    """What was decided on: of every statement of the event, of the table, and of those who saw the same burst."""

    position: KnownPosition | None = None
    dm: KnownDm | None = None


class Happening(Noun):
    """One line of what happened to an event: when, what, in words, and of which row of the journal."""

    at: Utc
    event: str
    what: Happened
    says: str
    alert: int | None = None
    notice: int | None = None
    verdict: int | None = None
    command: int | None = None
    message: int | None = None


class BiggerPicture(Noun):
    """All of it; of a long history the newest lines, and `history_cut` says so."""

    companions: tuple[Companion, ...] = ()
    best: Best = Best()
    history: tuple[Happening, ...] = ()
    history_cut: bool = False
