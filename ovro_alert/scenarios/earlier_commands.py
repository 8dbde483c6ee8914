"""What a scenario commanded before for the same event, and what becomes of it when more is known."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import ValidationError

from ovro_alert import sky
from ovro_alert.actions import BeamArgs, RepointArgs
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import WAITING, Command
from ovro_alert.scenarios.beam import BOTTOM_MHZ, TOP_MHZ, Sweep, gain
from ovro_alert.scenarios.gates import checked
from ovro_alert.scenarios.limits import LwaLimits
from ovro_alert.scenarios.position import Position
from ovro_alert.scenarios.turn import same_beam_deg
from ovro_alert.verdicts import Gate, Withdrawal

SHOWN_MHZ = (53.0, TOP_MHZ)


def own_commands(scenario: str, event: str, circumstances: Circumstances) -> tuple[Command, ...]:
    """Return what this scenario commanded for this event, oldest first."""
    return tuple(one for one in circumstances.commands if one.scenario == scenario and one.event == event)


def withdrawals(
    commands: tuple[Command, ...], why: str, stopped: frozenset[int] = frozenset()
) -> tuple[Withdrawal, ...]:
    """Take back what waits; of what acts, only tell: it runs on, unless it is one of those to be stopped."""
    return tuple(_withdrawal(one, why, stop=one.id in stopped) for one in commands if not one.final)


def _withdrawal(command: Command, why: str, *, stop: bool) -> Withdrawal:
    acts = command.state not in WAITING
    return Withdrawal(command=command.id, why=why, told_only=acts and not stop, stop=acts and stop)


class Better(NamedTuple):
    """How far what was commanded before is from what is known now: degrees; of a beam, seconds of the sweep's end."""

    offset_deg: float
    later_s: float | None = None

    def says(self) -> str:
        """Say it."""
        sweep = "" if self.later_s is None else f", end of the sweep {self.later_s:+.0f} s"
        return f"position {self.offset_deg:.2f}° from the one commanded{sweep}"

    def gains(self, elevation_deg: float) -> str:
        """Say what is left of the beam's gain at the better position."""
        left = (f"{gain(self.offset_deg, mhz, elevation_deg):.0%} at {mhz:g} MHz" for mhz in SHOWN_MHZ)
        return f"gain left {', '.join(left)}"


def better_than(command: Command, position: Position | None, sweep: Sweep | None, limits: LwaLimits) -> Better | None:
    """Return what is better now than when the beam was commanded, or None if it is the same beam."""
    former = former_beam(command)
    if position is None or sweep is None or former is None:
        return None
    offset_deg = sky.separation_deg(former.ra_deg, former.dec_deg, position.ra_deg, position.dec_deg)
    later_s = 0.0
    if former.time_inf is not None and former.dm_pc_cm3 is not None:
        arrived = sky.arrival(former.time_inf, former.dm_pc_cm3, BOTTOM_MHZ)
        later_s = (sweep.at(BOTTOM_MHZ) - arrived).total_seconds()
    if offset_deg <= same_beam_deg(limits.covered_widths) and abs(later_s) <= limits.moved_s:
        return None
    return Better(offset_deg, later_s)


def turned_from(command: Command, position: Position | None, limits: LwaLimits) -> Better | None:
    """Return how far a repointing was from what is known now, or None if that is as near as one beam is to another."""
    try:
        former = RepointArgs.model_validate(command.args) if command.action == "repoint" else None
    except ValidationError:
        former = None
    if position is None or former is None or former.ra_deg is None:
        return None
    offset_deg = sky.separation_deg(former.ra_deg, former.dec_deg, position.ra_deg, position.dec_deg)
    return Better(offset_deg) if offset_deg > same_beam_deg(limits.covered_widths) else None


def former_beam(command: Command) -> BeamArgs | None:
    """Return the arguments of a beam as it was commanded."""
    try:
        return BeamArgs.model_validate(command.args) if command.action == "beam" else None
    except ValidationError:
        return None


def not_moved(command: Command, better: Better, elevation_deg: float | None) -> str:
    """Say that a beam which runs, or is done, stays where it was, and what is left of its gain at that elevation."""
    ended = "is done" if command.state == "done" else "runs and is not moved"
    gains = "" if elevation_deg is None else f"; {better.gains(elevation_deg)}"
    return f"{command.action} {command.id} {ended}: {better.says()}{gains}"


def once_gate(commands: tuple[Command, ...], better: Better | None) -> Gate:
    """Return the gate: nothing was commanded yet, or what waits can be replaced by something better."""
    if not commands:
        return checked("once", passes=True, says="nothing commanded for this event yet")
    last = commands[-1]
    says = f"already commanded: {last.action} {last.id} ({last.state})"
    if better is None:
        return checked("once", passes=False, says=says, value=last.id)
    if last.state in WAITING:
        return checked("once", passes=True, says=f"replaces {last.action} {last.id}: {better.says()}", value=last.id)
    return checked("once", passes=False, says=f"{says}, not moved: {better.says()}", value=last.id)
