"""A mock superevent: a warning, a merger, a preliminary that deserves a dump, and that it was nothing after all."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from string import ascii_lowercase
from typing import Any

import click

from ovro_alert.alerts import Alert, Kind, statement_of
from ovro_alert.console.desk import Desk
from ovro_alert.console.journey import Journey, Step, relayed, when
from ovro_alert.console.mock_stream import MockStream
from ovro_alert.console.showing import say, wait
from ovro_alert.mergers import AlertType, Merger
from ovro_alert.times import seconds
from ovro_alert.writing.lvk_json import write
from ovro_alert.writing.sky_map import blob

SUPEREVENT_STEPS = ("warning", "merger", "received", "kept", "decided", "claimed", "told", "done", "retracted")
AHEAD_S = 2.0
"""The warning comes so long before the merger."""

TYPES: dict[Kind, AlertType] = {
    "early_warning": "EARLYWARNING",
    "preliminary": "PRELIMINARY",
    "retraction": "RETRACTION",
}


def name_at(moment: datetime) -> str:
    """Return a mock's name that no other second of that day has."""
    return f"MS{moment:%y%m%d}{letters_at(moment)}"


def letters_at(moment: datetime) -> str:
    """Return four letters that no other second of that day has."""
    left, letters = moment.hour * 3600 + moment.minute * 60 + moment.second, ""
    for _ in range(4):
        left, letter = divmod(left, 26)
        letters = ascii_lowercase[letter] + letters
    return letters


def statement(name: str, kind: Kind, merger: datetime, issued: datetime) -> Alert:
    """Return what is said of it; it passes every gate of lvk_dump but the one that asks whether it is real."""
    event = f"lvk:{name}"
    return Alert(
        stream="lvk",
        event=event,
        kind=kind,
        role="test",
        statement=statement_of(event, kind, "test"),
        time=merger,
        issued=issued,
        merger=Merger(
            alert_type=TYPES[kind],
            far_hz=2.0e-10,
            significant=True,
            group="CBC",
            pipeline="gstlal",
            search="MDC",
            instruments=("H1", "L1"),
            classification={"BNS": 0.93, "NSBH": 0.05, "BBH": 0.0, "Terrestrial": 0.02},
            properties={"HasNS": 1.0, "HasRemnant": 1.0, "HasMassGap": 0.0},
        ),
    )


class Travel:
    """One superevent on its way, and what was shown of it."""

    def __init__(self, desk: Desk, stream: MockStream) -> None:
        self._desk = desk
        self._stream = stream
        self._merger = desk.now() + seconds(AHEAD_S)
        self._name = name_at(self._merger)
        self._shown: list[str] = []

    def show(self) -> None:
        """Publish one statement after the other, and print each step as the relay has recorded it."""
        say(f"a mock superevent, lvk:{self._name}, {self._stream.how}; times as the relay has recorded them:")
        self._publish("early_warning")
        self._until("early_warning", lambda story: _of_one("warning", story))
        left_s = (self._merger - self._desk.now()).total_seconds()
        time.sleep(max(0.0, left_s))
        self._print(Step("merger", self._merger, "the time that the notices state; real ones come half a minute later"))
        # always up at OVRO: as the source of the burst
        self._publish("preliminary", blob(95.9, 83.8, 5.0))
        self._until(
            "preliminary", lambda story: relayed([], story, lambda one: self._desk.get(f"/commands/{one}"), "lvk_dump")
        )
        self._publish("retraction")
        self._until("retraction", lambda story: _of_one("retracted", story))

    def _publish(self, kind: Kind, sky_map: bytes | None = None) -> None:
        said = statement(self._name, kind, self._merger, self._desk.now())
        self._stream.publish(write(said, sky_map))

    def _until(self, kind: Kind, steps_of: Callable[[dict[str, Any]], Journey]) -> None:
        """Print the steps of one statement until its journey is complete; a step that does not come ends the demo."""

        def look() -> bool:
            story = self._story(kind)
            known = steps_of(story) if story else Journey()
            for step in known.steps:
                if step.name not in self._shown:
                    self._print(step)
            if known.ended_badly:
                raise click.ClickException(known.ended_badly)
            return known.complete

        wait(look, lambda: f"the step {SUPEREVENT_STEPS[len(self._shown)]!r}")

    def _story(self, kind: Kind) -> dict[str, Any] | None:
        found = self._desk.get_list("/alerts", event=f"lvk:{self._name}")
        number = next((alert["id"] for alert in found if alert["kind"] == kind), None)
        story: dict[str, Any] | None = None if number is None else self._desk.get(f"/alerts/{number}")
        return story

    def _print(self, step: Step) -> None:
        self._shown.append(step.name)
        say(step.line(self._merger.astimezone(UTC)))


def _of_one(name: str, story: dict[str, Any]) -> Journey:
    """Return the one step that is shown of a statement: what was decided on it."""
    if not story["verdicts"]:
        return Journey()
    verdict = story["verdicts"][0]
    path = story["notices"][0]["arrivals"][0]["path"]
    says = f"{story['merger']['alert_type']} by {path}: {verdict['answer']}: {verdict['summary']}"
    return Journey((Step(name, when(verdict["made"]), says),), complete=True)
