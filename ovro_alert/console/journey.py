"""The steps of one notice, from the sky to the end of its command, as the relay's journal has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ovro_alert.console.plain import plain

STEPS = ("published", "received", "kept", "decided", "claimed", "told", "beam on", "done")
BAD_ENDS = ("failed", "refused", "expired", "cancelled", "declined")
BEAM_ON = "records"
"""The phase by which the client's progress says that the beam is on."""


class Step(NamedTuple):
    """One thing that happened, when, and what is to be said of it."""

    name: str
    at: datetime
    says: str

    def line(self, zero: datetime) -> str:
        """Write it with its milliseconds since `zero`."""
        after_ms = (self.at - zero).total_seconds() * 1000
        return f"  {self.name:<10} {self.at:%H:%M:%S.%f}"[:-3] + f" UTC {after_ms:>9.0f} ms   {plain(self.says)}"


@dataclass(frozen=True)
class Journey:
    """What is known of a notice's way so far."""

    steps: tuple[Step, ...] = ()
    complete: bool = False
    ended_badly: str | None = None


def journey(story: dict[str, Any] | None, command_of: Callable[[int], dict[str, Any]]) -> Journey:
    """Return the steps that the relay knows of; `story` is its answer to GET /alerts/{id}."""
    if story is None:
        return Journey()
    says = f"the burst's stamp at {story['time_ref_mhz']:g} MHz; then sent to Comet"
    return relayed([Step("published", when(story["time"]), says)], story, command_of, "chime_repeater")


def relayed(
    steps: list[Step], story: dict[str, Any], command_of: Callable[[int], dict[str, Any]], scenario: str
) -> Journey:
    """Add what the relay did with a notice, and what came of it by one scenario."""
    notice, arrival = story["notices"][0], story["notices"][0]["arrivals"][0]
    steps += [
        Step("received", when(arrival["received"]), f"by {arrival['path']}"),
        Step("kept", when(arrival["kept"]), f"on the relay's disk as notice {notice['id']}"),
    ]
    verdict = next((one for one in story["verdicts"] if one["scenario"] == scenario), None)
    if verdict is None:
        return Journey(tuple(steps))
    passed = sum(gate["result"] == "pass" for gate in verdict["gates"])
    gates = f"{passed} of {len(verdict['gates'])} gates pass"
    steps.append(
        Step(
            "decided",
            when(verdict["made"]),
            f"{verdict['scenario']}: {verdict['answer']}, {gates}: {verdict['summary']}",
        )
    )
    if not verdict["commands"]:
        return Journey(tuple(steps), ended_badly=f"no command was made: {verdict['summary']}")
    return followed(steps, command_of(verdict["commands"][0]))


def followed(steps: list[Step], command: dict[str, Any]) -> Journey:
    """Add the steps of the command."""
    for line in command["history"]:
        step = step_of(command, line, {step.name for step in steps})
        if step is not None:
            steps.append(step)
    state = command["state"]
    bad = f"command {command['id']} ended {state}: {command['history'][-1]['why']}" if state in BAD_ENDS else None
    return Journey(tuple(steps), complete=state == "done", ended_badly=bad)


def step_of(command: dict[str, Any], line: dict[str, Any], before: set[str]) -> Step | None:
    """Return the step that a line of a command's history is, if it is one that is new."""
    at, state = when(line["at"]), line["state"]
    if state == "claimed" and "claimed" not in before:
        return Step("claimed", at, f"command {command['id']} by {command['client']}, which moves a {command['moves']}")
    if state == "acting" and "told" not in before:
        return Step("told", at, "the relay gave leave; the telescope is told")
    if state == "acting" and line["detail"].get("phase") == BEAM_ON and "beam on" not in before:
        return Step("beam on", at, line["detail"]["says"])
    if state == "done" and "done" not in before:
        return Step("done", at, done_words(line["detail"]))
    return None


def done_words(detail: dict[str, Any]) -> str:
    """Write what a client reported of its end, in one line."""
    words = [detail.get("says", "")]
    if isinstance(detail.get("caught"), int | float):
        words.append(f"caught {detail['caught']:.0%} of 43.2-82.8 MHz")
    if isinstance(detail.get("gb"), int | float):
        words.append(f"{detail['gb']:.0f} GB in {detail.get('file', 'a file')}")
    return ", ".join(word for word in words if word)


def when(text: str) -> datetime:
    """Read a moment as the relay writes it."""
    return datetime.fromisoformat(text).astimezone(UTC)
