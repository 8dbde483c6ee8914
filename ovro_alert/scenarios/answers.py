"""The answers that make no command: people are told, or it is kept and shown."""

from __future__ import annotations

from typing import Protocol

from ovro_alert.messages import Level
from ovro_alert.verdicts import Figure, Gate, Judgement


class Weighed(Protocol):
    """What a scenario found out: every gate, and the numbers for the words."""

    @property
    def gates(self) -> tuple[Gate, ...]:
        """Every gate, also after the first failure."""

    @property
    def figures(self) -> dict[str, Figure]:
        """What is known, with its unit in its name."""


def told(scenario: str, case: Weighed, summary: str, level: Level | None) -> Judgement:
    """Answer `message`."""
    return Judgement(
        scenario=scenario, answer="message", summary=summary, gates=case.gates, level=level, figures=case.figures
    )


def untold(scenario: str, case: Weighed, summary: str, level: Level | None) -> Judgement:
    """Answer `nothing`: at most a quiet line on the page, or none."""
    return told(scenario, case, summary, level).model_copy(update={"answer": "nothing"})
