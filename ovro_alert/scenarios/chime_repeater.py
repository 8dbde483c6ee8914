"""CHIME repeater → OVRO-LWA voltage beam: minutes after CHIME saw it, the burst reaches the LWA's band."""

from __future__ import annotations

from functools import partial

from ovro_alert.alerts import Alert, Kind
from ovro_alert.circumstances import Circumstances
from ovro_alert.scenarios.answers import told, untold
from ovro_alert.scenarios.beam import BeamPlan
from ovro_alert.scenarios.beam_order import Purpose, beam_order
from ovro_alert.scenarios.chime_case import CHIME_REPEATER as NAME
from ovro_alert.scenarios.chime_case import Case, look_at
from ovro_alert.scenarios.earlier_commands import Better, not_moved, withdrawals
from ovro_alert.scenarios.later_words import later_words
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.occupancy import TELESCOPE
from ovro_alert.scenarios.retractions import retraction
from ovro_alert.scenarios.roles import drilled
from ovro_alert.scenarios.switches import held_back
from ovro_alert.verdicts import Gate, Judgement

OF_THE_BURST = frozenset(
    {"C4 importance", "C5 repeater", "C6 not_pulsar", "B1 position", "B2 position_error", "B3 elevation"}
)
"""Gates that say what the burst is: if one fails now, what was commanded before is taken back."""

_told = partial(told, NAME)
_untold = partial(untold, NAME)


class ChimeRepeater:
    """A burst of a known repeater is recorded by the one voltage beam, if it can still be caught."""

    id = NAME
    streams = frozenset({"chime"})
    kinds: frozenset[Kind] = frozenset({"detection", "subsequent", "update", "retraction"})

    def judge(self, alert: Alert, circumstances: Circumstances, limits: Limits) -> Judgement:
        """Say whether a beam is worth it, and what becomes of one that was commanded before."""
        if alert.kind == "retraction":
            return retraction(self.id, alert, circumstances, told=self.id in circumstances.told)
        if alert.kind == "update":
            return later_words(self.id, "C1 kind", alert)
        return _judged(look_at(alert, circumstances, limits))


CHIME_REPEATER = ChimeRepeater()


def _judged(case: Case) -> Judgement:
    failures = [gate for gate in case.gates if gate.failed]
    if not failures and case.findings.plan is not None:
        return _beam(case, case.findings.plan)
    if [gate.gate for gate in failures] == ["C2 role"]:
        told = _told(case, failures[0].says, "quiet")
        return drilled(told, TELESCOPE, case.alert, case.circumstances, case.limits.drills)
    if (
        case.alert.role == "real"
        and failures[0].gate in OF_THE_BURST
        and (back := withdrawals(case.own, failures[0].says))
    ):
        summary = f"no longer worth a beam: {failures[0].says}"
        return _told(case, summary, "normal").model_copy(update={"withdrawals": back, "subject": "update"})
    return _refused(case, failures)


def _refused(case: Case, failures: list[Gate]) -> Judgement:
    first = failures[0]
    summary = first.says
    if case.alert.role != "real" or case.circumstances.retracted or first.gate == "C6 not_pulsar":
        also = failures[1].says if first.gate == "C2 role" else None
        return _untold(case, f"{summary}; and {also}" if also else summary, "quiet")
    if first.gate == "once":
        runs = case.better is not None and case.own[-1].state in ("acting", "done")
        return _not_moved(case, case.better) if runs and case.better else _untold(case, summary, None)
    switch = held_back(case.circumstances, NAME)
    if switch is not None and switch.state == "off":
        return _untold(case, summary, None)
    return _told(case, summary, "normal") if case.association.worth_telling else _untold(case, summary, "quiet")


def _not_moved(case: Case, better: Better) -> Judgement:
    plan = case.findings.plan
    told = _told(case, not_moved(case.own[-1], better, plan and plan.elevation_on_deg), "normal")
    return told.model_copy(update={"subject": "update"})


def _beam(case: Case, plan: BeamPlan) -> Judgement:
    before = case.own[-1] if case.own else None
    purpose = Purpose(NAME, case.alert.event, case.name, case.association.says, _priority(case))
    now = case.circumstances.now
    draft = beam_order(purpose, case.best.position, case.sweep, case.findings, case.own, now)
    summary = f"OVRO-LWA beam of {plan.duration_s:.0f} s on {case.name}, catches {plan.caught:.0%}"
    update = {"answer": "command", "commands": (draft,)}
    if before is not None and case.better is not None:
        update["withdrawals"] = withdrawals((before,), f"replaced: {case.better.says()}")
        summary = f"{summary}; replaces beam {before.id}: {case.better.says()}"
    return _told(case, summary, "normal").model_copy(update=update)


def _priority(case: Case) -> int:
    limits = case.limits.chime
    by_how = {"chime": limits.priority_repeater, "match": limits.priority_match}
    return by_how.get(case.association.how, limits.priority_one_off)
