"""The alert: one statement about one event in the sky, whichever paths it came by."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Literal

from ovro_alert.co_observing import BeamRequest
from ovro_alert.gamma_rays import GammaRays
from ovro_alert.mergers import Merger
from ovro_alert.nouns import Noun
from ovro_alert.times import Utc
from ovro_alert.transients import Transient
from ovro_alert.triggers import Trigger

Role = Literal["real", "test", "drill", "injection"]
Kind = Literal["detection", "subsequent", "early_warning", "preliminary", "initial", "update", "retraction", "request"]
"""What a statement is to its event. A superevent has an early warning, preliminaries, an initial and updates."""
BURSTS: frozenset[Kind] = frozenset({"detection", "subsequent"})
"""Kinds that tell of a burst; the others are later words on one, and carry neither its position nor an importance."""


class Alert(Noun):
    """One statement. Angles are ICRS degrees; a field that the notice did not give is None, never 0.

    Attributes
    ----------
    statement
        What makes two notices the same statement: `event/kind`, for an update also which one. Unique in the journal.
    time
        UTC at which the event reached the telescope at `time_ref_mhz`; None if missing or impossible.
    time_ref_mhz
        MHz; None is infinite frequency, or no radio event.
    time_inf
        UTC at infinite frequency, as the notice states it.
    ra_error_deg, dec_error_deg
        95 % half axes along RA and Dec, true angle on the sky.
    r95_deg
        2-D 95 % radius, degrees.
    source
        The known source as its discoverer names it (`FRB 20181226F`, or CHIME's bare integer).
    dm_gal_pc_cm3
        The largest Milky Way contribution that the notice gives.
    position_note
        Why there is no position, where one was written that cannot be one.
    remarks
        What else was written that cannot be, value by value; those fields are None.
    issued
        UTC at which its sender says that it was made; how late it came is reckoned from our own clock, never from it.
    merger, gamma_rays, trigger, request, transient
        What only a superevent, a high-energy burst, a trigger of DSA-110, a request for a beam, a transient has.
    stations
        Which stations of GREX saw it.
    """

    stream: str
    event: str
    kind: Kind
    role: Role
    statement: str
    time: Utc | None = None
    time_ref_mhz: float | None = None
    time_error_s: float | None = None
    time_inf: Utc | None = None
    time_inf_error_s: float | None = None
    time_note: str | None = None
    ra_deg: float | None = None
    dec_deg: float | None = None
    ra_error_deg: float | None = None
    dec_error_deg: float | None = None
    r95_deg: float | None = None
    position_note: str | None = None
    dm_pc_cm3: float | None = None
    dm_error_pc_cm3: float | None = None
    dm_gal_pc_cm3: float | None = None
    snr: float | None = None
    width_ms: float | None = None
    importance: float | None = None
    association_probability: float | None = None
    source: str | None = None
    event_type: str | None = None
    ivorn: str | None = None
    cites: str | None = None
    words: str | None = None
    remarks: str | None = None
    issued: Utc | None = None
    merger: Merger | None = None
    gamma_rays: GammaRays | None = None
    trigger: Trigger | None = None
    request: BeamRequest | None = None
    transient: Transient | None = None
    stations: tuple[str, ...] | None = None

    def as_test(self) -> Alert:
        """Return the same as a test of it, which never joins the real statement."""
        if self.role != "real":
            return self
        return self.model_copy(update={"role": "test", "statement": f"{self.statement}/test"})

    def merged_with(self, later: Alert) -> Alert:
        """Return this alert with what a later notice of the same statement adds to it.

        What was unknown is filled. A position or a DM whose error is clearly smaller replaces ours, and a class that
        is clearly another one does, up or down. What belongs together is never mixed from two notices.
        """
        news = {name: value for name, value in later if value is not None and getattr(self, name) is None}
        news = {name: value for name, value in news.items() if name not in NOTES | TOGETHER}
        if self.merger is not None and later.merger is not None:
            news["merger"] = self.merger.filled_with(later.merger)
        if self.trigger is not None and later.trigger is not None:
            news["trigger"] = self.trigger.filled_with(later.trigger)
        news |= {name: getattr(later, name) for name in CLASSES if _another(getattr(self, name), getattr(later, name))}
        for whole, replaced in (
            (POSITION, _better(self, later, "dec_deg", "r95_deg")),
            (DISPERSION, _better(self, later, "dm_pc_cm3", "dm_error_pc_cm3")),
            (TIME, self.time is None and later.time is not None),
            (TIME_INF, self.time_inf is None and later.time_inf is not None),
        ):
            if replaced:
                news |= {name: getattr(later, name) for name in whole}
        return self.model_copy(update=news) if news else self

    def stated(self, had: datetime) -> datetime:
        """Return when it was stated: as its sender says, but not after we had it, whatever the sender's clock."""
        return had if self.issued is None else min(self.issued, had)

    def judged_as(self, other: Alert) -> bool:
        """Whether this version of a statement differs from another in nothing that a scenario weighs.

        A retraction says one thing alone: its time and place are placeholders, and who was told is not told twice.
        """
        return self.kind == "retraction" or _weighed(self) == _weighed(other)


NOTES = frozenset({"time_note", "position_note", "remarks", "issued"})
"""What is true of one notice alone, what it lacked and when it was made; another notice does not fill them."""
CLASSES = ("importance", "association_probability")
POSITION = ("ra_deg", "dec_deg", "ra_error_deg", "dec_error_deg", "r95_deg")
DISPERSION = ("dm_pc_cm3", "dm_error_pc_cm3")
TIME = ("time", "time_ref_mhz", "time_error_s")
TIME_INF = ("time_inf", "time_inf_error_s")
TOGETHER = frozenset({*POSITION, *DISPERSION, *TIME, *TIME_INF})
"""What is taken from one notice or from the other: a time is nothing without its frequency."""
SMALLER, OTHER_CLASS = 0.99, 0.01
"""Two paths round differently: an error this much smaller, a class this far away, is more than that."""


def _better(ours: Alert, later: Alert, name: str, error: str) -> bool:
    """Whether a later notice has a value that ours lacks, or the same with a clearly smaller error."""
    if getattr(later, name) is None:
        return False
    if getattr(ours, name) is None:
        return True
    known, new = getattr(ours, error), getattr(later, error)
    return bool(new) and new > 0 and (not known or new < SMALLER * known)


def _weighed(alert: Alert) -> Alert:
    """Return an alert without its addresses: where to read more, and by which name to cite it."""
    merger = alert.merger and alert.merger.model_copy(update={"page": None, "map_note": None})
    return alert.model_copy(update={"ivorn": None, "merger": merger})


def _another(ours: float | None, later: float | None) -> bool:
    return ours is not None and later is not None and abs(later - ours) > OTHER_CLASS


class KeptAlert(Alert):
    """An alert as the journal has it."""

    id: int
    seq: int
    made: Utc
    retracted: bool = False


def as_read(kept: KeptAlert) -> Alert:
    """Return a kept alert as its reader gave it."""
    return Alert(**kept.model_dump(exclude={"id", "seq", "made", "retracted"}))


def statement_of(event: str, kind: Kind, role: Role, which: str | None = None) -> str:
    """Return what makes two notices the same statement; a test never joins the real statement of the same event."""
    parts = [event, kind]
    if which:
        parts.append(which)
    if role != "real":
        parts.append(role)
    return "/".join(parts)


@lru_cache(maxsize=4096)  # the names of the whole repeater table are compared with each burst's
def source_key(name: str) -> str:
    """Return a source name as it is compared: without blanks, upper case."""
    return "".join(name.split()).upper()
