"""A dry run: drills are done, of everything else is said what would have been done, once each."""

from __future__ import annotations

import logging

from ovro_alert.commands import Command
from ovro_alert.following.attending import Attending
from ovro_alert.following.outfit import Outfit
from ovro_alert.following.reports import brief

log = logging.getLogger(__name__)

COME_TO_NOTHING = frozenset({"proposed", "declined", "expired", "cancelled"})
"""States in which no client has anything to do."""


class Overhearing:
    """In place of `Attending`, beside the client that does it."""

    def __init__(self, outfit: Outfit, drills: Attending) -> None:
        self._outfit = outfit
        self._drills = drills

    def opening(self, command: Command) -> None:
        """Consider a command of the list with which following begins."""
        if command.action == "test":
            self._drills.opening(command)
        else:
            self.heard(command)

    def heard(self, command: Command) -> None:
        """Consider a command that has changed."""
        if command.action == "test":
            self._drills.heard(command)
        elif command.state not in COME_TO_NOTHING and self._outfit.ledger.entry(command.key) is None:
            says = f"DRY RUN: would have {self._would(command)}"
            self._outfit.ledger.would(command.key, command.id, says)
            log.info("%s [command %s]", says, command.id)

    def _would(self, command: Command) -> str:
        door, now = self._outfit.door, self._outfit.time.now()
        try:
            refused = door.refusal(command, now)
            return f"refused {command.action}: {refused}" if refused else f"done this: {door.intention(command, now)}"
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the client would have met
            return f"refused {command.action}: {brief(error)}"
