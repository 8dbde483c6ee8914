"""What the relay shall be told of commands: kept in the ledger until it has taken it."""

from __future__ import annotations

import json
import logging
import threading
from typing import Any

from pydantic import ValidationError

from ovro_alert.commands import Command, Report
from ovro_alert.doors import FIRST_WORD, Progress
from ovro_alert.errors import AlertError, RelayAwayError, RelayRefusedError
from ovro_alert.following.outfit import Outfit
from ovro_alert.keeping.ledger import Entry

log = logging.getLogger(__name__)

AGAIN_S = 1.0
LOOK_S = 10.0


class Reports:
    """Ends are kept until the relay answers; of progress only the newest counts, and it may be lost."""

    def __init__(self, outfit: Outfit) -> None:
        self._outfit = outfit
        self._lock = threading.Lock()
        self._progress: dict[str, tuple[int, Report]] = {}
        self._unwritten: dict[str, Entry] = {}
        self._unheard: set[str] = set()
        self.news = threading.Event()

    def end(self, command: Command, fence: int, state: str, detail: dict[str, Any]) -> None:
        """Keep how a command ended; it is told in a moment."""
        report = Report.model_validate({"fence": fence, "state": state, "detail": self._said(detail)})
        log.info("%s [command %s, %s: %s]", report.detail["says"], command.id, command.action, state)
        self._keep(command.key, command.id, json.loads(report.model_dump_json()))

    def end_again(self, entry: Entry) -> None:
        """Tell once more how a command ended: the relay does not seem to know."""
        if entry.report is not None:
            self._keep(entry.command, entry.id, entry.report)

    def progress(self, command: Command, fence: int, progress: Progress) -> None:
        """Say how far a command has come, in place of what was to be said before."""
        report = Report(fence=fence, state="acting", until=progress.until, detail=self._said(progress.detail))
        with self._lock:
            if command.key in self._unheard:
                return
            self._progress[command.key] = (command.id, report)
        self.news.set()

    def step(self) -> float:
        """Tell what is to be told; return when to look again, seconds."""
        return LOOK_S if self.deliver() else AGAIN_S

    def deliver(self) -> bool:
        """Tell the relay all that it has not taken; False if it is away."""
        try:
            for entry in self._untaken():
                self._deliver_end(entry)
            for key in list(self._progress):
                self._deliver_progress(key)
        except RelayAwayError as error:
            log.info("reports wait: %s", error)
            return False
        return True

    def true(self, says: str) -> str:
        """Return a sentence that does not pretend that anything moved."""
        word = FIRST_WORD[self._outfit.door.moves]
        return says if says.startswith(word) else f"{word}: {says}"

    def _said(self, detail: dict[str, Any]) -> dict[str, Any]:
        return {**detail, "says": self.true(str(detail.get("says", "")))}

    def _keep(self, key: str, number: int, report: dict[str, Any]) -> None:
        try:
            self._outfit.ledger.ended(key, number, report)
        except OSError as error:
            with self._lock:
                self._unwritten[key] = Entry(key, number, "ended", report=report)
            self._outfit.tell(f"the ledger cannot be written ({error}): the end of command {number} is only in memory")
        with self._lock:
            self._progress.pop(key, None)
        self.news.set()

    def _untaken(self) -> list[Entry]:
        with self._lock:
            unwritten = list(self._unwritten.values())
        return self._outfit.ledger.untaken() + unwritten

    def _deliver_end(self, entry: Entry) -> None:
        why = self._deliver(entry.id, Report.model_validate(entry.report))
        try:
            self._outfit.ledger.closed(entry.command, entry.id, why or "taken")
        except OSError as error:
            log.warning("the ledger cannot be written (%s): command %s will be reported again", error, entry.id)
            return
        with self._lock:
            self._unwritten.pop(entry.command, None)

    def _deliver_progress(self, key: str) -> None:
        with self._lock:
            number, report = self._progress.get(key, (0, None))
        if report is None:
            return
        refused = self._deliver(number, report)
        with self._lock:
            if refused:
                self._unheard.add(key)
            if self._progress.get(key, (0, None))[1] is report:
                del self._progress[key]

    def _deliver(self, number: int, report: Report) -> str | None:
        """Return why the relay will never take it, None if it has."""
        try:
            self._outfit.relay.report(number, report)
        except RelayAwayError:
            raise
        except AlertError as error:
            log.warning("command %s, report %s is not taken: %s", number, report.state, error)
            if isinstance(error, RelayRefusedError):
                self._outfit.tell(f"command {number} is {report.state}, but the relay refuses the report: {error}")
            return f"not taken: {error}"
        return None


def brief(error: Exception) -> str:
    """Say in one line what an error says: of arguments that cannot be, which and why."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"args: {'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return f"{error}"[:500] or type(error).__name__
