"""May and should OVRO-LWA write its buffer to disk now? For every scenario that wants a dump."""

from __future__ import annotations

from typing import NamedTuple

from ovro_alert.circumstances import Circumstances, Used
from ovro_alert.commands import FINAL, Command
from ovro_alert.observatory import DUMP_BAND
from ovro_alert.scenarios.dump import DumpPlan, Ring
from ovro_alert.scenarios.gates import SLACK, checked, missing
from ovro_alert.scenarios.limits import LwaLimits
from ovro_alert.scenarios.occupancy import TELESCOPE
from ovro_alert.scenarios.switches import held_back, switch_gate
from ovro_alert.times import age_s, iso
from ovro_alert.verdicts import Gate


class DumpWish(NamedTuple):
    """A dump that a scenario wants for an event; without a plan there is nothing left to capture."""

    scenario: str
    event: str
    plan: DumpPlan | None


def captured_gate(gate: str, event_age_s: float | None, ring: Ring, min_captured: float) -> Gate:
    """Return the gate: enough of the band is still to come, or still in the ring."""
    if event_age_s is None:
        return missing(gate, "time of the event not known: what the ring still holds cannot be reckoned", min_captured)
    captured = ring.captured(event_age_s)
    passes = captured >= min_captured - SLACK and captured > 0
    sign = "≥" if passes else "<"
    band = f"{DUMP_BAND.bottom_mhz:g}-{DUMP_BAND.top_mhz:.2f} MHz"
    says = f"{event_age_s:.1f} s old: captures {captured:.1%} of {band} {sign} {min_captured:.0%}"
    return checked(gate, passes=passes, says=says, value=captured, limit=min_captured)


def ready_gate(gate: str, wish: DumpWish, circumstances: Circumstances, limits: LwaLimits) -> Gate:
    """Return the gate: nothing is switched off, no other dump is in the way, and the budget allows one more.

    What stands first against it gives the number; all that stands against it is said.
    """
    switch = held_back(circumstances, wish.scenario, TELESCOPE)
    budgets = _budgets(gate, wish.plan, circumstances, limits)
    status = _status(gate, circumstances, limits)
    found = (switch_gate(gate, switch), status, _alone(gate, wish.event, circumstances), *budgets)
    against = [one for one in found if one.failed]
    if against:
        return against[0].model_copy(update={"says": "; ".join(one.says for one in against)})
    return budgets[0].model_copy(update={"says": "; ".join(one.says for one in found[1:] if one.says)})


def dumps_in_the_way(event: str, circumstances: Circumstances) -> tuple[Command, ...]:
    """Return the dumps for other events that wait or are being written; one that no person has agreed to is none."""
    return tuple(
        one
        for one in circumstances.running
        if (one.telescope, one.action) == (TELESCOPE, "dump")
        and one.event != event
        and one.seen_at(circumstances.now).state not in FINAL | {"proposed"}
    )


def _status(gate: str, circumstances: Circumstances, limits: LwaLimits) -> Gate:
    status = circumstances.statuses.get(TELESCOPE)
    if status is None:
        return checked(gate, passes=True, says="telescope state unknown")
    silent_s = age_s(status.at, circumstances.now)
    if silent_s > limits.status_fresh_s:
        return checked(gate, passes=True, says=f"telescope state unknown for {silent_s:.0f} s")
    gone = status.state == "unavailable"
    return checked(gate, passes=not gone, says="OVRO-LWA is unavailable" if gone else "", value=status.state)


def _alone(gate: str, event: str, circumstances: Circumstances) -> Gate:
    """Return the gate: no other dump; while one is being written, a second trigger is lost."""
    others = dumps_in_the_way(event, circumstances)
    if not others:
        return checked(gate, passes=True, says="no other dump waits or is being written")
    return checked(gate, passes=False, says="; ".join(map(_in_the_way, others)), value=others[0].id)


def _in_the_way(command: Command) -> str:
    what = "is being written" if command.state == "acting" else f"waits ({command.state})"
    end = command.until or command.args.get("stop")
    until = f" until {end if isinstance(end, str) else iso(end)}" if end else ""
    return f"dump {command.id} for {command.event or 'no event'} {what}{until}: a second trigger is lost"


def _budgets(gate: str, plan: DumpPlan | None, circumstances: Circumstances, limits: LwaLimits) -> tuple[Gate, Gate]:
    used = circumstances.used.get(TELESCOPE, Used())
    dumps, tb = used.dumps + 1, used.dump_tb + (plan.size_tb if plan else 0.0)
    says = f"with this one {dumps} of {limits.dumps_per_day} dumps in 24 h"
    number = _within(gate, dumps, limits.dumps_per_day, "", says, "lwa.dumps_per_day")
    says = f"{tb:.1f} of {limits.tb_until_offload:g} TB since the disks were last emptied"
    return number, _within(gate, tb, limits.tb_until_offload, "TB", says, "lwa.tb_until_offload")


def _within(gate: str, value: float, limit: float, unit: str, says: str, setting: str) -> Gate:
    passes = value <= limit + SLACK
    if not passes:
        empty = ", or empty the disks and say so," if unit else ""
        says = f"over budget: {says}; raise {setting}{empty} to allow it"
    return Gate(gate=gate, value=value, limit=limit, unit=unit, result="pass" if passes else "fail", says=says)
