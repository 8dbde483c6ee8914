"""What was said before is taken back: whoever was told hears of it, what waits is cancelled, what runs runs on.

Unless stopping it saves something: then it is asked to.
"""

from __future__ import annotations

from ovro_alert.alerts import Alert
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import WAITING, Command
from ovro_alert.scenarios.earlier_commands import own_commands, withdrawals
from ovro_alert.verdicts import Judgement

RECORDING = frozenset({"beam", "dump"})
"""Actions that leave data; a drill, a repointing and a request leave none."""


def retraction(
    scenario: str,
    alert: Alert,
    circumstances: Circumstances,
    *,
    told: bool,
    stopped: frozenset[int] = frozenset(),
) -> Judgement:
    """Judge a retraction; `told` says whether people heard of the event before, beside what was commanded.

    A retraction that is not real takes back drills alone. Commands in `stopped` are asked to stop if they act.
    """
    real = alert.role == "real"
    commands = tuple(
        one for one in own_commands(scenario, alert.event, circumstances) if (one.action == "test") is not real
    )
    heard = real and (told or bool(commands))
    known = bool(circumstances.earlier or circumstances.commands)
    summary = "retracted" if known else "retraction of an event that is not known here: remembered"
    if commands:
        summary += ": " + "; ".join(fate_of(command, stops=command.id in stopped) for command in commands)
    return Judgement(
        scenario=scenario,
        answer="message" if heard else "nothing",
        summary=summary,
        withdrawals=withdrawals(commands, "retracted by its discoverer", stopped),
        subject="retraction",
        level="normal" if heard else "quiet",
        broadcast=real and bool(commands),
        figures={"commands": ", ".join(str(command.id) for command in commands)} if commands else {},
    )


def fate_of(command: Command, *, stops: bool = False) -> str:
    """Say what becomes of a command that is taken back."""
    what = f"{command.action} {command.id}"
    if command.state in WAITING:
        return f"{what} is cancelled before it began"
    if command.state == "acting":
        return f"{what} is asked to stop, what is written is kept" if stops else f"{what} runs on"
    if command.state == "done":
        return f"{what} is done{', what it recorded is marked retracted' if command.action in RECORDING else ''}"
    return f"{what} had ended: {command.state}"
