"""New CHIME repeater → DSA-110 repointed, if a person agrees.

When CHIME sees a burst its source has already passed DSA-110, by 5.35 minutes; the next chance is a day later. So there
are hours to decide, and the proposal lives as long as a decision is still of use.
"""

from __future__ import annotations

from ovro_alert.actions import RepointArgs
from ovro_alert.alerts import Alert, Kind
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import CommandDraft
from ovro_alert.messages import Level
from ovro_alert.scenarios.chime_case import CHIME_REPEATER
from ovro_alert.scenarios.dsa_pointing import TELESCOPE
from ovro_alert.scenarios.earlier_commands import Better, not_moved, own_commands, withdrawals
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.new_repeater_case import NEW_REPEATER as NAME
from ovro_alert.scenarios.new_repeater_case import Case, look_at
from ovro_alert.scenarios.new_repeater_figures import new_repeater_figures
from ovro_alert.scenarios.repoint import RepointPlan
from ovro_alert.scenarios.retractions import retraction
from ovro_alert.scenarios.roles import drilled
from ovro_alert.scenarios.switches import held_back
from ovro_alert.times import iso
from ovro_alert.verdicts import Judgement

OF_THE_BURST = frozenset({"C4 importance", "C6 not_pulsar", "N2 new", "N3 position", "N4 envelope"})
"""Gates that say what and where it is: if one fails now, what was proposed before is taken back."""
TOLD_ELSEWHERE = frozenset({"C1 kind", "C3 clock", "C4 importance", "C6 not_pulsar"})
"""What fails these is no matter of DSA-110: whoever tells of the burst has said so."""


class ChimeNewRepeater:
    """A repeater that was not known, or a storm of one that was: people are asked whether DSA-110 shall follow it."""

    id = NAME
    streams = frozenset({"chime"})
    kinds: frozenset[Kind] = frozenset({"detection", "subsequent", "retraction"})

    def judge(self, alert: Alert, circumstances: Circumstances, limits: Limits) -> Judgement:
        """Say whether people are asked, and what becomes of what they were asked before."""
        if alert.kind == "retraction":
            return _retracted(alert, circumstances)
        return _judged(look_at(alert, circumstances, limits))


CHIME_NEW_REPEATER = ChimeNewRepeater()


def _judged(case: Case) -> Judgement:
    failures = case.failures
    if not failures and case.plan is not None:
        return _proposal(case, case.plan)
    if [gate.gate for gate in failures] == ["C2 role"]:
        told = _told(case, failures[0].says, "quiet")
        return drilled(told, TELESCOPE, case.alert, case.circumstances, case.limits.drills)
    if case.alert.role != "real" or case.circumstances.retracted:
        return _untold(case, failures[0].says)
    return _no_longer(case) or _refused(case)


def _no_longer(case: Case) -> Judgement | None:
    """Take back what waits when the newest statement says that it is something else."""
    # what it does not say takes nothing back
    first = next((gate for gate in case.failures if gate.gate in OF_THE_BURST and gate.result == "fail"), None)
    if first is None or not (back := withdrawals(case.own, first.says)):
        return None
    told = _told(case, f"no longer worth a repointing: {first.says}", "normal")
    return told.model_copy(update={"withdrawals": back, "subject": "update"})


def _refused(case: Case) -> Judgement:
    names, summary = {gate.gate for gate in case.failures}, case.failures[0].says
    if TOLD_ELSEWHERE & names or (not case.newness.new and case.newness.match is None):
        return _untold(case, summary)
    if "once" in names:
        runs = case.better is not None and case.own[-1].state in ("acting", "done")
        return _not_moved(case, case.better) if runs and case.better else _untold(case, summary)
    switch = held_back(case.circumstances, NAME)
    if case.before is not None or (switch is not None and switch.state == "off"):
        return _untold(case, summary)
    return _told(case, summary, "quiet" if NAME in case.circumstances.told else "normal")


def _told(case: Case, summary: str, level: Level) -> Judgement:
    return Judgement(
        scenario=NAME,
        answer="message",
        summary=summary,
        gates=case.gates,
        level=level,
        figures=new_repeater_figures(case),
    )


def _untold(case: Case, summary: str) -> Judgement:
    """Keep it, and disturb nobody: of every burst of CHIME's its repeater scenario tells."""
    return _told(case, summary, "quiet").model_copy(update={"answer": "nothing", "level": None})


def _not_moved(case: Case, better: Better) -> Judgement:
    told = _told(case, not_moved(case.own[-1], better, None), "normal")
    return told.model_copy(update={"subject": "update"})


def _proposal(case: Case, plan: RepointPlan) -> Judgement:
    before = case.own[-1] if case.own else None
    draft = CommandDraft(
        telescope=TELESCOPE,
        action="repoint",
        args=_args(case, plan),
        deadline=plan.deadline if before is None else min(plan.deadline, before.deadline),
        reason=f"{case.newness.says}; transit {iso(plan.transit)}, {plan.search_off_s / 60:.0f} min without search",
        priority=case.limits.dsa.priority_repoint,
        event=case.alert.event,
        scenario=NAME,
        turn=max((one.turn for one in case.own), default=0) + 1,
    )
    summary = f"DSA-110 to {case.name}, transit {iso(plan.transit)}: {case.newness.says}"
    update = {"answer": "proposal", "commands": (draft,), "broadcast": True}
    if before is not None and case.better is not None:
        update["withdrawals"] = withdrawals((before,), f"replaced: {case.better.says()}")
        summary = f"{summary}; replaces proposal {before.id}: {case.better.says()}"
    return _told(case, summary, "loud").model_copy(update=update)


def _args(case: Case, plan: RepointPlan) -> dict[str, object]:
    place = case.best.position
    assert place is not None  # noqa: S101 - for the type checker; without it there is no plan
    args = RepointArgs(dec_deg=place.dec_deg, ra_deg=place.ra_deg, start=plan.start, until=plan.until, target=case.name)
    return args.model_dump(mode="json")


def _retracted(alert: Alert, circumstances: Circumstances) -> Judgement:
    """Take back what waits; dishes that move are never halted by us, but people are asked at once."""
    alone = NAME in circumstances.told and CHIME_REPEATER not in circumstances.told
    judgement = retraction(NAME, alert, circumstances, told=alone)
    if judgement.answer == "nothing":
        return judgement.model_copy(update={"level": None})
    moving = [
        one
        for one in own_commands(NAME, alert.event, circumstances)
        if one.action == "repoint" and one.state == "acting"
    ]
    if not moving:
        return judgement
    says = f"retracted, and DSA-110 is turned to it: stop repoint {moving[-1].id}?"
    return judgement.model_copy(update={"level": "loud", "summary": says})
