"""A discovery of DSA-110: T2's trigger, the beam on it, and a moment later T3's word that it is one."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import click

from ovro_alert.console.desk import Desk
from ovro_alert.console.journey import Journey, Step, relayed, when
from ovro_alert.console.showing import say, wait
from ovro_alert.console.superevent import letters_at
from ovro_alert.times import iso, mjd

SCENARIO = "dsa_beam"
AT_ONCE = ("received", "kept", "decided", "claimed", "told")
AFTERWARDS = ("beam on", "done")
DISCOVERY_STEPS = (*AT_ONCE, "classified", *AFTERWARDS)
FOLDER = "dsa"
"""Which folder of the home dsa_alert.py watches under `make run`."""


class Discovery:
    """One discovery on its way, and what was shown of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._at = desk.now()
        self._name = f"{self._at:%y%m%d}{letters_at(self._at)}"
        self._shown: list[str] = []

    def show(self) -> None:
        """Write T2's file, then set T3's request, and print each step as the relay has recorded it."""
        say(f"a discovery of DSA-110, dsa:{self._name}, at {iso(self._at)}: T2's trigger, a file in a watched folder:")
        self._write()
        self._until(AT_ONCE, self._of_the_trigger)
        # always up at OVRO, and clear of the repeater; what T3 knows beside this is not needed here
        event = self._event() | {"trigname": self._name, "probability": 0.98, "real": True}
        body = {"instrument": "dsa", "command": "observation", "command_mjd": mjd(self._desk.now()), "args": event}
        self._desk.send("PUT", "/dsa", body)
        self._until(("classified",), self._of_the_word)
        self._until(AFTERWARDS, self._of_the_trigger)

    def _event(self) -> dict[str, Any]:
        figures = {"mjds": mjd(self._at), "dm": 239.0, "snr": 14.2, "ibox": 4, "ibeam": 127, "cntb": 3, "cntc": 35}
        arms = {"beams0": 127, "snrs0": 14.2, "beams1": 382, "snrs1": 12.9}
        return figures | arms | {"ra": 275.0, "dec": 80.0, "injected": False}

    def _write(self) -> None:
        folder = self._desk.settings.home / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{self._name}"
        unfinished.write_text(json.dumps({self._name: self._event()}))
        os.replace(unfinished, folder / f"cluster_output{self._name}.json")  # noqa: PTH105 - what makes it whole at once

    def _until(self, names: tuple[str, ...], look_at: Callable[[], Journey]) -> None:
        """Print these steps as they come; one that does not come ends the demo."""

        def look() -> bool:
            known = look_at()
            for step in known.steps:
                if step.name in names and step.name not in self._shown:
                    self._shown.append(step.name)
                    say(step.line(self._at))
            if known.ended_badly:
                raise click.ClickException(known.ended_badly)
            return set(names) <= set(self._shown)

        wait(look, lambda: f"the step {DISCOVERY_STEPS[len(self._shown)]!r} of dsa:{self._name}")

    def _of_the_trigger(self) -> Journey:
        story = self._story("T2")
        return (
            relayed([], story, lambda number: self._desk.get(f"/commands/{number}"), SCENARIO) if story else Journey()
        )

    def _of_the_word(self) -> Journey:
        story = self._story("T3")
        verdict = next((one for one in story["verdicts"] if one["scenario"] == SCENARIO), None) if story else None
        if verdict is None:
            return Journey()
        return Journey((Step("classified", when(verdict["made"]), f"T3 by PUT /dsa: {verdict['summary']}"),))

    def _story(self, stage: str) -> dict[str, Any] | None:
        """Return what the relay knows of one of the two statements."""
        found = self._desk.get_list("/alerts", event=f"dsa:{self._name}")
        number = next((alert["id"] for alert in found if alert["statement"].endswith("/T2") is (stage == "T2")), None)
        story: dict[str, Any] | None = None if number is None else self._desk.get(f"/alerts/{number}")
        return story
