"""The command for a voltage beam on a dispersed burst, and what it says that it is worth."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ovro_alert.actions import BeamArgs
from ovro_alert.commands import Command, CommandDraft
from ovro_alert.scenarios.beam import BeamPlan, Sweep
from ovro_alert.scenarios.beam_gates import Findings
from ovro_alert.scenarios.occupancy import TELESCOPE
from ovro_alert.scenarios.position import Position


class Purpose(NamedTuple):
    """For which scenario and event a beam is, what its target is called, why there, and how urgent it is."""

    scenario: str
    event: str
    target: str
    why: str
    priority: int


def beam_order(
    purpose: Purpose,
    position: Position | None,
    sweep: Sweep | None,
    findings: Findings,
    own: tuple[Command, ...],
    now: datetime,
) -> CommandDraft:
    """Return the draft of a beam that passed its gates; one that replaces another has the earlier deadline of both."""
    plan = findings.plan
    assert position is not None  # noqa: S101 - for the type checker; without them no beam passes its gates
    assert sweep is not None  # noqa: S101
    assert plan is not None  # noqa: S101
    deadline = plan.deadline or now
    args = BeamArgs(
        ra_deg=position.ra_deg,
        dec_deg=position.dec_deg,
        duration_s=plan.duration_s,
        start=findings.start,
        stop=plan.off,
        mode="voltage",
        target=purpose.target,
        dm_pc_cm3=sweep.dm_pc_cm3,
        time_inf=sweep.time_inf,
        event=purpose.event,
    )
    return CommandDraft(
        telescope=TELESCOPE,
        action="beam",
        args=args.model_dump(mode="json", exclude_none=True),
        deadline=min(deadline, own[-1].deadline) if own else deadline,
        reason=_reason(purpose.why, plan, findings),
        priority=purpose.priority,
        event=purpose.event,
        scenario=purpose.scenario,
        turn=max((one.turn for one in own), default=0) + 1,
    )


def _reason(why: str, plan: BeamPlan, findings: Findings) -> str:
    cut = f"down to {plan.cut_mhz:.1f} MHz alone" if plan.cut_mhz is not None else ""
    parts = (
        why,
        f"catches {plan.caught:.0%} of 43.2-82.8 MHz",
        cut + (", where it sets" if cut and plan.sets else ""),
        next((gate.says for gate in findings.gates if gate.gate == "B1 position"), ""),
        next((gate.says for gate in findings.gates if gate.gate == "B7 free"), ""),
    )
    return "; ".join(part for part in parts if part)
