"""DSA-110 discovery → Swift/GUANO: BAT's event data around a burst are kept if Swift hears of it in time.

They are in its ring buffer for about 25 minutes. What DSA-110's T3 has classified is asked for, T2 alone never. Later a
better position, or a retraction, is a VOEvent that cites the first; it has a day.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ovro_alert.alerts import Alert, Kind
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import WAITING
from ovro_alert.scenarios.answers import told, untold
from ovro_alert.scenarios.earlier_commands import own_commands, withdrawals
from ovro_alert.scenarios.guano_case import Case, condemned, look_at
from ovro_alert.scenarios.guano_commands import burst_draft, retraction_draft
from ovro_alert.scenarios.guano_gates import DSA_GUANO as NAME
from ovro_alert.scenarios.guano_gates import OF_THE_BURST, TELESCOPE, host_of, ready_gate
from ovro_alert.scenarios.guano_sent import latest, takes_back, told_of
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.retractions import retraction
from ovro_alert.scenarios.roles import drilled
from ovro_alert.scenarios.switches import held_back
from ovro_alert.times import seconds
from ovro_alert.verdicts import Gate, Judgement, SecondLook

UNWORTHY = OF_THE_BURST | {"U1 role", "U1 label", "U1 clock", "not_retracted"}
"""Gates that say that nobody wants to ask Swift; whoever fails others alone is told."""

_told = partial(told, NAME)
_untold = partial(untold, NAME)


class DsaGuano:
    """Swift is asked, once, to keep its gamma-ray data around a burst of which DSA-110 is nearly sure."""

    id = NAME
    streams = frozenset({"dsa"})
    kinds: frozenset[Kind] = frozenset({"detection", "subsequent", "update", "retraction"})

    def judge(self, alert: Alert, circumstances: Circumstances, limits: Limits) -> Judgement:
        """Say whether Swift is asked, and what becomes of what it was asked before."""
        if alert.kind == "retraction":
            return _retracted(alert, circumstances, limits)
        case = look_at(alert, circumstances, limits)
        return _no_longer(case) or _judged(case)


DSA_GUANO = DsaGuano()


def _judged(case: Case) -> Judgement:
    failures = case.failures
    if not failures:
        return _asked(case)
    first = failures[0]
    if [gate.gate for gate in failures] == ["U1 role"] and case.alert.role != "real":
        told = _told(case, first.says, "quiet")
        return drilled(told, TELESCOPE, case.alert, case.circumstances, case.limits.drills)
    if case.known_class.stage == "T2":
        return _untold(case, next(gate.says for gate in failures if gate.gate == "U2 probability"), None)
    unworthy = [gate for gate in failures if gate.gate in UNWORTHY]
    if unworthy:
        also = f"; and {failures[1].says}" if first.gate == "U1 role" and len(failures) > 1 else ""
        return _untold(case, f"{first.says}{also}", "quiet")
    return _refused(case, first)


def _asked(case: Case) -> Judgement:
    draft, before = burst_draft(case), latest(case.own)
    what = "VOEvent with a better position" if draft.args["kind"] == "update" else "VOEvent"
    summary = f"{what} of {draft.args['name']} for {host_of(case.circumstances)}"
    told = _told(case, summary, "normal")
    update: dict[str, Any] = {"answer": "command", "commands": (draft,)}
    if before is not None and case.better is not None:
        update["summary"] = f"{summary}: {case.better.says()}"
        if before.state in WAITING:
            update["withdrawals"] = withdrawals((before,), f"replaced: {case.better.says()}")
    if "cites" in draft.args:
        update["figures"] = told.figures | {"cites": draft.args["cites"]}
    return told.model_copy(update=update)


def _refused(case: Case, first: Gate) -> Judgement:
    """Tell once of a burst that is worth it and that Swift is not asked about; quietly where nobody set Swift up."""
    switch = held_back(case.circumstances, NAME)
    if first.gate == "once" or (switch is not None and switch.state == "off"):
        return _untold(case, first.says, None)
    again = _while_away(case, first)
    if not case.own and (NAME in case.circumstances.told or _judged_before(case)):
        return _untold(case, first.says, None).model_copy(update={"again": again})
    nobody_did = first.gate == "U8 ready" and host_of(case.circumstances) is None and not case.own
    return _told(case, first.says, "quiet" if nobody_did else "normal").model_copy(update={"again": again})


def _while_away(case: Case, first: Gate) -> SecondLook | None:
    """Look again soon where nothing stands against it but that Swift's client is away: it may be back in time."""
    host = host_of(case.circumstances)
    if len(case.failures) > 1 or first.gate != "U8 ready" or host is None or first.value != host:
        return None
    return SecondLook(at=case.circumstances.now + seconds(case.limits.guano.status_fresh_s))


def _judged_before(case: Case) -> bool:
    """Whether an earlier statement of the event was classified as well: it had its word."""
    return any(one.importance is not None for one in case.burst.tellers[1:])


def _retracted(alert: Alert, circumstances: Circumstances, limits: Limits) -> Judgement:
    """Take back what waits, and what is out by a VOEvent of its own; one that does so already goes on."""
    on_the_burst = tuple(one for one in circumstances.commands if not takes_back(one))
    around = circumstances._replace(commands=on_the_burst)
    base = retraction(NAME, alert, around, told=NAME in circumstances.told)
    return base if alert.role != "real" else _with_voevent(base, alert, circumstances, limits)


def _no_longer(case: Case) -> Judgement | None:
    """Take everything back when DSA-110 condemns it; what waits alone when it is no longer sure."""
    own = own_commands(NAME, case.alert.event, case.circumstances)
    on_the_burst = tuple(one for one in own if one.action == "guano" and not takes_back(one))
    why = condemned(case.alert, case.known_class, case.limits.dsa)
    waits = any(not one.final for one in on_the_burst)
    if why is not None and (waits or told_of(own) is not None):
        told = _told(case, f"no longer worth asking Swift: {why}", "normal")
        told = told.model_copy(update={"withdrawals": withdrawals(on_the_burst, why), "subject": "update"})
        return _with_voevent(told, case.alert, case.circumstances, case.limits, why)
    first = next((gate for gate in case.failures if gate.gate in OF_THE_BURST and gate.result == "fail"), None)
    if case.alert.role == "real" and first is not None and (back := withdrawals(on_the_burst, first.says)):
        told = _told(case, f"no longer worth asking Swift: {first.says}", "normal")
        return told.model_copy(update={"withdrawals": back, "subject": "update"})
    return None


def _with_voevent(
    base: Judgement, alert: Alert, circumstances: Circumstances, limits: Limits, why: str = "retracted by DSA-110"
) -> Judgement:
    """Add the VOEvent that takes back those which are out; if it cannot go, say so."""
    draft = retraction_draft(own_commands(NAME, alert.event, circumstances), circumstances, limits.guano, why)
    if draft is None:
        return base
    ready = ready_gate(circumstances, limits.guano, citing=True)
    gates = (*(gate for gate in base.gates if gate.gate != ready.gate), ready)
    if ready.failed:
        summary = f"{base.summary}; no VOEvent takes it back: {ready.says}"
        return base.model_copy(update={"gates": gates, "summary": summary})
    summary = f"{base.summary}; a VOEvent takes it back"
    figures = base.figures | {"cites": draft.args["cites"]}
    update = {"answer": "command", "commands": (draft,), "gates": gates, "summary": summary, "figures": figures}
    return base.model_copy(update=update)
