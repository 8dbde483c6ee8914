"""CHIME × DSA-110: the same burst seen by both, whichever told first; and a burst that DSA-110 should have seen."""

from __future__ import annotations

from ovro_alert.alerts import BURSTS, Alert, Kind
from ovro_alert.circumstances import Circumstances
from ovro_alert.messages import Level
from ovro_alert.scenarios.codetection_figures import OF_ANY_PAIR, pair_figures
from ovro_alert.scenarios.coincidence import Coincidence
from ovro_alert.scenarios.gates import checked, missing
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.pairing import best_pair, chime_side, event_of
from ovro_alert.scenarios.switches import held_back, switch_gate
from ovro_alert.scenarios.unseen import expectation
from ovro_alert.times import age_s, seconds
from ovro_alert.verdicts import Figure, Gate, Judgement, SecondLook

NAME = "codetection"
JOINED = ("certain", "probable")
A_PAIR = (*JOINED, "possible")
NAMES = {"chime": "CHIME", "dsa": "DSA-110"}
UNSEEN = "DSA-110 pointed there, saw nothing"


class Codetection:
    """One burst by two telescopes: people are told once, and the alerts of either are judged with both."""

    id = NAME
    streams = frozenset({"chime", "dsa"})
    kinds: frozenset[Kind] = frozenset({"detection", "subsequent", "update", "retraction"})

    def judge(self, alert: Alert, circumstances: Circumstances, limits: Limits) -> Judgement:
        """Say which burst of the other telescope's is the same, and whether people know."""
        judgement = _judged(alert, circumstances, limits)
        off = held_back(circumstances, NAME)
        if off is None or off.state != "off":
            return judgement
        gates = (*judgement.gates, switch_gate("switch", off))
        return judgement.model_copy(update={"answer": "nothing", "gates": gates, "level": None, "joins": ()})


CODETECTION = Codetection()


def _judged(alert: Alert, circumstances: Circumstances, limits: Limits) -> Judgement:
    before = (circumstances.paired or {}) if alert.role in ("real", "injection") else {}
    if alert.kind == "retraction":
        return _retracted(alert, circumstances, before)
    pair = best_pair(alert, circumstances, limits)
    if pair is not None and pair.result in A_PAIR:
        return _found(alert, pair, before, limits)
    gates = pair.gates if pair is not None else _alone(circumstances)
    if before.get("result") in A_PAIR:
        return _undone(before, circumstances, gates)
    if pair is not None and pair.result == "injection":
        known = before.get("result") == "injection"
        found = _found(alert, pair, before, limits)
        return found.model_copy(update={"answer": "nothing", "level": None if known else "quiet"})
    if alert.stream == "chime" and alert.kind in BURSTS and alert.role == "real" and not circumstances.retracted:
        return _unseen(alert, circumstances, limits, gates, before)
    return _nothing(gates)


def _found(alert: Alert, pair: Coincidence, before: dict[str, Figure], limits: Limits) -> Judgement:
    figures = pair_figures(pair, alert.event, limits.codetection)
    return Judgement(
        scenario=NAME,
        answer="message",
        summary=_says(pair),
        gates=pair.gates,
        level=_level(pair, figures, before),
        figures=figures,
        joins=() if figures == before else (str(figures["with_event"]),),
    )


def _level(pair: Coincidence, figures: dict[str, Figure], before: dict[str, Figure]) -> Level | None:
    """Say how loudly: a co-detection loud when it is first one, any other change normal, the same again not at all."""
    same = before.get("with_event") == figures["with_event"]
    if same and before.get("result") == pair.result:
        return None
    return "loud" if pair.joined and not (same and before.get("result") in JOINED) else "normal"


def _says(pair: Coincidence) -> str:
    if pair.result == "possible":
        return f"possible: times disagree by {pair.dt_s:.2f} s: {pair.diagnosis}"
    if pair.result == "injection":
        return f"injection: {pair.gates[0].says}"
    return pair.result if pair.result == "certain" else f"{pair.result}: {pair.gates[3].says}"


def _undone(before: dict[str, Figure], circumstances: Circumstances, gates: tuple[Gate, ...]) -> Judgement:
    """Take back what was said of a pair, where it was said; the other side's event is judged again, to do the same."""
    other = str(before["with_event"])
    gone = any(one.event == other and (one.retracted or one.kind == "retraction") for one in circumstances.companions)
    why = f"{_named(other)} was retracted by its discoverer" if gone else _first(gates)
    told = NAME in circumstances.told
    return Judgement(
        scenario=NAME,
        answer="message" if told else "nothing",
        summary=f"no co-detection any more: {why}",
        gates=gates,
        subject="update",
        level="normal" if told else None,
        figures=_no_pair(before),
        joins=(other,),
    )


def _retracted(alert: Alert, circumstances: Circumstances, before: dict[str, Figure]) -> Judgement:
    """Take back a pair whose own side is retracted; in a thread where another scenario says so that is enough."""
    paired = alert.role == "real" and before.get("result") in A_PAIR
    told = paired and set(circumstances.told) == {NAME}
    return Judgement(
        scenario=NAME,
        answer="message" if told else "nothing",
        summary="no co-detection any more: retracted" if paired else "retracted: no burst to compare",
        subject="retraction",
        level="normal" if told else None,
        figures=_no_pair(before) if paired else {"result": "none"},
        joins=(str(before["with_event"]),) if paired else (),
    )


def _unseen(
    alert: Alert,
    circumstances: Circumstances,
    limits: Limits,
    gates: tuple[Gate, ...],
    before: dict[str, Figure],
) -> Judgement:
    """Say that DSA-110 pointed there and saw nothing, once it has had its time; until then, look again later."""
    own = chime_side(event_of(alert, circumstances.earlier, circumstances.now), circumstances, limits)
    told = before.get("unseen") is True
    due = None if own.time_inf is None else own.time_inf + seconds(limits.codetection.unseen_s)
    facts = circumstances.second_look
    if facts is None:
        expected = expectation(own, circumstances, limits)
        gates, facts = (*gates, *expected.gates), expected.facts
    if due is None or (facts is None and not told):
        return _nothing(gates)
    if due > circumstances.now:
        return _nothing(gates).model_copy(update={"again": SecondLook(at=due, facts=facts or {})})
    waited_s = age_s(due, circumstances.now) + limits.codetection.unseen_s
    return Judgement(
        scenario=NAME,
        answer="message",
        summary=UNSEEN,
        gates=gates,
        level=None if told else "quiet",
        figures=before if told else {"result": "none", "unseen": True, "waited_s": waited_s, **(facts or {})},
    )


def _nothing(gates: tuple[Gate, ...]) -> Judgement:
    figures: dict[str, Figure] = {"result": "none"}
    return Judgement(scenario=NAME, answer="nothing", summary=_first(gates), gates=gates, figures=figures)


def _first(gates: tuple[Gate, ...]) -> str:
    return next((gate.says for gate in gates if gate.failed), "not seen by both")


def _alone(circumstances: Circumstances) -> tuple[Gate, ...]:
    if circumstances.retracted:
        return (checked("not_retracted", passes=False, says="retracted before it came"),)
    return (missing("K2 time", "no burst of the other telescope is near in time"),)


def _no_pair(before: dict[str, Figure]) -> dict[str, Figure]:
    return {"result": "none"} | {name: before[name] for name in OF_ANY_PAIR if name in before}


def _named(event: str) -> str:
    stream, _, name = event.partition(":")
    return f"{NAMES.get(stream, stream)} {name}"
