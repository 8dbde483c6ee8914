"""Commands that wait for this client: the most urgent first, each when it is due."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from ovro_alert.commands import Command
from ovro_alert.following.outfit import Outfit

log = logging.getLogger(__name__)

AGAIN_S = 1.0
"""After how long a command is tried again when the relay did not answer."""

LOOK_S = 5.0
"""How long nobody looks for what is due, at most."""


class Waiting:
    """Filled by what is heard, emptied by what is begun."""

    def __init__(self, outfit: Outfit) -> None:
        self._outfit = outfit
        self._lock = threading.Lock()
        self._commands: dict[str, Command] = {}
        self._not_before: dict[str, float] = {}
        self.news = threading.Event()

    def put(self, command: Command) -> None:
        """Add a command, or what has become of it."""
        with self._lock:
            self._commands[command.key] = command
        self.news.set()

    def put_back(self, command: Command) -> None:
        """Try it again in a moment, unless there is later news of it."""
        with self._lock:
            self._not_before[command.key] = self._outfit.clock.monotonic() + AGAIN_S
            self._commands.setdefault(command.key, command)

    def drop(self, key: str) -> None:
        """Forget a command that waits no more."""
        with self._lock:
            self._commands.pop(key, None)
            self._not_before.pop(key, None)

    def take(self) -> Command | None:
        """Return the most urgent command that is due, and let it wait no more."""
        now, monotonic = self._outfit.time.now(), self._outfit.clock.monotonic()
        with self._lock:
            for command in sorted(self._commands.values(), key=lambda command: (-command.priority, command.id)):
                if self._not_before.get(command.key, 0.0) <= monotonic and self._due(command, now) <= now:
                    self._not_before.pop(command.key, None)
                    return self._commands.pop(command.key)
        return None

    def pause_s(self) -> float:
        """How long until one may be due, seconds."""
        now, monotonic = self._outfit.time.now(), self._outfit.clock.monotonic()
        with self._lock:
            pauses = [
                max((self._due(command, now) - now) / timedelta(seconds=1), self._not_before.get(key, 0.0) - monotonic)
                for key, command in self._commands.items()
            ]
        return min([LOOK_S, *(max(pause, 0.0) for pause in pauses)])

    def _due(self, command: Command, now: datetime) -> datetime:
        try:
            return self._outfit.door.due(command, now)
        except Exception as error:  # noqa: BLE001 - arguments that the door cannot read are refused in their turn
            log.warning("command %s: when it is due cannot be said: %s", command.id, error)
            return now
