"""All that a scenario may know beside the alert, as one frozen value."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ovro_alert.alerts import KeptAlert
from ovro_alert.catalogue.repeaters import Repeater
from ovro_alert.commands import Command
from ovro_alert.messages import Level
from ovro_alert.statuses import KeptTelescopeStatus, Switch
from ovro_alert.verdicts import Figure

if TYPE_CHECKING:  # the relay's web process needs no numpy: 15 MB
    from ovro_alert.sky_maps import SkyMap


class Used(NamedTuple):
    """What was used of a telescope's budget in the last 24 hours; `dump_tb` since its disks were last emptied."""

    beams: int = 0
    beam_hours: float = 0.0
    beam_tb: float = 0.0
    dumps: int = 0
    dump_tb: float = 0.0
    guano: int = 0


class PastBurst(NamedTuple):
    """An earlier burst of the same source, and what came of it here."""

    time: datetime | None
    event: str
    outcome: str


class Circumstances(NamedTuple):
    """What the journal knew at one moment.

    Attributes
    ----------
    now
        UTC by the relay's clock (in a re-judgement: when the notice was first received).
    path
        By which path this notice came (`comet`, `gcn-kafka` …).
    received
        When its receiver first had it.
    earlier
        Other alerts of this event, oldest first.
    retracted
        A retraction of this event is known, whichever came first.
    commands
        Every command of this event, oldest first.
    running
        Commands of any event that wait or act, and those done in the last 20 s: what occupies a beam.
    last_bursts
        Of the same source, newest first, ten at most; `bursts` counts all.
    statuses, switches
        By telescope; by scenario or telescope.
    used
        Budgets, by telescope.
    last_drills
        When a test notice last made a drill, by scenario.
    beam_leads_s
        True leads of the last beams as their client reported them, newest first, seconds; 20 at most.
    repeaters
        The repeater table.
    sky_map
        That of this notice, if it has one that could be read.
    told
        How loudly people were told of this event before, by scenario; quiet words are not told.
    companions
        To a burst of CHIME's, DSA-110's alerts that are near it in time, and the other way round: every alert of each
        such event, oldest first, also those that were retracted.
    alike
        Earlier real bursts of CHIME's that may be of the same source by place and DM: what can be compared of them,
        newest first, 20 at most; `chime_bursts` counts all that are kept, if there are any alike.
    proposals
        What scenarios proposed to people in the last 14 days, whatever became of it, oldest first.
    paired
        To a burst of CHIME's or DSA-110's: the figures of the newest verdict on whether both saw it, from either side.
    beam_before
        To a burst of DSA-110's: the figures of the newest verdict on a beam for it.
    second_look
        At a second look, the facts that the first one left; else None.
    """

    now: datetime
    path: str | None = None
    received: datetime | None = None
    earlier: tuple[KeptAlert, ...] = ()
    retracted: bool = False
    commands: tuple[Command, ...] = ()
    running: tuple[Command, ...] = ()
    last_bursts: tuple[PastBurst, ...] = ()
    bursts: int = 0
    last_beam_of_one_off: datetime | None = None
    statuses: dict[str, KeptTelescopeStatus] = {}
    switches: dict[str, Switch] = {}
    used: dict[str, Used] = {}
    last_drills: dict[str, datetime] = {}
    beam_leads_s: tuple[float, ...] = ()
    repeaters: tuple[Repeater, ...] = ()
    sky_map: SkyMap | None = None
    told: dict[str, Level] = {}
    companions: tuple[KeptAlert, ...] = ()
    alike: tuple[KeptAlert, ...] = ()
    chime_bursts: int = 0
    proposals: tuple[Command, ...] = ()
    paired: dict[str, Figure] | None = None
    beam_before: dict[str, Figure] | None = None
    second_look: dict[str, Figure] | None = None
