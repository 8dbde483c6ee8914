"""What waits for a person: the question, until when it can be answered, and how to answer."""

from __future__ import annotations

from ovro_alert.commands import Command
from ovro_alert.tellers import Told
from ovro_alert.telling.words.figures import length
from ovro_alert.telling.words.heading import asked, heading
from ovro_alert.telling.words.plain import LINE_LIMIT, pairs, plain

QUESTIONS = {"repoint": "repoint DSA-110?"}
"""Asked where an action has a question of its own; of any other it is said that it is proposed."""


def question(told: Told, command: Command) -> str:
    """Return `repoint DSA-110? (proposal 41, runs out 2024-09-19 06:10 UTC, in 22.8 h)`."""
    asks = QUESTIONS.get(command.action, f"{asked(command)} proposed")
    left_s = max((command.deadline - told.now).total_seconds(), 0.0)
    # to the minute that has begun: whoever goes by it is not late
    return f"{asks} (proposal {command.id}, runs out {command.deadline:%Y-%m-%d %H:%M} UTC, in {length(left_s)})"


def proposed_by_hand(told: Told, command: Command) -> list[str | None]:
    """Return the lines on what no scenario asks for: the question, who asks and why, for what, how to answer."""
    return [
        heading(told, question(told, command)),
        f"Asked for by {plain(command.by)}: {plain(command.reason, LINE_LIMIT)}",
        pairs(command.args) or None,
        how_to_decide(command),
    ]


def how_to_decide(command: Command) -> str:
    """Return what to type."""
    return (
        f"Proposal {command.id} waits for a person: ovro-alert approve {command.id} --note …, "
        f"or ovro-alert decline {command.id} --note …"
    )


def stop_question(command: Command) -> str | None:
    """Ask what people alone may decide: dishes that turn, or have turned, for nothing; None if there are none."""
    return f"stop {asked(command)} {command.id}?" if command.action == "repoint" and command.state == "acting" else None


def turned(command: Command) -> str | None:
    """Return what becomes of dishes that were turned to what is retracted; None if they never were."""
    name = f"{asked(command)} {command.id}"
    if command.state == "acting":
        return f"{name} goes on unless a person stops it: ovro-alert cancel {command.id} --note …"
    return f"{name} is done; what it was for is retracted" if command.state == "done" else None
