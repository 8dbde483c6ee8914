"""Optical transient → SPRITE, proposed to a person: days matter here, not seconds."""

from __future__ import annotations

from ovro_alert.actions import ObserveArgs
from ovro_alert.alerts import Alert, Kind
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import WAITING, CommandDraft
from ovro_alert.scenarios.earlier_commands import withdrawals
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.optical_case import OPTICAL_SPRITE as NAME
from ovro_alert.scenarios.optical_case import Case, look_at
from ovro_alert.scenarios.optical_gates import TELESCOPE
from ovro_alert.scenarios.roles import drilled
from ovro_alert.scenarios.switches import held_back
from ovro_alert.scenarios.windows import Window
from ovro_alert.times import seconds
from ovro_alert.verdicts import Gate, Judgement

OF_THE_TRANSIENT = frozenset({"O2 class", "O3 probability", "O4 age", "O5 position", "O5 declination"})
"""Gates that say what it is and where: if one fails now, a proposal that still waits is taken back."""


class OpticalSprite:
    """A transient of a class that SPRITE wants is proposed once, with its next window."""

    id = NAME
    streams = frozenset({"optical"})
    kinds: frozenset[Kind] = frozenset({"detection"})

    def judge(self, alert: Alert, circumstances: Circumstances, limits: Limits) -> Judgement:
        """Say whether it is worth a person's look, and what becomes of what was proposed before."""
        if alert.transient is None:
            return Judgement(scenario=NAME, answer="nothing", summary="no transient is in it", level="quiet")
        return _judged(look_at(alert, alert.transient, circumstances, limits))


OPTICAL_SPRITE = OpticalSprite()


def _judged(case: Case) -> Judgement:
    failures = [gate for gate in case.gates if gate.failed]
    if not failures and case.window is not None:
        return _proposed(case, case.window)
    first = failures[0]
    told = _told(case, first.says)
    if [gate.gate for gate in failures] == ["O1 role"]:
        return drilled(told, TELESCOPE, case.alert, case.circumstances, case.limits.drills, _turn(case))
    if case.alert.role != "real":
        also = f"; and {failures[1].says}" if first.gate == "O1 role" else ""
        return _untold(told, f"{first.says}{also}")
    return _no_longer(case, told, failures) or _refused(case, told, failures)


def _no_longer(case: Case, told: Judgement, failures: list[Gate]) -> Judgement | None:
    """Take back what waits when the transient turns out to be another one; of what was done, tell."""
    why = next((gate.says for gate in failures if gate.gate in OF_THE_TRANSIENT), None)
    open_ones = tuple(one for one in case.own if not one.seen_at(case.circumstances.now).final)
    if why is None or not open_ones:
        return None
    waiting = all(one.state in WAITING for one in open_ones)
    fate = "is taken back" if waiting else "runs on"
    summary = f"no longer for SPRITE: {why}; {open_ones[-1].action} {open_ones[-1].id} {fate}"
    return told.model_copy(update={"summary": summary, "withdrawals": withdrawals(open_ones, why)})


def _refused(case: Case, told: Judgement, failures: list[Gate]) -> Judgement:
    """Tell, once, of what nobody but a person has held back: a scenario that is off says nothing at all."""
    own = held_back(case.circumstances, NAME)
    switched_off = own is not None and own.state == "off"
    if [gate.gate for gate in failures] != ["switch"] or switched_off or NAME in case.circumstances.told:
        return _untold(told, failures[0].says)
    return told


def _proposed(case: Case, window: Window) -> Judgement:
    transient, position = case.transient, case.position
    assert position is not None  # noqa: S101 - for the type checker; without one there is no window
    args = ObserveArgs(
        ra_deg=position.ra_deg,
        dec_deg=position.dec_deg,
        target=case.name[:200],
        start=window.start,
        stop=window.stop,
        classification=transient.classification[:80],
        mag=transient.mag,
    )
    draft = CommandDraft(
        telescope=TELESCOPE,
        action="observe",
        args=args.model_dump(mode="json", exclude_none=True),
        deadline=window.stop - seconds(case.limits.optical.deadline_s),
        reason="; ".join(gate.says for gate in case.gates if gate.gate in OF_THE_TRANSIENT | {"O6 visible"})[:2000],
        priority=case.limits.optical.priority,
        event=case.alert.event,
        scenario=NAME,
        turn=_turn(case),
    )
    summary = f"SPRITE: {transient.classification} {case.name}, {window.length_s / 3600:.1f} h above the limit"
    return _told(case, summary).model_copy(update={"answer": "proposal", "commands": (draft,)})


def _turn(case: Case) -> int:
    return max((one.turn for one in case.own), default=0) + 1


def _told(case: Case, summary: str) -> Judgement:
    return Judgement(
        scenario=NAME,
        answer="message",
        summary=summary,
        gates=case.gates,
        level="normal",
        figures=case.figures,
    )


def _untold(told: Judgement, summary: str) -> Judgement:
    return told.model_copy(update={"answer": "nothing", "summary": summary, "level": "quiet"})
