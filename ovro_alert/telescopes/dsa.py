"""DSA-110 in its own terms: to which elevation its dishes are told, when they are there. Pure; for every door to it.

Sources: dsa110/dsa110-operator config/policy.yaml (envelope, settling, who may move), dsa110/dsa110-hwmc
lua-scripts/antenna-control.lua (drive), dsa110/dsa110-controlscripts control_pointing.py (settled), sched_funcs.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from ovro_alert import meridian
from ovro_alert.actions import RepointArgs
from ovro_alert.commands import Command
from ovro_alert.errors import TelescopeRefusedError
from ovro_alert.observatory import DSA_SLEW_S_PER_DEG
from ovro_alert.times import seconds

Move = Literal["at once", "late"]
"""When the dishes are told: as soon as a person has approved, or as late as the command allows."""

LATE_BEFORE_S = 30.0
"""So long before its deadline a late command is begun: the relay may have to be asked more than once."""

LOWEST_EL_DEG, HIGHEST_EL_DEG = 30.0, 125.0
"""The operator's envelope, from the south horizon over the zenith: declinations of date from -22.77° to +72.23°."""

SETTLE_S, SESSION_S = 120.0, 240.0
"""Dishes have this long after their slew to settle, and this long in all."""

SETTLED_SHARE = 0.9
STRAGGLERS = 4
"""More than that share of the dishes must be there, and all but so many."""

ON_TARGET_DEG = 0.25
SAME_GOAL_DEG = 0.005
"""How near a dish must be to what it was told, and what it says it was told to what we told it."""

ACQUIRED = 2
"""A drive's state when it rests where it was told; for a second after an order it is still the last one's."""

REARM = "the search must be armed anew for this declination by DSA-110's operators: that is not done from here"


class RepointPlan(NamedTuple):
    """Where the dishes are told to go, degrees; `assumed`: no right ascension was given, `ra_deg` is the meridian's."""

    args: RepointArgs
    ra_deg: float
    assumed: bool
    dec_of_date_deg: float
    el_deg: float


class Antenna(NamedTuple):
    """One dish as it shows itself: where it is, what it was told, degrees; how its drive is."""

    el_deg: float
    cmd_el_deg: float
    drv_state: int


class Operators(NamedTuple):
    """What DSA-110's operators allow: people's switch, their emergency stop, who holds the one lease to move it.

    `unknown` says why nobody knows; then nothing is allowed.
    """

    agents_enabled: bool = True
    paused: bool = False
    holder: str | None = None
    unknown: str | None = None

    def refusal(self) -> str | None:
        """Say why we may not move the dishes."""
        if self.unknown is not None:
            return f"what DSA-110's operators allow is not known: {self.unknown}"
        if not self.agents_enabled:
            return "DSA-110's operators let no program move it (agents_enabled is false)"
        if self.paused:
            return "DSA-110's operators have paused it"
        if self.holder is not None:
            return f"DSA-110 is in the hands of {self.holder[:80]}, who holds its lease"
        return None


# ── where to ──


def plan_repoint(command: Command, now: datetime, from_el_deg: float | None = None) -> RepointPlan:
    """Plan a repointing that is told now; what nobody approved, is outside the envelope or too late is refused."""
    if command.state == "proposed":
        raise TelescopeRefusedError("nobody has approved it")
    args = RepointArgs.model_validate(command.args)
    ra_deg = meridian_ra_deg(args, now) if args.ra_deg is None else args.ra_deg
    dec_deg = meridian.of_date(ra_deg, args.dec_deg, now).dec_deg
    plan = RepointPlan(args, ra_deg, args.ra_deg is None, dec_deg, round(meridian.dish_elevation_deg(dec_deg), 3))
    if not LOWEST_EL_DEG <= plan.el_deg <= HIGHEST_EL_DEG:
        raise TelescopeRefusedError(
            f"elevation {plan.el_deg:.2f}° for Dec {args.dec_deg:+.3f}: DSA-110's operators allow"
            f" {LOWEST_EL_DEG:.0f}° to {HIGHEST_EL_DEG:.0f}°, from the south over the zenith"
        )
    there = now + seconds(slew_s(from_el_deg, plan.el_deg))
    if args.until is not None and args.until <= there:
        raise TelescopeRefusedError(
            f"nothing is left: the dishes would be there at {there:%Y-%m-%d %H:%M:%S}, and may leave from"
            f" {args.until:%Y-%m-%d %H:%M:%S} UTC on"
        )
    return plan


def meridian_ra_deg(args: RepointArgs, now: datetime) -> float:
    """Return which right ascension, ICRS, is on the meridian when the dishes shall be there."""
    moment = args.start or now
    return meridian.icrs(meridian.sidereal_deg(moment), args.dec_deg, moment).ra_deg


def slew_s(from_el_deg: float | None, to_el_deg: float) -> float:
    """Return how long the dishes drive, seconds; 0 if nobody knows from where."""
    return 0.0 if from_el_deg is None else abs(to_el_deg - from_el_deg) * DSA_SLEW_S_PER_DEG


def due(command: Command, now: datetime, move: Move) -> datetime:
    """When to claim and begin it."""
    if command.action != "repoint" or move == "at once":
        return now
    return command.deadline - seconds(LATE_BEFORE_S)


# ── whether they are there ──


def stragglers(shown: Mapping[int, Antenna], goal_el_deg: float, antennas: Collection[int]) -> tuple[int, ...]:
    """Return the numbers of the dishes that are not at rest at their goal, those too that show nothing."""
    return tuple(number for number in antennas if number not in shown or not is_there(shown[number], goal_el_deg))


def is_there(antenna: Antenna, goal_el_deg: float) -> bool:
    """Whether a dish has settled; its state alone would be the last move's for a second."""
    told = abs(antenna.cmd_el_deg - goal_el_deg) < SAME_GOAL_DEG
    return told and antenna.drv_state == ACQUIRED and abs(antenna.el_deg - antenna.cmd_el_deg) < ON_TARGET_DEG


def by_state(shown: Mapping[int, Antenna]) -> dict[str, int]:
    """Count the dishes by the state of their drives: 0 rest, 1 seek, 2 are there, 3 gave up, 4 and 5 are at a limit."""
    return {str(state): n for state, n in sorted(Counter(one.drv_state for one in shown.values()).items())}


def are_enough(antennas: int, missing: int) -> bool:
    """Whether so few are missing that the array is there."""
    return missing <= STRAGGLERS and antennas - missing > SETTLED_SHARE * antennas


# ── in words ──


def intention(command: Command, now: datetime) -> str:
    """Say what the telescope would be told."""
    if command.action == "repoint":
        return repoint_words(plan_repoint(command, now))
    if command.action == "test":
        return "a drill: every step, nothing moves"
    raise TelescopeRefusedError(f"DSA-110 knows no {command.action!r}")


def repoint_words(plan: RepointPlan) -> str:
    """Say of a repointing where to and what for."""
    args = plan.args
    ra = f"RA {plan.ra_deg:.3f}" + (", assumed, which is on the meridian then" if plan.assumed else "")
    target = f" ({args.target})" if args.target else ""
    times = [f" {word} {at:%Y-%m-%d %H:%M} UTC" for word, at in (("from", args.start), ("to", args.until)) if at]
    window = f", to be there{''.join(times)}" if times else ""
    return (
        f"halt the dishes and drive them to elevation {plan.el_deg:.2f}°: Dec {args.dec_deg:+.3f}{target} at {ra},"
        f" {plan.dec_of_date_deg:+.3f} of date{window}"
    )
