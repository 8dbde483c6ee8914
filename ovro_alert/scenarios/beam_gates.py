"""B1 to B8: may and should a voltage beam of OVRO-LWA catch this burst? For every scenario that wants one."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ovro_alert import sky
from ovro_alert.circumstances import Circumstances, Used
from ovro_alert.commands import WAITING, Command
from ovro_alert.observatory import VOLTAGE_BYTES_PER_S
from ovro_alert.scenarios.beam import BOTTOM_MHZ, TOP_MHZ, BeamPlan, Sweep, Terms, plan_beam, top_for
from ovro_alert.scenarios.gates import SLACK, at_least, at_most, checked, missing
from ovro_alert.scenarios.limits import LwaLimits
from ovro_alert.scenarios.occupancy import TELESCOPE, occupancy
from ovro_alert.scenarios.position import BestPosition, Position
from ovro_alert.scenarios.switches import held_back, switch_gate
from ovro_alert.scenarios.turn import turn_of
from ovro_alert.times import age_s, seconds
from ovro_alert.verdicts import Gate

SECONDS_A_DAY = 86400.0


class Wish(NamedTuple):
    """A beam that a scenario wants; `own` are its commands for this event, which do not stand in its way."""

    scenario: str
    best: BestPosition
    sweep: Sweep | None
    max_r95_deg: float
    terms: Terms
    own: tuple[int, ...] = ()


class Findings(NamedTuple):
    """The gates, and the plan that they speak of; `start` is set when the beam has to wait for another to end."""

    gates: tuple[Gate, ...]
    plan: BeamPlan | None = None
    start: datetime | None = None


def beam_gates(wish: Wish, circumstances: Circumstances) -> Findings:
    """Evaluate every gate that can be evaluated."""
    position, terms = wish.best.position, wish.terms
    switch = switch_gate("B5 switch", held_back(circumstances, wish.scenario, TELESCOPE))
    first = (_b1(wish.best), _b2(position, wish.max_r95_deg))
    on = circumstances.now + seconds(terms.lead_s)
    if position is None or wish.sweep is None:
        why = "no position" if position is None else "DM or time not known"
        b3, b4, b6, b7 = (missing(gate, why) for gate in ("B3 elevation", "B4 caught", "B6 covered", "B7 free"))
        if position is not None:
            b3 = _b3(sky.elevation_deg(position.ra_deg, position.dec_deg, on), terms.limits)
        return Findings((*first, b3, b4, switch, b6, b7, _b8(None, wish.own, circumstances, terms.limits)))
    plan = plan_beam(wish.sweep, position.ra_deg, position.dec_deg, on, terms)
    held = occupancy(circumstances, wish.own, terms.lead_s, terms.limits.status_fresh_s)
    turn = turn_of(plan, wish.sweep, position, terms, held)
    plan = turn.later or plan
    b3, b4 = _b3(plan.lowest_deg, terms.limits), _b4(plan, wish.sweep, terms.limits)
    b8 = _b8(plan, wish.own, circumstances, terms.limits)
    return Findings((*first, b3, b4, switch, turn.covered, turn.free, b8), plan, turn.later and turn.later.on)


def _b1(best: BestPosition) -> Gate:
    position = best.position
    if position is None:
        return checked("B1 position", passes=False, says=best.why)
    says = best.why or f"position of the {position.origin}: {position.ra_deg:.4f} {position.dec_deg:+.4f}"
    return checked("B1 position", passes=True, says=says, value=position.origin)


def _b2(position: Position | None, limit_deg: float) -> Gate:
    if position is None:
        return missing("B2 position_error", "no position", limit_deg, "deg")
    return at_most("B2 position_error", position.r95_deg, limit_deg, "deg", "position error (r95)")


def _b3(elevation_deg: float, limits: LwaLimits) -> Gate:
    return at_least("B3 elevation", elevation_deg, limits.min_elevation_deg, "deg", "elevation")


def _b4(plan: BeamPlan, sweep: Sweep, limits: LwaLimits) -> Gate:
    passes = plan.caught >= limits.min_caught - SLACK
    says = f"catches {plan.caught:.0%} of {BOTTOM_MHZ:g}-{TOP_MHZ:g} MHz"
    needed_mhz = top_for(limits.min_caught)
    if not passes and needed_mhz is not None and (late_s := (plan.on - sweep.at(needed_mhz)).total_seconds()) > 0:
        dm = f"DM {sweep.dm_pc_cm3:.1f}"
        says = f"reaches {needed_mhz:.0f} MHz before the beam is on ({dm}, {late_s:.1f} s too late)"
    elif plan.cut_mhz is not None:
        says += f", down to {plan.cut_mhz:.1f} MHz" + (" where it sets" if plan.sets else ": longest beam")
    return checked("B4 caught", passes=passes, says=says, value=plan.caught, limit=limits.min_caught)


def _b8(plan: BeamPlan | None, own: tuple[int, ...], circumstances: Circumstances, limits: LwaLimits) -> Gate:
    waits = next((one for one in reversed(circumstances.commands) if one.id in own and one.state in WAITING), None)
    used = used_without(waits, circumstances)
    length_s, size_tb = (plan.duration_s, plan.size_gb / 1000) if plan else (0.0, 0.0)
    return budget_gate("B8 budget", used, length_s, size_tb, limits)


def used_without(replaced: Command | None, circumstances: Circumstances) -> Used:
    """Return what of the day's budget is used, less a beam whose place another takes before it begins."""
    used = circumstances.used.get(TELESCOPE, Used())
    if replaced is None or replaced.action != "beam" or replaced.state == "proposed":
        return used
    if age_s(replaced.made, circumstances.now) >= SECONDS_A_DAY:
        return used
    length_s = float(replaced.args["duration_s"])
    voltage = replaced.args.get("mode", "voltage") == "voltage"
    return used._replace(
        beams=max(used.beams - 1, 0),
        beam_hours=max(used.beam_hours - length_s / 3600, 0.0),
        beam_tb=max(used.beam_tb - (length_s * VOLTAGE_BYTES_PER_S / 1e12 if voltage else 0.0), 0.0),
    )


def budget_gate(gate: str, used: Used, length_s: float, size_tb: float, limits: LwaLimits) -> Gate:
    """Return the gate: one more beam, so long and so large, beside what was used in 24 h."""
    hours, tb = used.beam_hours + length_s / 3600, used.beam_tb + size_tb
    sums = (
        ("lwa.beams_per_day", used.beams + 1, limits.beams_per_day),
        ("lwa.hours_per_day", hours, limits.hours_per_day),
        ("lwa.tb_per_day", tb, limits.tb_per_day),
    )
    over = [name for name, value, limit in sums if value > limit + SLACK]
    says = (
        f"with this one {used.beams + 1} of {limits.beams_per_day} beams, {hours:.2f} of {limits.hours_per_day:g} h, "
        f"{tb:.2f} of {limits.tb_per_day:g} TB in 24 h"
    )
    if over:
        says = f"over budget: {says}; raise {', '.join(over)} to allow it"
    return checked(gate, passes=not over, says=says, value=used.beams + 1, limit=limits.beams_per_day)
