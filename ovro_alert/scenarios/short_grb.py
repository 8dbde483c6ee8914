"""Short gamma-ray burst → people; and an OVRO-LWA beam or dump if configured. Its DM is never known."""

from __future__ import annotations

from ovro_alert.alerts import Alert, Kind
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import WAITING, Command
from ovro_alert.messages import Level
from ovro_alert.scenarios.earlier_commands import not_moved, withdrawals
from ovro_alert.scenarios.grb_case import SHORT_GRB as NAME
from ovro_alert.scenarios.grb_case import Case, look_at
from ovro_alert.scenarios.grb_commands import drafts
from ovro_alert.scenarios.grb_figures import grb_figures
from ovro_alert.scenarios.grb_gates import Answers, Asked, answers
from ovro_alert.scenarios.grb_reasons import refusal, too_low, well_placed
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.occupancy import TELESCOPE
from ovro_alert.scenarios.retractions import retraction
from ovro_alert.scenarios.roles import drilled
from ovro_alert.scenarios.switches import held_back
from ovro_alert.verdicts import Answer, Judgement, Withdrawal

OF_THE_PLACE = frozenset({"G3 visible", "B1 position", "B2 position_error", "B3 elevation"})
"""Gates that a better position can fail: what waits is taken back then; what runs, runs on."""


class ShortGrb:
    """People hear of a short burst that is up; what OVRO-LWA does about it is a setting."""

    id = NAME
    streams = frozenset({"fermi", "swift", "svom", "ep", "gecam", "maxi"})
    kinds: frozenset[Kind] = frozenset({"detection", "subsequent", "update", "retraction"})

    def judge(self, alert: Alert, circumstances: Circumstances, limits: Limits) -> Judgement:
        """Say whether it is short and up, and what is done about it."""
        if alert.kind == "retraction":
            return retraction(self.id, alert, circumstances, told=self.id in circumstances.told)
        case = look_at(alert, circumstances, limits)
        found = answers(case)
        if case.alert.role != "real":
            return _rehearsed(case, found)
        made, replaced = drafts(case, found)
        back = _taken_back(case, found)
        if made:
            told = _told(case, found, "; ".join(one.says for one in made), "normal")
            loud = any(one.draft.action == "dump" for one in made)
            update = {"answer": "command", "commands": tuple(one.draft for one in made), "withdrawals": back + replaced}
            return told.model_copy(update=update | ({"level": "loud"} if loud else {}))
        return _refused(case, found, back)


SHORT_GRB = ShortGrb()


def _refused(case: Case, found: Answers, back: tuple[Withdrawal, ...]) -> Judgement:
    if back or (case.length.how == "withdrawn" and case.before.short):
        return _no_longer(case, found, back)
    answer, level = _answered(case, found)
    own, plan = found.beam.own, found.findings.plan
    if answer == "message" and found.better is not None and own[-1].state in ("acting", "done"):
        says = not_moved(own[-1], found.better, plan and plan.elevation_on_deg)
        return _told(case, found, says, "normal").model_copy(update={"subject": "update"})
    return _told(case, found, refusal(case, found), level).model_copy(update={"answer": answer})


def _answered(case: Case, found: Answers) -> tuple[Answer, Level | None]:
    """Return whether people hear of a burst for which nothing is commanded, and how loudly."""
    switch = held_back(case.circumstances, NAME)
    if switch is not None and switch.state == "off":
        return "nothing", None
    if found.failures and found.failures[0].gate in ("not_retracted", "G1 clock"):
        return "nothing", "quiet"
    if (placed := well_placed(case)) is not None:
        return "message", "normal" if placed else "quiet"
    return ("message", _level(case)) if case.length.short else ("nothing", "quiet")


def _level(case: Case) -> Level:
    """Return how loud a short burst is: once when it is up, again when its length or where it was is news."""
    if NAME in case.circumstances.told and case.length.how != case.before.how:
        return "normal"
    heard = NAME in case.circumstances.told and not case.placed
    return "quiet" if heard or case.over or too_low(case) else "normal"


def _no_longer(case: Case, found: Answers, back: tuple[Withdrawal, ...]) -> Judgement:
    what = f"no longer worth it: {back[0].why}" if case.length.short else f"no longer short: {case.length.says}"
    fates = (f"command {one.command} {'runs on' if one.told_only else 'is cancelled'}" for one in back)
    told_before = NAME in case.circumstances.told
    told = _told(case, found, "; ".join((what, *fates)), "normal" if told_before or back else "quiet")
    return told.model_copy(update={"withdrawals": back, "subject": "update"})


def _taken_back(case: Case, found: Answers) -> tuple[Withdrawal, ...]:
    back: tuple[Withdrawal, ...] = ()
    for one in (found.beam, found.dump):
        if not case.length.short:
            # of what acts, people hear once: by the statement that changed what it was
            concerned = one.own if case.before.short else _waiting(one)
            back += withdrawals(concerned, case.length.says)
            continue
        against = [gate for gate in (*found.failures, *one.failures) if gate.gate in OF_THE_PLACE]
        if against:
            back += withdrawals(_waiting(one), against[0].says)
    return back


def _waiting(asked: Asked) -> tuple[Command, ...]:
    return tuple(command for command in asked.own if command.state in WAITING)


def _rehearsed(case: Case, found: Answers) -> Judgement:
    """Return a drill at most, and that only where a real notice would make a command."""
    if found.failures or all(one.failures for one in found.wanted):
        summary = f"role {case.alert.role}: at most a drill; and {refusal(case, found)}"
        return _told(case, found, summary, "quiet").model_copy(update={"answer": "nothing"})
    told = _told(case, found, case.length.says, "quiet")
    return drilled(told, TELESCOPE, case.alert, case.circumstances, case.limits.drills)


def _told(case: Case, found: Answers, summary: str, level: Level | None) -> Judgement:
    return Judgement(
        scenario=NAME,
        answer="message",
        summary=summary,
        gates=found.gates,
        level=level,
        figures=grb_figures(case, found.findings.plan),
    )
