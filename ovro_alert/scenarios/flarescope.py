"""Flarescope, co-observing: a beam of OVRO-LWA at a time that its people choose, while nobody needs the beam for more.

A power beam by default, which leaves the voltage beam to bursts; a voltage recording is only proposed to a person.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ovro_alert.alerts import Alert, Kind
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import Command, CommandDraft
from ovro_alert.scenarios.answers import told
from ovro_alert.scenarios.flarescope_case import FLARESCOPE as NAME
from ovro_alert.scenarios.flarescope_case import Case, look_at, newest_gate, own_so_far, waits
from ovro_alert.scenarios.flarescope_plan import Plan
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.occupancy import TELESCOPE
from ovro_alert.scenarios.roles import drilled
from ovro_alert.scenarios.switches import held_back
from ovro_alert.times import iso
from ovro_alert.verdicts import Gate, Judgement, Withdrawal

_told = partial(told, NAME)


class Flarescope:
    """The newest request of an id counts: it replaces, while that waits, what came of the one before."""

    id = NAME
    streams = frozenset({"flarescope"})
    kinds: frozenset[Kind] = frozenset({"request"})

    def judge(self, alert: Alert, circumstances: Circumstances, limits: Limits) -> Judgement:
        """Say whether it can be recorded as it was asked for, and what becomes of an earlier wish."""
        if alert.request is None:
            return Judgement(scenario=NAME, answer="nothing", summary="no request is in it", level="quiet")
        if alert.request.cancel:
            return _cancelled(alert, alert.request.target, circumstances, limits)
        return _judged(look_at(alert, alert.request, circumstances, limits))


FLARESCOPE = Flarescope()


def _judged(case: Case) -> Judgement:
    failures = [gate for gate in case.gates if gate.failed]
    if not failures and case.plan is not None and case.args is not None:
        return _recorded(case, case.plan, case.args)
    told = _told(case, f"refused: {failures[0].says}", "normal")
    if [gate.gate for gate in failures] == ["role"]:
        return drilled(told, TELESCOPE, case.alert, case.circumstances, case.limits.drills, _turn(case))
    return _refused(case, told, failures)


def _refused(case: Case, told: Judgement, failures: list[Gate]) -> Judgement:
    first = failures[0]
    if case.alert.role != "real":
        also = f"; and {failures[1].says}" if first.gate == "role" else ""
        return _untold(told, f"{first.says}{also}")
    if first.gate == "newest" or (first.gate == "once" and case.replaced is not None):
        return _untold(told, first.says)  # overtaken, or the same wish in other words
    switch = held_back(case.circumstances, NAME)
    if switch is not None and switch.state == "off":
        return told.model_copy(update={"answer": "nothing", "level": None})
    if case.replaced is None:
        return told
    # a change that cannot be leaves the booking that it was to change; who wants neither cancels
    stands = f"{case.replaced.action} {case.replaced.id} stands as it was asked for before"
    return told.model_copy(update={"summary": f"{told.summary}; {stands}"})


def _recorded(case: Case, plan: Plan, args: dict[str, Any]) -> Judgement:
    proposed = plan.mode == "voltage"
    draft = CommandDraft(
        telescope=TELESCOPE,
        action="beam",
        args=args,
        deadline=plan.deadline,
        reason=_reason(case, plan),
        priority=case.limits.flarescope.priority,
        event=case.alert.event,
        scenario=NAME,
        turn=_turn(case),
    )
    says = f"{plan.mode} beam {plan.beam} of {plan.duration_s:.0f} s on {case.request.target} from {iso(plan.on)}"
    if plan.late_s > 0:
        says += f", {plan.late_s:.0f} s late"
    update: dict[str, object] = {"answer": "proposal" if proposed else "command", "commands": (draft,)}
    if case.replaced is not None:
        update["withdrawals"] = (_back(case.replaced, "its request was changed"),)
        says += f"; replaces {case.replaced.action} {case.replaced.id}"
    return _told(case, says, "normal" if proposed else "quiet").model_copy(update=update)


def _reason(case: Case, plan: Plan) -> str:
    by = f"asked for by {case.request.requested_by}" if case.request.requested_by else "asked for by Flarescope"
    named = ("S2 lead", "S4 elevation")
    keeps_out = "a voltage recording keeps every burst out while it runs" if plan.mode == "voltage" else ""
    parts = (by, *(gate.says for gate in case.gates if gate.gate in named), keeps_out)
    return "; ".join(part for part in parts if part)[:2000]


def _turn(case: Case) -> int:
    return max((one.turn for one in case.own), default=0) + 1


def _untold(told: Judgement, summary: str) -> Judgement:
    return told.model_copy(update={"answer": "nothing", "summary": summary, "level": "quiet"})


# ── what is wished for no more ──


def _cancelled(alert: Alert, target: str, circumstances: Circumstances, limits: Limits) -> Judgement:
    """Take back what waits; of what runs say that it runs on."""
    newest = newest_gate(alert, circumstances)
    if newest.failed:
        return Judgement(scenario=NAME, answer="nothing", summary=newest.says, gates=(newest,), level="quiet")
    open_ones = [one for one in own_so_far(alert, circumstances) if not one.seen_at(circumstances.now).final]
    waiting = {one.id for one in open_ones if waits(one, circumstances, limits.flarescope)}
    runs = [one for one in open_ones if one.id not in waiting]
    fates = [f"{one.action} {one.id} {'is taken back' if one.id in waiting else _runs_on(one)}" for one in open_ones]
    back = tuple(_back(one, "its request was cancelled") for one in open_ones if one.id in waiting)
    told = alert.role == "real"
    return Judgement(
        scenario=NAME,
        answer="message" if told and open_ones else "nothing",
        summary=f"cancelled: {'; '.join(fates) or 'nothing of it was waiting'}",
        withdrawals=back,
        level="normal" if told and runs else "quiet",
        gates=(newest,),
        figures={"target": target},
    )


def _runs_on(command: Command) -> str:
    until = command.args.get("stop")
    return f"runs on{f' until {until}' if until else ''}: a session that runs cannot be stopped"


def _back(command: Command, why: str) -> Withdrawal:
    """Take it back where it waits: here, or in the telescope's own schedule."""
    return Withdrawal(command=command.id, why=why, stop=command.state == "acting")
