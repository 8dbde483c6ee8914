"""What a short gamma-ray burst leads to where it is configured: a beam, a dump, or both."""

from __future__ import annotations

from typing import NamedTuple

from ovro_alert.actions import BeamArgs
from ovro_alert.commands import CommandDraft
from ovro_alert.scenarios.beam import BeamPlan
from ovro_alert.scenarios.dump import DumpPlan
from ovro_alert.scenarios.earlier_commands import withdrawals
from ovro_alert.scenarios.grb_case import SHORT_GRB, Case
from ovro_alert.scenarios.grb_gates import Answers
from ovro_alert.scenarios.occupancy import TELESCOPE
from ovro_alert.verdicts import Withdrawal


class Made(NamedTuple):
    """A draft, and what it is in words."""

    draft: CommandDraft
    says: str


def drafts(case: Case, found: Answers) -> tuple[tuple[Made, ...], tuple[Withdrawal, ...]]:
    """Return what is to be commanded, and what it replaces; nothing while anything stands against it."""
    made: list[Made] = []
    replaced: tuple[Withdrawal, ...] = ()
    granted = [one.what for one in found.wanted if not (found.failures or one.failures)]
    if "beam" in granted and (plan := found.findings.plan) is not None:
        made.append(_beam(case, found, plan))
        if found.better is not None:
            replaced = withdrawals(found.beam.own[-1:], f"replaced: {found.better.says()}")
    if "dump" in granted and (dump := case.dump) is not None:
        made.append(_dump(case, dump))
    return tuple(made), replaced


def _beam(case: Case, found: Answers, plan: BeamPlan) -> Made:
    before = found.beam.own[-1] if found.beam.own else None
    deadline = plan.deadline or case.circumstances.now
    catches = f"catches {plan.caught:.0%} for DM {case.limits.grb.dm_max:g}"
    free = next(gate.says for gate in found.beam.gates if gate.gate == "B7 free")
    draft = CommandDraft(
        telescope=TELESCOPE,
        action="beam",
        args=_beam_args(case, found, plan),
        deadline=deadline if before is None else min(deadline, before.deadline),
        reason=f"short GRB {case.length.says}; DM unknown, {catches}; {free}",
        priority=case.limits.grb.priority,
        event=case.alert.event,
        scenario=SHORT_GRB,
        turn=max((one.turn for one in found.beam.own), default=0) + 1,
    )
    replaces = f"; replaces beam {before.id}: {found.better.says()}" if before and found.better else ""
    return Made(draft, f"OVRO-LWA beam of {plan.duration_s:.0f} s, {catches}{replaces}")


def _beam_args(case: Case, found: Answers, plan: BeamPlan) -> dict[str, object]:
    position = case.best.position
    assert position is not None  # noqa: S101 - for the type checker; without one there is no plan
    args = BeamArgs(
        ra_deg=position.ra_deg,
        dec_deg=position.dec_deg,
        duration_s=plan.duration_s,
        start=found.findings.start,
        stop=plan.off,
        mode="voltage",
        target=case.alert.event,
        time_inf=case.time,
        event=case.alert.event,
    )
    return args.model_dump(mode="json", exclude_none=True)


def _dump(case: Case, plan: DumpPlan) -> Made:
    held = f"{plan.files} files, {plan.size_tb:.1f} TB, captures {plan.captured:.0%}"
    search = case.limits.grb
    draft = CommandDraft(
        telescope=TELESCOPE,
        action="dump",
        args=plan.args(case.alert.event),
        deadline=plan.deadline or case.circumstances.now,
        reason=f"short GRB {case.length.says}; {held} (mean over DM {search.dm_min:g}-{search.dm_max:g})",
        priority=search.priority,
        event=case.alert.event,
        scenario=SHORT_GRB,
    )
    return Made(draft, f"OVRO-LWA dump of {plan.duration_s:.0f} s: {held}")
