"""A discoverer's later words on a burst, without numbers: people read them."""

from __future__ import annotations

from ovro_alert.alerts import Alert
from ovro_alert.scenarios.gates import checked
from ovro_alert.verdicts import Judgement


def later_words(scenario: str, gate: str, alert: Alert) -> Judgement:
    """Return what comes of an update that carries words alone: a message, if it is real."""
    real = alert.role == "real"
    return Judgement(
        scenario=scenario,
        answer="message" if real else "nothing",
        summary=f"update: {alert.words or 'no words'}"[:500],
        gates=(checked(gate, passes=False, says="an update carries words alone", value=alert.kind),),
        subject="update",
        level="normal" if real else "quiet",
    )
