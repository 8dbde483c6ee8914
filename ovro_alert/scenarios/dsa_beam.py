"""DSA-110 discovery → OVRO-LWA voltage beam: on T2's word, before T3 has classified it; T3 confirms or condemns it."""

from __future__ import annotations

from functools import partial

from ovro_alert.alerts import Alert, Kind
from ovro_alert.circumstances import Circumstances
from ovro_alert.scenarios.answers import told, untold
from ovro_alert.scenarios.beam import BeamPlan
from ovro_alert.scenarios.beam_order import Purpose, beam_order
from ovro_alert.scenarios.dsa_case import DSA_BEAM as NAME
from ovro_alert.scenarios.dsa_case import Case, look_at
from ovro_alert.scenarios.earlier_commands import not_moved, withdrawals
from ovro_alert.scenarios.later_words import later_words
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.occupancy import TELESCOPE
from ovro_alert.scenarios.retractions import fate_of, retraction
from ovro_alert.scenarios.roles import drilled
from ovro_alert.scenarios.switches import held_back
from ovro_alert.verdicts import Gate, Judgement

OF_THE_TRIGGER = frozenset({"D1 label", "D3 dm", "D4 snr", "D5 width", "D5 beams", "D6 class"})
"""Gates that say whether it is a burst worth following at all: below them, nobody is disturbed."""
OF_THE_BURST = OF_THE_TRIGGER | {"B2 position_error", "B3 elevation"}
"""If one of these fails now, what was commanded before is taken back."""
CONDEMNING = frozenset({"D1 label", "D6 class"})
"""T3's word that it is nothing."""

_told = partial(told, NAME)
_untold = partial(untold, NAME)


class DsaBeam:
    """A burst that DSA-110 found is recorded by the one voltage beam, if it can still be caught."""

    id = NAME
    streams = frozenset({"dsa"})
    kinds: frozenset[Kind] = frozenset({"detection", "subsequent", "update", "retraction"})

    def judge(self, alert: Alert, circumstances: Circumstances, limits: Limits) -> Judgement:
        """Say whether a beam is worth it, and what becomes of one that was commanded before."""
        if alert.kind == "retraction":
            return retraction(self.id, alert, circumstances, told=self.id in circumstances.told)
        if alert.kind == "update":
            return later_words(self.id, "D1 kind", alert)
        case = look_at(alert, circumstances, limits)
        return _taken_back(case) or _judged(case)


DSA_BEAM = DsaBeam()


def _judged(case: Case) -> Judgement:
    failures = case.failures
    if not failures and case.findings.plan is not None:
        return _beam(case, case.findings.plan)
    if [gate.gate for gate in failures] == ["D1 role"] and not case.real:
        told = _told(case, failures[0].says, "quiet")
        return drilled(told, TELESCOPE, case.alert, case.circumstances, case.limits.drills)
    return _refused(case, failures)


# ── what was commanded, and is none ──


def _taken_back(case: Case) -> Judgement | None:
    """Return what becomes of what waits or runs if more is known now, or of what people were told; else None."""
    against = _against(case)
    if against is None:
        return None
    condemned = against.gate in CONDEMNING or against.gate == "D1 role"
    heard = bool(case.real) or NAME in case.circumstances.told
    worth_saying = heard and not case.said("condemned") if condemned else case.runs
    if not (case.waits or worth_saying):
        return None
    fates = "; ".join(_fate(case, one.id) for one in case.real)
    says = f"DSA-110 condemns it: {against.says}" if condemned else f"no longer worth a beam: {against.says}"
    told = _told(case, f"{says}; {fates}" if fates else says, "normal")
    figures = told.figures | ({"condemned": True} if condemned else {})
    back = withdrawals(case.real, against.says)
    return told.model_copy(update={"withdrawals": back, "subject": "update", "figures": figures})


def _against(case: Case) -> Gate | None:
    """Return the gate that speaks against it: of a real statement, or that one is an injection after all."""
    if case.alert.role == "injection":
        role = case.failures[0]
        return role.model_copy(update={"says": "it is an injection"})
    if case.alert.role != "real" or case.circumstances.retracted:
        return None
    return next((gate for gate in case.failures if gate.gate in OF_THE_BURST), None)


def _fate(case: Case, command: int) -> str:
    found = next(one for one in case.real if one.id == command)
    return f"{found.action} {found.id} is done" if found.state == "done" else fate_of(found)


# ── what is told ──


def _refused(case: Case, failures: list[Gate]) -> Judgement:
    first = failures[0]
    if case.alert.role != "real" or case.circumstances.retracted:
        also = failures[1].says if first.gate == "D1 role" and len(failures) > 1 else None
        return _untold(case, f"{first.says}; and {also}" if also else first.says, "quiet")
    if first.gate == "once":
        return _commanded_before(case, first)
    if any(gate.gate in OF_THE_TRIGGER for gate in failures):
        return _untold(case, first.says, "quiet")
    switch = held_back(case.circumstances, NAME)
    if switch is not None and switch.state == "off":
        return _untold(case, first.says, None)
    told = _told(case, first.says, "normal")
    told = told.model_copy(update={"figures": told.figures | {"refused": first.gate}})
    # another path that says the same of it is no news
    return told.model_copy(update={"answer": "nothing", "level": None}) if case.heard(first) else told


def _commanded_before(case: Case, once: Gate) -> Judgement:
    """Return what is said of an event that has its beam: that T3 confirms it, that it lies elsewhere, or nothing."""
    last, plan = case.own[-1], case.findings.plan
    said = []
    if case.confirmed and not case.said("confirmed"):
        said.append(f"confirmed: {case.known_class.says()}; {last.action} {last.id} ({last.state})")
    if case.better is not None and last.state in ("acting", "done"):
        said.append(not_moved(last, case.better, plan and plan.elevation_on_deg))
    if not said:
        return _untold(case, once.says, None)
    return _told(case, "; ".join(said), "normal").model_copy(update={"subject": "update"})


# ── the beam ──


def _beam(case: Case, plan: BeamPlan) -> Judgement:
    now, event = case.circumstances.now, case.alert.event
    name = case.alert.source or event
    purpose = Purpose(NAME, event, name, case.known_class.says(), case.limits.dsa.priority_beam)
    draft = beam_order(purpose, case.best.position, case.sweep, case.findings, case.own, now)
    summary = f"OVRO-LWA beam of {plan.duration_s:.0f} s on {name}, catches {plan.caught:.0%}"
    update: dict[str, object] = {"answer": "command", "commands": (draft,)}
    if case.own and case.better is not None:
        update["withdrawals"] = withdrawals(case.own[-1:], f"replaced: {case.better.says()}")
        summary = f"{summary}; replaces beam {case.own[-1].id}: {case.better.says()}"
    return _told(case, summary, "normal").model_copy(update=update)
