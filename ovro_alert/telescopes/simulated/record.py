"""What a simulated instrument remembers: every thing that it did, synced, with the number of the command."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ovro_alert.commands import Command
from ovro_alert.keeping.lines import Line, Lines
from ovro_alert.telescopes.simulated.pace import Pace
from ovro_alert.times import iso_us


class Record:
    """JSON lines `{"at", "command", "key", "what", "step", "says", …}`; how often a thing was done is counted here."""

    def __init__(self, lines: Lines, pace: Pace) -> None:
        self._lines = lines
        self._pace = pace

    def write(self, at: datetime, command: Command, what: str, step: str, says: str, **more: Any) -> Line:  # noqa: ANN401 - JSON
        """Write one step of a beam, a repointing or the like, and return the line."""
        line = {"says": self._pace.says(says), "at": iso_us(at), "command": command.id, "key": command.key}
        line |= {"what": what, "step": step, **more}
        self._lines.append(line)
        return line

    def of(self, what: str) -> list[Line]:
        """List every line on beams, on repointings or the like, oldest first."""
        return [line for line in self._lines.kept if line.get("what") == what]
