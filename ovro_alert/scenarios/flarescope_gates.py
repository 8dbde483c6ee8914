"""S1 to S6: may OVRO-LWA record what Flarescope asks for? In numbers, each from its own side."""

from __future__ import annotations

from datetime import datetime

from ovro_alert.circumstances import Circumstances
from ovro_alert.co_observing import BeamRequest
from ovro_alert.commands import Command
from ovro_alert.scenarios.beam_gates import SECONDS_A_DAY, budget_gate, used_without
from ovro_alert.scenarios.flarescope_plan import Plan
from ovro_alert.scenarios.gates import SLACK, at_least, at_most, checked, known, missing
from ovro_alert.scenarios.limits import FlarescopeLimits, Limits, LwaLimits
from ovro_alert.scenarios.occupancy import occupancy
from ovro_alert.scenarios.position import Position
from ovro_alert.scenarios.windows import Window, windows
from ovro_alert.times import age_s, iso, seconds
from ovro_alert.verdicts import Gate


def form_gates(request: BeamRequest, position: Position | None, note: str | None, limits: Limits) -> tuple[Gate, ...]:
    """S1: it says where, and how long within what the recorder can do."""
    flarescope, length_s = limits.flarescope, known(request.duration_s)
    short, long = flarescope.min_duration_s, flarescope.max_duration_s
    where = f"at {position.ra_deg:.4f} {position.dec_deg:+.4f}" if position else note or "no position"
    gates = (
        checked("S1 position", passes=position is not None, says=where),
        at_least("S1 shortest", length_s, short, "s", "duration"),
        at_most("S1 longest", length_s, long, "s", "duration"),
        _integration(request, flarescope),
    )
    if request.mode == "power":
        return gates
    return (*gates, at_most("S1 voltage", length_s, flarescope.max_voltage_s, "s", "voltage recording of"))


def _integration(request: BeamRequest, limits: FlarescopeLimits) -> Gate:
    if request.mode == "voltage":
        return checked("S1 integration", passes=True, says="a voltage recording is not integrated")
    if request.integration_ms is None:
        return checked("S1 integration", passes=True, says="the recorder's own integration")
    given = known(request.integration_ms)
    if given is None or given <= 0:
        return missing("S1 integration", "integration is no length of time", limits.max_integration_ms, "ms")
    return at_most("S1 integration", given, limits.max_integration_ms, "ms", "integration")


def lead_gate(plan: Plan | None, now: datetime, limits: FlarescopeLimits) -> Gate:
    """S2: it can be scheduled, or else begun at once with more than half of it left."""
    if plan is None:
        return missing("S2 lead", "start or duration not known", limits.lead_s, "s")
    lead_s, length_s = -age_s(plan.start, now), (plan.stop - plan.start).total_seconds()
    if plan.how == "buffer":
        return at_least("S2 lead", lead_s, limits.lead_s, "s", "start ahead by")
    when = f"starts in {lead_s:.0f} s" if lead_s >= 0 else f"should have begun {-lead_s:.0f} s ago"
    passes = -lead_s < length_s / 2 - SLACK and plan.duration_s > 0
    if not passes:
        says = f"{when}, less than half of its {length_s:.0f} s is left"
    elif plan.late_s > 0:
        says = f"{when}: as soon as it can, {plan.late_s:.0f} s late and as much shorter"
    else:
        says = f"{when}, too near to be scheduled: told just in time"
    limit_s = -length_s / 2
    return Gate(gate="S2 lead", value=lead_s, limit=limit_s, unit="s", result="pass" if passes else "fail", says=says)


def horizon_gate(start: datetime | None, now: datetime, limits: FlarescopeLimits) -> Gate:
    """S3: it is not too far ahead."""
    ahead_days = None if start is None else -age_s(start, now) / SECONDS_A_DAY
    return at_most("S3 horizon", ahead_days, limits.ahead_days, "d", "start ahead by")


def elevation_gate(plan: Plan | None, position: Position | None, limits: Limits) -> Gate:
    """S4: it is high enough for most of the time; if not, when it is."""
    least = limits.flarescope.min_up
    if plan is None or position is None or plan.duration_s <= 0:
        return missing("S4 elevation", "where or when is not known", least)
    limit_deg = limits.lwa.min_elevation_deg
    up = windows(position.ra_deg, position.dec_deg, plan.on, plan.stop, limit_deg)
    share = sum(window.length_s for window in up) / plan.duration_s
    passes = share >= least - SLACK
    says = f"above {limit_deg:g}° for {share:.0%} of the time"
    if not passes:
        day = plan.on, plan.on + seconds(SECONDS_A_DAY)
        says += f" ({least:.0%} needed); {_up(windows(position.ra_deg, position.dec_deg, *day, limit_deg), limit_deg)}"
    return checked("S4 elevation", passes=passes, says=says, value=share, limit=least)


def _up(day: tuple[Window, ...], limit_deg: float) -> str:
    if not day:
        return f"it never stands above {limit_deg:g}°"
    return "it is up " + " and ".join(f"{one.start:%Y-%m-%d %H:%M}-{one.stop:%H:%M} UTC" for one in day)


def free_gate(plan: Plan | None, own: tuple[int, ...], lead_s: float, around: Circumstances, limits: LwaLimits) -> Gate:
    """S5: nobody has the beam then, or so shortly before or after that the recorder would not be free."""
    if plan is None:
        return missing("S5 free", "start or duration not known")
    held = occupancy(around, own, lead_s, limits.status_fresh_s, plan.beam)
    guard = seconds(limits.beam_guard_s)
    others = [one for one in held.occupants if one.start < plan.stop + guard and one.stop + guard > plan.on]
    says = f"beam {plan.beam} free" + (f" ({held.unknown})" if held.unknown else "")
    if others:
        says = "; ".join(f"{one.who}, {iso(one.start)} to {iso(one.stop)}" for one in others[:3])
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        says = f"beam {plan.beam} is taken: {says}{more}"
    elif held.stands_in_the_way and plan.how == "asap":  # what is so today says nothing of another day
        says = held.stands_in_the_way
        return checked("S5 free", passes=False, says=says)
    return checked("S5 free", passes=not others, says=says, value=plan.beam)


def room_gate(plan: Plan | None, replaced: Command | None, around: Circumstances, limits: LwaLimits) -> Gate:
    """S6: it is within the day's budget, without what it replaces."""
    used = used_without(replaced, around)
    length_s, size_tb = (max(plan.duration_s, 0.0), plan.size_tb) if plan else (0.0, 0.0)
    return budget_gate("S6 budget", used, length_s, size_tb, limits)
