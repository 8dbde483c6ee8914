"""What holds a beam of OVRO-LWA: our own commands, other people's sessions, a recorder at work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import ValidationError

from ovro_alert import sky
from ovro_alert.actions import BeamArgs
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import Command
from ovro_alert.observatory import VOLTAGE_BEAM
from ovro_alert.statuses import KeptTelescopeStatus, Session
from ovro_alert.times import age_s, seconds

TELESCOPE = "lwa"
NEVER = ("proposed", "expired")
"""States in which a beam holds nothing: a person has not agreed yet, or it is too late for it."""

HORIZON = timedelta(days=366)
"""What lies further off than this is as good as for ever: whoever reckons with it stays within the calendar."""

POWER_BEAM = 5
"""Where a power beam goes that names none."""

OURS = "ovro-alert"
"""Whose sessions are our own commands, in the telescope's schedule."""


class Occupant(NamedTuple):
    """Somebody on the beam from start to stop; with a position when it is one of our own beams."""

    start: datetime
    stop: datetime
    who: str
    ra_deg: float | None = None
    dec_deg: float | None = None

    def near(self, ra_deg: float, dec_deg: float, within_deg: float) -> bool:
        """Say whether it is a beam of ours that points to the same place."""
        if self.ra_deg is None or self.dec_deg is None:
            return False
        return sky.separation_deg(self.ra_deg, self.dec_deg, ra_deg, dec_deg) <= within_deg


class Occupancy(NamedTuple):
    """Who holds a beam; `stands_in_the_way` and `unknown` are sentences about the telescope, or empty."""

    occupants: tuple[Occupant, ...]
    stands_in_the_way: str = ""
    unknown: str = ""


def occupancy(
    circumstances: Circumstances, own: tuple[int, ...], lead_s: float, fresh_s: float, beam: int = VOLTAGE_BEAM
) -> Occupancy:
    """Gather who holds a beam, beside the commands `own` that are about to be replaced."""
    now = circumstances.now
    ours = [
        occupant
        for command in circumstances.running
        if command.id not in own and (occupant := held_by(command, lead_s, now, beam)) is not None
    ]
    status = circumstances.statuses.get(TELESCOPE)
    if status is None:
        return Occupancy(tuple(ours), unknown="telescope state unknown")
    replaced = frozenset(name for command in circumstances.running if command.id in own for name in _names(command))
    occupants = (*ours, *_sessions(status, now, beam, replaced))
    if age_s(status.at, now) > fresh_s:
        return Occupancy(occupants, unknown=f"telescope state unknown for {age_s(status.at, now):.0f} s")
    if status.state == "unavailable":
        return Occupancy(occupants, stands_in_the_way="OVRO-LWA is unavailable")
    # what the telescope says of its recorder speaks of the voltage recorder
    if beam != VOLTAGE_BEAM or not _unexplained(status, occupants, circumstances):
        return Occupancy(occupants)
    if status.until is None:
        return Occupancy(occupants, stands_in_the_way="OVRO-LWA records, until when is not known")
    return Occupancy((*occupants, Occupant(now, within(status.until, now), "a recording of OVRO-LWA")))


def _unexplained(status: KeptTelescopeStatus, occupants: tuple[Occupant, ...], circumstances: Circumstances) -> bool:
    """Say whether the voltage recorder may be at work for somebody who is in no list."""
    now = circumstances.now
    if any(one.start <= now < one.stop for one in occupants):
        return False
    if any(session.start <= now < session.stop for session in status.schedule):
        return False  # on another beam: what the telescope says of itself speaks of that one
    recorder = status.detail.get("op_type")
    return bool(recorder == "recording") if recorder is not None else status.state == "observing"


def held_by(command: Command, lead_s: float, now: datetime, beam: int = VOLTAGE_BEAM) -> Occupant | None:
    """Return how a command holds that beam, or None if it does not. What is done has let go of it."""
    if command.telescope != TELESCOPE or command.action != "beam" or command.seen_at(now).state in NEVER:
        return None
    try:
        args = BeamArgs.model_validate(command.args)
    except ValidationError:
        return None
    if (args.beam or (VOLTAGE_BEAM if args.mode == "voltage" else POWER_BEAM)) != beam:
        return None
    start = within(args.start or command.made + seconds(lead_s), now)
    stop = within(args.stop or command.until or start + seconds(args.duration_s), now)
    if command.state == "done":
        # a simulator that is faster than the sky has let go long before the recording's own end
        stop = min(stop, command.until or now, now)
    return Occupant(start, stop, f"beam {command.id} on {args.target or 'a position'}", args.ra_deg, args.dec_deg)


def within(moment: datetime, now: datetime) -> datetime:
    """Return a moment that somebody gave us, or the horizon where it lies beyond."""
    return min(max(moment, now - HORIZON), now + HORIZON)


def _names(command: Command) -> tuple[str, ...]:
    """Return how a session of ours may be called in the telescope's schedule."""
    return (f"command {command.id}", str(command.args.get("target") or f"command {command.id}"))


def _sessions(status: KeptTelescopeStatus, now: datetime, beam: int, replaced: frozenset[str]) -> Iterator[Occupant]:
    for session in status.schedule:
        if _on(session, beam) and not (session.owner == OURS and session.name in replaced):
            who = " of ".join(part for part in (session.name or "a session", session.owner) if part)
            yield Occupant(within(session.start, now), within(session.stop, now), who)


def _on(session: Session, beam: int) -> bool:
    """VOLT1 and POWER1 are the same beam; what names neither beam nor mode may be on any."""
    if session.beam is not None:
        return session.beam == beam
    mode = session.mode.upper()
    if not mode or (mode.startswith("VOLT") and beam == VOLTAGE_BEAM):
        return True
    named = re.fullmatch(r"POWER(\d*)", mode)
    return named is not None and int(named[1] or POWER_BEAM) == beam
