"""The ledger: what this client has begun. It outlives the client, so that nothing is ever begun twice."""

from __future__ import annotations

import secrets
import threading
from pathlib import Path
from typing import Any, Literal, NamedTuple

from ovro_alert.errors import CannotStartError
from ovro_alert.keeping.lines import Line, Lines
from ovro_alert.times import Clock, iso

Step = Literal["claimed", "beginning", "ended", "closed", "would"]
Kept = dict[str, Any]


class Entry(NamedTuple):
    """What the ledger knows of one command.

    Attributes
    ----------
    command
        Its key: number and moment of making, so that another journal's command 17 is another command.
    step
        The last line: `claimed` (the relay gave it, the telescope has not been told) → `beginning` (from here on the
        telescope may have been told) → `ended` (a report waits to be taken) → `closed` (nothing is left to do);
        `would` is a dry run's only line.
    begun
        A `beginning` was ever written: it is not begun again, whatever the relay says.
    report
        The last word on it, as the relay was or shall be told.
    """

    command: str
    id: int
    step: Step
    fence: int = 0
    begun: bool = False
    report: Kept | None = None


class Ledger:
    """A synced file that one process at a time holds locked; may be used from several threads.

    It grows by about a kilobyte for each command, and is read whole at the start: years are a second.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._lines = Lines(path)
        self._entries: dict[str, Entry] = {}
        try:
            self.name = self._read()
        except BaseException:
            self._lines.close()
            raise

    def entry(self, command: str) -> Entry | None:
        """Return what is known of a command."""
        with self._lock:
            return self._entries.get(command)

    def untaken(self) -> list[Entry]:
        """List the commands with a report that the relay has not taken, oldest first."""
        with self._lock:
            return [entry for entry in self._entries.values() if entry.step == "ended"]

    def claimed(self, command: str, number: int, fence: int) -> None:
        """Write that the relay gave it to this client, before the relay is told that it acts."""
        self._write(command, number, "claimed", {"fence": fence})

    def beginning(self, command: str, number: int, says: str) -> None:
        """Write that the telescope is about to be told."""
        self._write(command, number, "beginning", {"says": says})

    def ended(self, command: str, number: int, report: Kept) -> None:
        """Write the report that the relay shall be given until it takes it."""
        self._write(command, number, "ended", {"report": report})

    def closed(self, command: str, number: int, why: str) -> None:
        """Write that nothing is left to do."""
        self._write(command, number, "closed", {"why": why})

    def would(self, command: str, number: int, says: str) -> None:
        """Write what a dry run would have done."""
        self._write(command, number, "would", {"says": says})

    def close(self) -> None:
        """Let another process have it."""
        with self._lock:
            self._lines.close()

    def _write(self, command: str, number: int, step: Step, more: Kept) -> None:
        with self._lock:
            line = {"at": iso(self._clock.now()), "command": command, "id": number, "step": step, **more}
            self._lines.append(line)
            self._enter(line)

    def _read(self) -> str:
        """Enter all lines; the first one names the ledger."""
        if not self._lines.kept:
            self._lines.append({"ledger": secrets.token_hex(3), "made": iso(self._clock.now())})
        head, *lines = self._lines.kept
        try:
            for line in lines:
                self._enter(line)
            return str(head["ledger"])
        except (KeyError, TypeError) as error:
            raise CannotStartError(f"{self._lines.path} is not a ledger (no {error}); move it away") from error

    def _enter(self, line: Line) -> None:
        command = line["command"]
        known = self._entries.pop(command, None) or Entry(command, line["id"], "claimed")
        self._entries[command] = known._replace(
            step=line["step"],
            fence=line.get("fence", known.fence),
            begun=known.begun or line["step"] == "beginning",
            report=line.get("report", known.report),
        )
