"""Neutron-star merger → OVRO-LWA buffer dump: its ring holds the past, so nothing is lost while LVK makes up its mind.

The first preliminary comes 28 s after the merger, and up to 147 s nothing in the band is lost. Milliseconds do not
matter here: never missed, never twice, never for a mock.
"""

from __future__ import annotations

from ovro_alert.alerts import Alert, Kind
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import CommandDraft
from ovro_alert.messages import Level
from ovro_alert.scenarios.dump import DumpPlan, written_share
from ovro_alert.scenarios.earlier_commands import withdrawals
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.lvk_case import LVK_DUMP as NAME
from ovro_alert.scenarios.lvk_case import Case, look_at
from ovro_alert.scenarios.lvk_gates import is_subsolar
from ovro_alert.scenarios.occupancy import TELESCOPE
from ovro_alert.scenarios.retractions import retraction
from ovro_alert.scenarios.roles import drilled
from ovro_alert.scenarios.switches import held_back
from ovro_alert.verdicts import Judgement

OF_THE_MERGER = frozenset(
    {"L4 group", "L5 search", "L7 far", "L8 terrestrial", "L9 has_ns", "L10 ns_class", "L12 visible"}
)
"""Gates that say what it is and where: if one fails now, a dump that still waits is taken back."""
HALF = 0.5


class LvkDump:
    """A merger with a neutron star has the buffer written to disk, once, if enough of the band can be captured."""

    id = NAME
    streams = frozenset({"lvk"})
    kinds: frozenset[Kind] = frozenset({"early_warning", "preliminary", "initial", "update", "retraction"})

    def judge(self, alert: Alert, circumstances: Circumstances, limits: Limits) -> Judgement:
        """Say whether a dump is worth it, and what becomes of one that was commanded before."""
        if alert.kind == "retraction":
            return _retracted(alert, circumstances, limits)
        return _judged(look_at(alert, circumstances, limits))


LVK_DUMP = LvkDump()


def _judged(case: Case) -> Judgement:
    failures = case.failures
    if not failures and case.plan is not None:
        return _dump(case, case.plan)
    if [gate.gate for gate in failures] == ["role"]:
        told = _told(case, failures[0].says, "quiet")
        return drilled(told, TELESCOPE, case.alert, case.circumstances, case.limits.drills, _turn(case))
    if case.alert.role != "real" or case.circumstances.retracted:
        also = f"; and {failures[1].says}" if failures[0].gate == "role" else ""
        return _untold(case, f"{failures[0].says}{also}", "quiet")
    return _no_longer(case) or _refused(case)


def _no_longer(case: Case) -> Judgement | None:
    """Take back what waits when the newest statement says that it is something else."""
    # what it does not say takes nothing back
    first = next((gate for gate in case.failures if gate.gate in OF_THE_MERGER and gate.result == "fail"), None)
    overtaken = any(gate.gate == "L2 kind" and gate.failed for gate in case.gates)
    if first is None or overtaken or not (back := withdrawals(case.own, first.says)):
        return None
    told = _told(case, f"no longer worth a dump: {first.says}", "normal")
    return told.model_copy(update={"withdrawals": back, "subject": "update"})


def _refused(case: Case) -> Judgement:
    """Tell of a merger for which there is no dump, or what a later statement changes."""
    summary = case.failures[0].says
    switch = held_back(case.circumstances, NAME)
    if switch is not None and switch.state == "off":
        return _untold(case, summary, None)
    before = case.circumstances.told.get(NAME)
    if before is not None and not case.first_after_warnings and (case.level != "loud" or before == "loud"):
        # the same statement once more, with more known by another path, is no news
        return _told(case, summary, "normal" if case.statements else "quiet").model_copy(update={"subject": "update"})
    if case.level == "quiet" and case.alert.kind != "early_warning" and not is_subsolar(case.merger):
        return _untold(case, summary, "quiet")
    return _told(case, summary, case.level)


def _told(case: Case, summary: str, level: Level) -> Judgement:
    return Judgement(
        scenario=NAME,
        answer="message",
        summary=summary,
        gates=case.gates,
        level=level,
        broadcast=level == "loud",  # also when its thread is there already
        figures=case.figures,
    )


def _untold(case: Case, summary: str, level: Level | None) -> Judgement:
    return _told(case, summary, "quiet").model_copy(update={"answer": "nothing", "level": level})


def _dump(case: Case, plan: DumpPlan) -> Judgement:
    draft = CommandDraft(
        telescope=TELESCOPE,
        action="dump",
        args=plan.args(case.alert.event),
        deadline=plan.deadline,
        reason=_reason(case),
        priority=case.limits.lvk.priority,
        event=case.alert.event,
        scenario=NAME,
        turn=_turn(case),
    )
    summary = f"OVRO-LWA buffer dump: {plan.files} files, {plan.size_tb:.1f} TB, captures {plan.captured:.0%}"
    return _told(case, summary, "loud").model_copy(update={"answer": "command", "commands": (draft,)})


def _reason(case: Case) -> str:
    named = ("L7 far", "L8 terrestrial", "L9 has_ns", "L6 time", "L11 once", "L12 visible")
    return "; ".join(gate.says for gate in case.gates if gate.gate in named)


def _turn(case: Case) -> int:
    return max((one.turn for one in case.own), default=0) + 1


def _retracted(alert: Alert, circumstances: Circumstances, limits: Limits) -> Judgement:
    """Take everything back; a dump that is less than half written is asked to stop."""
    stopped = (
        one.id
        for one in circumstances.commands
        if limits.lvk.abort_on_retraction
        and one.action == "dump"
        and written_share(one, circumstances.now, limits.lwa.ring_max_s) < HALF
    )
    judgement = retraction(NAME, alert, circumstances, told=bool(circumstances.told), stopped=frozenset(stopped))
    # what was only told quietly is taken back quietly
    quietly = judgement.answer == "nothing" and alert.role == "real" and circumstances.earlier
    return judgement.model_copy(update={"answer": "message"}) if quietly else judgement
