"""One gamma-ray burst, and all that was found out about it from every statement of its event."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from ovro_alert.alerts import Alert
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import Command
from ovro_alert.scenarios.beam import Sweep
from ovro_alert.scenarios.burst import LONG_AGO_S
from ovro_alert.scenarios.dump import DumpPlan, Ring, ring_of
from ovro_alert.scenarios.earlier_commands import own_commands
from ovro_alert.scenarios.grb_length import Length, length_of
from ovro_alert.scenarios.grb_visibility import Visibility, visibility
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.position import BestPosition, best_position
from ovro_alert.times import age_s, seconds

SHORT_GRB = "short_grb"
SIGMAS = 3
"""A beam lasts until the DM plus so many of its errors has left the band."""

What = Literal["beam", "dump"]


class Case(NamedTuple):
    """One burst and what is known of it.

    `before` is its length without this statement, `placed` whether this is the first that says where it was, `dump` one
    that would begin now: None if nothing is left to capture.
    """

    alert: Alert
    circumstances: Circumstances
    limits: Limits
    time: datetime | None
    length: Length
    before: Length
    best: BestPosition
    placed: bool
    visible: Visibility | None
    ring: Ring
    dump: DumpPlan | None

    @property
    def age_s(self) -> float | None:
        """How long ago the burst was, seconds."""
        return None if self.time is None else age_s(self.time, self.circumstances.now)

    @property
    def sweep(self) -> Sweep | None:
        """Its way down the band, of unknown DM: caught at `dm_max`, and over when `beam_dm_max` is through."""
        limits = self.limits.grb
        error = max(0.0, limits.beam_dm_max - limits.dm_max) / SIGMAS
        return None if self.time is None else Sweep(self.time, limits.dm_max, error)

    @property
    def over(self) -> bool:
        """Whether the whole sweep has left the band: nothing that could be begun now would see any of it."""
        return self.sweep is not None and self.circumstances.now > self.sweep.end(self.limits.lwa.beam_tail_s)

    @property
    def captured(self) -> float | None:
        """What a dump would still capture, 0 to 1."""
        return None if self.age_s is None else self.ring.captured(self.age_s)

    def own(self, what: What) -> tuple[Command, ...]:
        """Return what was commanded of this before; for what is not real, the drills."""
        action = what if self.alert.role == "real" else "test"
        commands = own_commands(SHORT_GRB, self.alert.event, self.circumstances)
        return tuple(one for one in commands if one.action == action)


def look_at(alert: Alert, circumstances: Circumstances, limits: Limits) -> Case:
    """Find out everything about a burst."""
    statements = _in_order(alert, circumstances)
    others = [one for one in statements if one is not alert]
    tellers = (alert, *reversed(others))
    best = best_position(tellers, None, 0.0)
    time, ring = _time(tellers, circumstances.now), ring_of(limits.lwa, limits.grb)
    return Case(
        alert=alert,
        circumstances=circumstances,
        limits=limits,
        time=time,
        length=length_of(statements, limits.grb),
        before=length_of(others, limits.grb),
        best=best,
        placed=best.position is not None and best_position(tellers[1:], None, 0.0).position is None,
        visible=_visibility(best, circumstances, limits),
        ring=ring,
        dump=None if time is None else ring.plan(time, circumstances.now, limits.grb.min_captured),
    )


def _in_order(alert: Alert, circumstances: Circumstances) -> list[Alert]:
    """Return all statements of this event and role in the order in which they were made, whenever they came."""
    others = [one for one in circumstances.earlier if one.role == alert.role and one.kind != "retraction"]
    came = [(one, one.made) for one in others] + [(alert, circumstances.now)]
    return [one for one, made in sorted(came, key=lambda pair: pair[0].stated(pair[1]))]


def _time(tellers: tuple[Alert, ...], now: datetime) -> datetime | None:
    return next((one.time for one in tellers if one.time and abs(age_s(one.time, now)) <= LONG_AGO_S), None)


def _visibility(best: BestPosition, circumstances: Circumstances, limits: Limits) -> Visibility | None:
    if best.position is None:
        return None
    moment = circumstances.now + seconds(limits.grb.visible_after_s)
    return visibility(best.position, moment, limits.lwa.min_elevation_deg, limits.lwa.max_r95_deg)
