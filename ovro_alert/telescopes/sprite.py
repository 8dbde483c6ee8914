"""SPRITE, by files: each wish is one JSON file in a folder. Whether it observes is not known here.

Its way in is not settled; until it is, whoever runs it reads the folder. A file of a rehearsal ends with `.json.test`,
so that whoever looks for `*.json` never finds it, and says so inside as well. Form: docs/FORMATS.md.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any

from ovro_alert.actions import ObserveArgs
from ovro_alert.commands import Command
from ovro_alert.doors import Progress
from ovro_alert.errors import CannotStartError, TelescopeRefusedError
from ovro_alert.keeping.lines import sync_folder
from ovro_alert.keeping.spool import write_synced
from ovro_alert.statuses import Moves, TelescopeStatus
from ovro_alert.times import iso

SCHEMA = "sprite-observe/1"
ABOUT = (
    "A wish that SPRITE observes an optical transient, agreed to by a person. Angles are ICRS, degrees; moments UTC;"
    " between start and stop it stands high enough at OVRO. With the role test nothing shall be observed."
)
ENDING = {"observation": ".json", "test": ".json.test"}
PART = ".part"
WORD_LETTERS = 60
DRILL_SAYS = "a drill: every step was gone through, no file was written"


class FileDrop:
    """The door of the folder; every file in it is whole, and none is ever changed or taken away by us."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        away = self._away()
        if away:
            raise CannotStartError(f"{away}; make it, or name another with --folder")

    @property
    def moves(self) -> Moves:
        """Whoever reads the folder may move the telescope; what is only a test is written where nobody looks."""
        return "telescope"

    def due(self, command: Command, now: datetime) -> datetime:  # noqa: ARG002 - as every door
        """Return now: the file says when."""
        return now

    def intention(self, command: Command, now: datetime) -> str:
        """Say what would be written."""
        return intention(command, now)

    def refusal(self, command: Command, now: datetime) -> str | None:
        """Say why it cannot be handed over."""
        if command.action == "test":
            return None
        args = observing(command)
        if args.stop <= now:
            return f"its window ended {iso(args.stop)}"
        if self._exists(command):
            return f"{self._folder / file_name(command)} is there already, of another command: move it away"
        return self._away() or None

    def begin(self, command: Command, now: datetime) -> Progress:
        """Write the file: whole, under its name, and on the disk, or not at all."""
        if command.action == "test":
            return Progress("done", None, {"says": DRILL_SAYS})
        if self._exists(command):
            raise TelescopeRefusedError(f"{self._folder / file_name(command)} is there already: nothing was written")
        part = self._part(command)
        try:
            part.unlink(missing_ok=True)
            write_synced(part, written(command, now))
        except OSError as error:
            raise TelescopeRefusedError(
                f"{part} cannot be written: {error.strerror}; nothing was handed over"
            ) from error
        part.rename(self._folder / file_name(command))
        sync_folder(self._folder)
        return self._handed_over(command)

    def progress(self, command: Command, now: datetime) -> Progress | None:  # noqa: ARG002 - as every door
        """Say whether the file was written; None if it is not there: whoever reads the folder may have taken it."""
        if command.action == "test":
            return Progress("done", None, {"says": DRILL_SAYS})
        if self._ours(command):
            return self._handed_over(command)
        if self._part(command).exists():
            return Progress("failed", None, {"says": "the file was not whole yet", "outcome": "not begun"})
        return None

    def stop(self, command: Command, now: datetime) -> Progress:
        """Say how far it is: what is handed over is not taken back."""
        unknown = Progress("failed", None, {"says": "its file is not in the folder any more", "outcome": "unknown"})
        return self.progress(command, now) or unknown

    def status(self, now: datetime) -> TelescopeStatus:  # noqa: ARG002 - as every door
        """Describe the folder; of SPRITE itself nothing is known."""
        away = self._away()
        detail = {"says": away or f"wishes are written to {self._folder}", "folder": str(self._folder)}
        return TelescopeStatus(state="unavailable" if away else "idle", moves=self.moves, detail=detail)

    def _away(self) -> str:
        """Say why nothing can be written to the folder; empty if it can."""
        if not self._folder.is_dir():
            return f"the folder {self._folder} is not there"
        return "" if os.access(self._folder, os.W_OK | os.X_OK) else f"the folder {self._folder} is not ours to write"

    def _exists(self, command: Command) -> bool:
        return (self._folder / file_name(command)).exists()

    def _ours(self, command: Command) -> bool:
        """Whether the file is there, and of this very command: another journal counts from 1 again."""
        try:
            found = json.loads((self._folder / file_name(command)).read_bytes())
        except (FileNotFoundError, ValueError):
            return False
        return isinstance(found, dict) and found.get("key") == command.key

    def _part(self, command: Command) -> Path:
        return self._folder / f".{file_name(command)}{PART}"

    def _handed_over(self, command: Command) -> Progress:
        name = file_name(command)
        says = f"handed to SPRITE as {name}; whether it observes is not known"
        return Progress("done", None, {"says": says, "files": [str(self._folder / name)]})


# ── the file ──


def intention(command: Command, now: datetime) -> str:  # noqa: ARG001 - as every door's
    """Say what would be written."""
    if command.action == "test":
        return "a drill: every step, no file is written"
    args = observing(command)
    where = f"RA {args.ra_deg:.4f} Dec {args.dec_deg:+.4f}"
    return f"{file_name(command)}: {args.target} at {where}, from {iso(args.start)} to {iso(args.stop)}"


def observing(command: Command) -> ObserveArgs:
    """Return what is to be observed; anything else is refused."""
    if command.action != "observe":
        raise TelescopeRefusedError(f"SPRITE knows no {command.action!r}")
    return ObserveArgs.model_validate(command.args)


def file_name(command: Command) -> str:
    """Return the name: the command's number, and of the target's name what is safe in a path."""
    return f"{command.id}-{word(observing(command).target)}{ENDING[command.role]}"


def word(text: str) -> str:
    """Return a name as one word of small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:WORD_LETTERS].strip("-") or "target"


def written(command: Command, now: datetime) -> bytes:
    """Return the file's bytes: it says itself what it is."""
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "about": ABOUT,
        "role": command.role,
        "command": command.id,
        "key": command.key,
        "event": command.event,
        **observing(command).model_dump(mode="json", by_alias=True),
        "priority": command.priority,
        "reason": command.reason,
        "written": iso(now),
    }
    return (json.dumps(content, indent=2, allow_nan=False) + "\n").encode()
