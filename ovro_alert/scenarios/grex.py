"""GREX → OVRO-LWA: a Galactic burst so bright is worth the buffer; a beam only where its place is known.

GREX sees most of the sky and one station gives no position, so the DM decides: how long the dump is, whether it is one
of the pulsars that everybody sees, or a magnetar that is waited for.
"""

from __future__ import annotations

from ovro_alert.alerts import Alert, Kind
from ovro_alert.circumstances import Circumstances
from ovro_alert.messages import Level
from ovro_alert.scenarios.earlier_commands import not_moved, withdrawals
from ovro_alert.scenarios.grex_case import GREX as NAME
from ovro_alert.scenarios.grex_case import Case, look_at
from ovro_alert.scenarios.grex_commands import drafts
from ovro_alert.scenarios.grex_figures import grex_figures
from ovro_alert.scenarios.grex_gates import Answers, answers
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.occupancy import TELESCOPE
from ovro_alert.scenarios.roles import drilled
from ovro_alert.scenarios.switches import held_back
from ovro_alert.verdicts import Judgement

OF_THE_SOURCE = frozenset({"X3 not_pulsar", "X4 magnetar"})
"""Gates that say what it is: if one fails now, what was commanded before and still waits is taken back."""
UNTOLD = frozenset({"not_retracted", "X2 stations"})
"""What fails one of these first is nothing: nobody is disturbed."""


class Grex:
    """A burst that two stations saw has the buffer dumped, and is pointed at where its source is known."""

    id = NAME
    streams = frozenset({"grex"})
    kinds: frozenset[Kind] = frozenset({"detection"})

    def judge(self, alert: Alert, circumstances: Circumstances, limits: Limits) -> Judgement:
        """Say whether a dump or a beam is worth it."""
        case = look_at(alert, circumstances, limits)
        found = answers(case)
        if alert.role != "real":
            return _rehearsed(case, found)
        made, replaced = drafts(case, found)
        if not made:
            return _taken_back(case, found) or _refused(case, found)
        summary = "; ".join(one.says for one in made)
        update = {"commands": tuple(one.draft for one in made), "withdrawals": replaced}
        answer = "proposal" if case.alone else "command"
        return _told(case, found, summary, "loud").model_copy(update=update | {"answer": answer, "broadcast": True})


GREX = Grex()


def _refused(case: Case, found: Answers) -> Judgement:
    against = (*found.failures, *found.dump.failures, *found.beam.failures)
    first = against[0]
    switch = held_back(case.circumstances, NAME)
    if switch is not None and switch.state == "off":
        return _untold(case, found, first.says, None)
    if first.gate in UNTOLD:
        return _untold(case, found, first.says, "quiet")
    if not found.failures and (found.dump.own or found.beam.own):
        return _once(case, found, first.says)
    level: Level = "loud" if case.magnetars else "normal"
    # what was told already is no news
    return _told(case, found, first.says, "quiet" if NAME in case.circumstances.told else level)


def _once(case: Case, found: Answers, says: str) -> Judgement:
    """Say nothing of a burst that was acted on, but where the beam would be elsewhere now."""
    plan, own = found.findings.plan, found.beam.own
    if found.better is None or own[-1].state not in ("acting", "done"):
        return _untold(case, found, says, None)
    says = not_moved(own[-1], found.better, plan and plan.elevation_on_deg)
    return _told(case, found, says, "normal").model_copy(update={"subject": "update"})


def _taken_back(case: Case, found: Answers) -> Judgement | None:
    first = next((gate for gate in found.failures if gate.gate in OF_THE_SOURCE and gate.result == "fail"), None)
    own = (*found.dump.own, *found.beam.own)
    if first is None or not (back := withdrawals(own, first.says)):
        return None
    told = _told(case, found, f"no longer worth it: {first.says}", "normal")
    return told.model_copy(update={"withdrawals": back, "subject": "update"})


def _rehearsed(case: Case, found: Answers) -> Judgement:
    """Return a drill at most, and that only where a real trigger would make a command or a proposal."""
    if not found.granted:
        first = (*found.failures, *found.dump.failures, *found.beam.failures)[0]
        return _untold(case, found, f"role {case.alert.role}: at most a drill; and {first.says}", "quiet")
    told = _told(case, found, "", "quiet")
    return drilled(told, TELESCOPE, case.alert, case.circumstances, case.limits.drills)


def _told(case: Case, found: Answers, summary: str, level: Level | None) -> Judgement:
    return Judgement(
        scenario=NAME,
        answer="message",
        summary=summary,
        gates=found.gates,
        level=level,
        figures=grex_figures(case, found.findings.plan),
    )


def _untold(case: Case, found: Answers, summary: str, level: Level | None) -> Judgement:
    return _told(case, found, summary, level).model_copy(update={"answer": "nothing"})
