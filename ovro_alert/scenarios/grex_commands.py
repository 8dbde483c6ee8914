"""What a burst that GREX has seen leads to: a dump whose length its DM sets, a beam where its place is known."""

from __future__ import annotations

from datetime import datetime

from ovro_alert.actions import BeamArgs
from ovro_alert.commands import CommandDraft
from ovro_alert.scenarios.beam import BeamPlan
from ovro_alert.scenarios.dump import DumpPlan
from ovro_alert.scenarios.earlier_commands import withdrawals
from ovro_alert.scenarios.grb_commands import Made
from ovro_alert.scenarios.grb_gates import Asked
from ovro_alert.scenarios.grex_case import GREX, Case
from ovro_alert.scenarios.grex_gates import Answers
from ovro_alert.scenarios.occupancy import TELESCOPE
from ovro_alert.verdicts import Withdrawal


def drafts(case: Case, found: Answers) -> tuple[tuple[Made, ...], tuple[Withdrawal, ...]]:
    """Return what is to be commanded, and what it replaces; nothing while anything stands against it."""
    made: list[Made] = []
    replaced: tuple[Withdrawal, ...] = ()
    for asked in found.granted:
        if asked.what == "dump" and case.dump is not None:
            made.append(_dump(case, found, case.dump))
        elif asked.what == "beam" and found.findings.plan is not None:
            made.append(_beam(case, found, found.findings.plan))
        once = next(gate.says for gate in asked.gates if gate.gate == f"once {asked.what}")
        replaced += withdrawals(asked.own[-1:], f"replaced: {once}")
    return tuple(made), replaced


def _dump(case: Case, found: Answers, plan: DumpPlan) -> Made:
    says = f"{plan.files} files, {plan.size_tb:.1f} TB, captures {plan.captured:.0%}"
    draft = _draft(case, found.dump, plan.args(case.alert.event), plan.deadline, found.says("X2", "X4", "X5"))
    return Made(draft, f"OVRO-LWA dump of {plan.duration_s:.0f} s: {says}")


def _beam(case: Case, found: Answers, plan: BeamPlan) -> Made:
    position, sweep = case.best.position, case.sweep
    assert position is not None  # noqa: S101 - for the type checker; without them there is no plan
    assert sweep is not None  # noqa: S101
    args = BeamArgs(
        ra_deg=position.ra_deg,
        dec_deg=position.dec_deg,
        duration_s=plan.duration_s,
        start=found.findings.start,
        stop=plan.off,
        mode="voltage",
        target=case.magnetar.star.name if case.magnetar else case.alert.event,
        dm_pc_cm3=sweep.dm_pc_cm3,
        time_inf=sweep.time_inf,
        event=case.alert.event,
    )
    deadline = plan.deadline or case.circumstances.now
    if found.beam.own:
        deadline = min(deadline, found.beam.own[-1].deadline)
    written = args.model_dump(mode="json", exclude_none=True)
    draft = _draft(case, found.beam, written, deadline, found.says("X2", "X4", "B4", "B7"))
    at = f" at {case.magnetar.star.name}" if case.magnetar else ""
    return Made(draft, f"OVRO-LWA beam of {plan.duration_s:.0f} s{at}, catches {plan.caught:.0%}")


def _draft(case: Case, asked: Asked, args: dict[str, object], deadline: datetime, reason: str) -> CommandDraft:
    return CommandDraft(
        telescope=TELESCOPE,
        action=asked.what,
        args=args,
        deadline=deadline,
        reason=reason,
        priority=case.limits.grex.priority,
        event=case.alert.event,
        scenario=GREX,
        turn=max((one.turn for one in asked.own), default=0) + 1,
    )
