"""Commands that act: watched until the telescope says that they are over, stopped when somebody wishes it."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ovro_alert.commands import Command, Stop
from ovro_alert.doors import Progress
from ovro_alert.following.outfit import Outfit
from ovro_alert.following.reports import Reports, brief
from ovro_alert.times import age_s, seconds

log = logging.getLogger(__name__)

ASK_EVERY_S = 1.0
IDLE_S = 10.0

PROGRESS_EVERY_S = 10.0
"""How often progress is reported, at most."""

PATIENCE_S = 300.0
"""How long after its `until` a command may still act, or its telescope be silent, before the end is called unknown."""

UNTIL_UNKNOWN_S = 3600.0
STOP_TRIES = 3
NOTHING_SAID = Progress("acting")


@dataclass
class Run:
    """One command that acts, and what was last said of it.

    `trouble` is what went wrong when the telescope was told, `silence` why it did not answer since.
    """

    command: Command
    fence: int
    until: datetime
    trouble: str = ""
    silence: str = ""
    stop_tries: int = 0
    stopped: bool = False
    said: Progress = NOTHING_SAID
    said_at: float = float("-inf")


class Running:
    """Asked by one thread; a door's time-out holds up the other runs' reports, never their telescope."""

    def __init__(self, outfit: Outfit, reports: Reports) -> None:
        self._outfit = outfit
        self._reports = reports
        self._lock = threading.Lock()
        self._runs: dict[str, Run] = {}
        self._wishes: dict[str, Stop] = {}
        self.news = threading.Event()
        self.moved = threading.Event()

    def take(self, command: Command, fence: int, progress: Progress) -> None:
        """Watch what has just begun."""
        self.moved.set()
        if progress.state == "acting":
            self._say(self._add(command, fence, progress.until), progress.detail)
        else:
            self._reports.end(command, fence, progress.state, progress.detail)

    def take_back(self, command: Command, fence: int, trouble: str = "") -> None:
        """Watch what may have begun: the telescope is asked."""
        self._add(command, fence, command.until, trouble)

    def has(self, key: str) -> bool:
        """Whether this command is watched."""
        with self._lock:
            return key in self._runs

    def wish(self, key: str, stop: Stop) -> None:
        """Somebody wants it stopped; it may not be here yet."""
        with self._lock:
            if key not in self._wishes:
                self._wishes[key] = stop
                self.news.set()

    def stopping(self, event: str | None) -> bool:
        """Whether a command for this event shall stop and its telescope has not been told so yet."""
        with self._lock:
            wished = [run for key, run in self._runs.items() if key in self._wishes and run.command.event == event]
        return event is not None and any(not run.stopped and run.stop_tries < STOP_TRIES for run in wished)

    def forget(self, key: str) -> None:
        """Watch it no more: it has ended, here or by another's word."""
        with self._lock:
            self._runs.pop(key, None)
            self._wishes.pop(key, None)

    def step(self) -> float:
        """Ask the telescope once for each; return when to ask again, seconds."""
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            self._look(run)
        return ASK_EVERY_S if runs else IDLE_S

    def farewell(self) -> None:
        """Say of each that the telescope goes on alone."""
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            before = run.said.detail.get("says", "it acts")
            says = f"{before}; its client has ended, and asks the telescope on its return"
            self._reports.progress(
                run.command, run.fence, Progress("acting", run.until, {**run.said.detail, "says": says})
            )

    def _add(self, command: Command, fence: int, until: datetime | None, trouble: str = "") -> Run:
        run = Run(command, fence, until or self._outfit.time.now() + seconds(UNTIL_UNKNOWN_S), trouble)
        with self._lock:
            self._runs[command.key] = run
        self.news.set()
        return run

    def _look(self, run: Run) -> None:
        now = self._outfit.time.now()
        try:
            self._follow_up(run, self._ask(run, now), now)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other runs go on
            self._no_answer(run, now, error)

    def _ask(self, run: Run, now: datetime) -> Progress | None:
        """Stop it if somebody wishes so and it was not tried yet, else see how far it is."""
        with self._lock:
            wished = run.command.key in self._wishes
        if not wished or run.stopped or run.stop_tries >= STOP_TRIES:
            return self._outfit.door.progress(run.command, now)
        run.stop_tries += 1
        progress = self._outfit.door.stop(run.command, now)
        run.stopped = True
        return progress

    def _follow_up(self, run: Run, progress: Progress | None, now: datetime) -> None:
        if progress is None:
            self._unknown(run, "the telescope cannot say what came of it")
            return
        if progress.state != "acting":
            self._end(run, progress.state, progress.detail)
            return
        run.until = progress.until or run.until
        if age_s(run.until, now) > PATIENCE_S:
            self._unknown(run, "the telescope says that it still acts, long after it should be over")
        else:
            self._say(run, progress.detail)

    def _say(self, run: Run, detail: dict[str, Any]) -> None:
        monotonic = self._outfit.clock.monotonic()
        progress = Progress("acting", run.until, detail)
        news = "stop" in detail or detail.get("phase") != run.said.detail.get("phase")
        if progress != run.said and (news or monotonic - run.said_at >= PROGRESS_EVERY_S):
            run.said, run.said_at = progress, monotonic
            self._reports.progress(run.command, run.fence, progress)

    def _no_answer(self, run: Run, now: datetime, error: Exception) -> None:
        why = brief(error)
        if why != run.silence:
            log.error("command %s: the telescope does not answer", run.command.id, exc_info=error)
            run.silence = why
        if age_s(run.until, now) > PATIENCE_S:
            self._unknown(run, f"the telescope does not say what came of it: {why}")
        else:
            self._say(run, {**run.said.detail, "says": f"the telescope does not answer: {why}"})

    def _unknown(self, run: Run, says: str) -> None:
        self._end(run, "failed", {"says": says, "outcome": "unknown"})
        self._outfit.tell(f"command {run.command.id} ({run.command.action}): {says}; it is not tried again")

    def _end(self, run: Run, state: str, detail: dict[str, Any]) -> None:
        if run.trouble:
            detail = {**detail, "says": f"{detail.get('says', '')} (when it was told: {run.trouble})"}
        self._reports.end(run.command, run.fence, state, detail)
        self.forget(run.command.key)
        self.moved.set()
