"""The door of a dry run: it says what another would do, and moves nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ovro_alert.commands import Command
from ovro_alert.doors import Progress
from ovro_alert.errors import TelescopeRefusedError
from ovro_alert.statuses import Moves, TelescopeStatus

SAYS = "DRY RUN: every step was gone through, nothing moved"


class DryRun:
    """Begins drills only.

    Parameters
    ----------
    intention
        Says of a command what the telescope would be told, and refuses what nobody could do.
    """

    def __init__(self, intention: Callable[[Command, datetime], str]) -> None:
        self._intention = intention

    @property
    def moves(self) -> Moves:
        """Nothing."""
        return "nothing"

    def due(self, command: Command, now: datetime) -> datetime:  # noqa: ARG002 - as every door
        """Return now: a drill needs no preparation."""
        return now

    def intention(self, command: Command, now: datetime) -> str:
        """Say what the telescope would be told."""
        return self._intention(command, now)

    def refusal(self, command: Command, now: datetime) -> str | None:  # noqa: ARG002 - as every door
        """Return None: whether the telescope is free is not known here."""
        return None

    def begin(self, command: Command, now: datetime) -> Progress:  # noqa: ARG002 - as every door
        """Go through a drill; anything else never comes this far."""
        if command.action != "test":
            raise TelescopeRefusedError(f"DRY RUN: {command.action} is not begun")
        return Progress("done", None, {"says": SAYS})

    def progress(self, command: Command, now: datetime) -> Progress | None:  # noqa: ARG002 - as every door
        """Say that a drill is done: it takes no time."""
        return Progress("done", None, {"says": SAYS})

    def stop(self, command: Command, now: datetime) -> Progress:  # noqa: ARG002 - as every door
        """Say that a drill is done: there is nothing to stop."""
        return Progress("done", None, {"says": SAYS})

    def status(self, now: datetime) -> TelescopeStatus:  # noqa: ARG002 - as every door
        """Describe what is known: nothing moves."""
        return TelescopeStatus(state="idle", moves="nothing", detail={"says": "DRY RUN: nothing moves"})
