"""One repointing of the simulated array, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ovro_alert.commands import Command
from ovro_alert.doors import Progress
from ovro_alert.keeping.lines import Line
from ovro_alert.telescopes import dsa
from ovro_alert.telescopes.dsa import Antenna, RepointPlan
from ovro_alert.telescopes.simulated.pace import Pace
from ovro_alert.times import iso

NAMED_AT_MOST = 8
"""So many missing dishes are told one by one; of more, only how many."""


@dataclass
class Repoint:
    """A move that the dishes were told; `ended` is the line of the record on its end: settled, not settled, halted."""

    command: Command
    plan: RepointPlan
    told: datetime
    slew_s: float
    ended: Line | None = None

    @property
    def patience_s(self) -> float:
        """How long the dishes have to be there, seconds of the sky."""
        return min(self.slew_s + dsa.SETTLE_S, dsa.SESSION_S)


def figures_of(move: Repoint, shown: Mapping[int, Antenna], numbers: Sequence[int], seen: datetime) -> dict[str, Any]:
    """Say where the dishes are; those that are missing one by one, if they are few."""
    plan, missing = move.plan, dsa.stragglers(shown, move.plan.el_deg, numbers)
    dishes = {
        "el_deg": plan.el_deg,
        "dec_of_date_deg": round(plan.dec_of_date_deg, 4),
        "ra_assumed": plan.assumed,
        "slew_s": round(move.slew_s, 1),
        "of": len(numbers),
        "settled": len(numbers) - len(missing),
        "by_state": dsa.by_state(shown),
        "stragglers": [straggler(number, shown.get(number)) for number in missing if len(missing) <= NAMED_AT_MOST],
        "seen": iso(seen),
    }
    return {"ra_deg": round(plan.ra_deg, 4), "dec_deg": plan.args.dec_deg, "dishes": dishes}


def straggler(number: int, antenna: Antenna | None) -> dict[str, float]:
    """Describe one that is missing; of one that shows nothing there is its number."""
    if antenna is None:
        return {"antenna": number}
    return {"antenna": number, "el_deg": round(antenna.el_deg, 2), "drv_state": antenna.drv_state}


def settled(figures: Mapping[str, Any]) -> str:
    """Say how many of how many have settled."""
    return f"{figures['dishes']['settled']} of {figures['dishes']['of']}"


def ended_progress(move: Repoint, ended: Line, pace: Pace) -> Progress:
    """Say how a move ended."""
    there, detail = settled(ended["figures"]), {**ended["figures"], "phase": ended["step"]}
    if ended["step"] == "halted":
        return Progress("cancelled", None, {**detail, "says": ended["says"]})
    if ended["step"] == "not settled":
        says = f"only {there} dishes settled in {ended['took_s']:.0f} s: look at DSA-110; {dsa.REARM}"
        return Progress("failed", None, {**detail, "says": pace.says(says), "outcome": "not settled"})
    says = (
        f"the dishes are at elevation {move.plan.el_deg:.2f}° (Dec {move.plan.args.dec_deg:+.3f}),"
        f" {there} settled after {ended['took_s']:.0f} s; {dsa.REARM}"
    )
    return Progress("done", None, {**detail, "says": pace.says(says)})
