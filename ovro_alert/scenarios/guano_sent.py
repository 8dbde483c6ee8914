"""What Swift was asked before about the same burst: whether it waits or is out, and what is better known now."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import ValidationError

from ovro_alert import sky
from ovro_alert.actions import GuanoArgs
from ovro_alert.commands import WAITING, Command
from ovro_alert.scenarios.gates import checked
from ovro_alert.scenarios.limits import GuanoLimits
from ovro_alert.scenarios.position import Position
from ovro_alert.verdicts import Gate


class Better(NamedTuple):
    """How far a position is from the one that was sent, and both errors, degrees."""

    offset_deg: float
    error_deg: float
    sent_deg: float

    def says(self) -> str:
        """Say it."""
        errors = f"error {self.error_deg:.3f}° after {self.sent_deg:.3f}°"
        return f"position {self.offset_deg:.3f}° from the one before, {errors}"


def asked_for(command: Command) -> GuanoArgs | None:
    """Return the arguments of a request; None if they are not to be read."""
    try:
        return GuanoArgs.model_validate(command.args)
    except ValidationError:
        return None


def is_out(command: Command) -> bool:
    """Whether its VOEvent may be known to others: it is being sent, was taken, or nobody knows."""
    return command.state in ("acting", "done") or (command.final and command.detail.get("outcome") == "unknown")


def takes_back(command: Command) -> bool:
    """Whether it is a VOEvent that retracts."""
    return command.args.get("kind") == "retraction"


def told_of(commands: tuple[Command, ...]) -> Command | None:
    """Return the last VOEvent that tells of the burst and is out; None if there is none, or it was taken back."""
    stand = [one for one in commands if one.action == "guano" and (is_out(one) or one.state in WAITING)]
    if any(takes_back(one) for one in stand):
        return None
    return next((one for one in reversed(stand) if is_out(one)), None)


def latest(commands: tuple[Command, ...]) -> Command | None:
    """Return the last that waits or is out, beside which what came to nothing does not count; else the very last."""
    stands = [one for one in commands if one.state in WAITING or is_out(one)] or list(commands)
    return stands[-1] if stands else None


def better_than(command: Command, position: Position | None, error_deg: float, limits: GuanoLimits) -> Better | None:
    """Return what is better now than what was sent, or None: it lies outside of that circle, or is much closer."""
    former = asked_for(command)
    if former is None or position is None:
        return None
    offset_deg = sky.separation_deg(former.ra_deg, former.dec_deg, position.ra_deg, position.dec_deg)
    closer = error_deg < limits.better_share * former.error_deg
    moved = offset_deg > former.error_deg and error_deg <= former.error_deg
    return Better(offset_deg, error_deg, former.error_deg) if closer or moved else None


def once_gate(own: tuple[Command, ...], better: Better | None) -> Gate:
    """Return the gate: Swift was not asked yet, or there is something better to say."""
    last = latest(own)
    if last is None:
        return checked("once", passes=True, says="Swift was not asked about this event yet")
    says = f"already asked: {last.action} {last.id} ({last.state})"
    stands = last.state in WAITING or told_of(own) is not None
    if better is None or not stands:
        return checked("once", passes=False, says=says, value=last.id)
    how = "replaces" if last.state in WAITING else "cites"
    return checked("once", passes=True, says=f"{how} {last.action} {last.id}: {better.says()}", value=last.id)
