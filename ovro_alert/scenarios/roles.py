"""May this notice act at all? Its time must be believable, and its role real; what is only a test makes a drill."""

from __future__ import annotations

from datetime import datetime

from ovro_alert.actions import TELESCOPES
from ovro_alert.alerts import Alert
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import CommandDraft
from ovro_alert.scenarios.gates import SLACK, checked, missing
from ovro_alert.scenarios.limits import DrillLimits
from ovro_alert.times import TAI_MINUS_UTC_S, age_s, seconds
from ovro_alert.verdicts import Gate, Judgement


def clock_gate(gate: str, time: datetime | None, now: datetime, max_ahead_s: float, note: str | None = None) -> Gate:
    """Return the gate: the event is not in the future, by our own clock."""
    if time is None:
        return missing(gate, f"time of the event not known{': ' + note if note else ''}", -max_ahead_s, "s")
    age = age_s(time, now)
    passes = age >= -max_ahead_s - SLACK
    says = f"{age:.1f} s old" if age >= 0 else f"{-age:.1f} s in the future"
    if not passes and -age <= TAI_MINUS_UTC_S + SLACK:
        says += f"; a TAI time taken for UTC ({TAI_MINUS_UTC_S:.0f} s)?"
    return Gate(gate=gate, value=age, limit=-max_ahead_s, unit="s", result="pass" if passes else "fail", says=says)


def role_gate(gate: str, alert: Alert) -> Gate:
    """Return the gate: it is the real thing."""
    real = alert.role == "real"
    says = "real" if real else f"role {alert.role}: at most a drill"
    return checked(gate, passes=real, says=says, value=alert.role, limit="real")


def drilled(
    told: Judgement, telescope: str, alert: Alert, circumstances: Circumstances, limits: DrillLimits, turn: int = 1
) -> Judgement:
    """Return what comes of a test that passes every other gate: a drill, unless its scenario had one just now.

    A drill is a command that goes through every step and moves nothing. `told` has the scenario, its gates and figures.
    """
    due = _due(told.scenario, circumstances, limits)
    told = told.model_copy(update={"gates": (*told.gates, due), "level": "quiet"})
    if due.failed:
        says = f"role {alert.role}, no drill: {due.says}"
        return told.model_copy(update={"answer": "nothing", "summary": says})
    draft = CommandDraft(
        telescope=telescope,
        action="test",
        args={},
        deadline=circumstances.now + seconds(limits.deadline_s),
        reason=f"drill: {alert.event} has role {alert.role} and passes every other gate",
        event=alert.event,
        scenario=told.scenario,
        turn=turn,
    )
    says = f"role {alert.role}: drill of {TELESCOPES[telescope].title}"
    return told.model_copy(update={"answer": "command", "commands": (draft,), "summary": says})


def _due(scenario: str, circumstances: Circumstances, limits: DrillLimits) -> Gate:
    """Return the gate: the last drill of this scenario is long enough ago."""
    last = circumstances.last_drills.get(scenario)
    if last is None:
        return checked("drill", passes=True, says="no drill yet", limit=limits.from_tests_every_s)
    age = age_s(last, circumstances.now)
    passes = age >= limits.from_tests_every_s - SLACK
    says = f"last drill {age:.0f} s ago, one in {limits.from_tests_every_s:.0f} s"
    return checked("drill", passes=passes, says=says, value=age, limit=limits.from_tests_every_s)
