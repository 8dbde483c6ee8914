"""Following: what changed at the relay, as soon as it changes; and people are told when the relay is away."""

from __future__ import annotations

import logging
from typing import Protocol

from ovro_alert.commands import Command
from ovro_alert.errors import AlertError
from ovro_alert.following.outfit import Outfit

log = logging.getLogger(__name__)

WAIT_S = 20.0
"""Shorter than the relay would allow: a relay that went away is noticed this much earlier."""

TELL_AFTER_S = 60.0
"""After how long without the relay people are told."""

AGAIN_S = 0.5
"""Pause after a question that got no answer, or one that said nothing at once."""


class Listener(Protocol):
    """Who considers what is heard."""

    def opening(self, command: Command) -> None:
        """Consider a command of the list with which following begins."""

    def heard(self, command: Command) -> None:
        """Consider a command that has changed."""


class Hearing:
    """Begins with all that is open, then hears every change once, in the journal's order."""

    def __init__(self, outfit: Outfit, listener: Listener) -> None:
        self._outfit = outfit
        self._listener = listener
        self._seq: int | None = None
        self._answered_at = outfit.clock.monotonic()
        self._told = False

    def step(self) -> float:
        """Ask once, consider what came; return how long to pause, seconds."""
        asked_at = self._outfit.clock.monotonic()
        try:
            news = self._ask()
        except AlertError as error:
            self._silent(error)
            return AGAIN_S
        self._answered()
        return 0.0 if news or self._outfit.clock.monotonic() - asked_at > AGAIN_S else AGAIN_S / 2

    def _ask(self) -> bool:
        """Return whether there was anything new."""
        relay, telescope = self._outfit.relay, self._outfit.telescope
        if self._seq is None:
            followed, consider = relay.open_commands(telescope), self._listener.opening
        else:
            followed, consider = relay.follow(telescope, self._seq, WAIT_S), self._listener.heard
        for command in followed.commands:
            self._outfit.time.heard(command)
        for command in followed.commands:
            try:
                consider(command)
            except Exception:
                log.exception("command %s cannot be considered", command.id)
                self._outfit.tell(f"command {command.id} cannot be considered: see this client's log")
        return self._advance(followed.seq)

    def _advance(self, seq: int) -> bool:
        before, self._seq = self._seq, seq
        if before is not None and seq < before:
            log.warning("the relay's journal is another one (number %d after %d): beginning anew", seq, before)
            self._seq = None
        return seq != before

    def _silent(self, error: AlertError) -> None:
        away_s = self._outfit.clock.monotonic() - self._answered_at
        log.log(logging.DEBUG if self._told else logging.WARNING, "%s", error)
        if away_s >= TELL_AFTER_S and not self._told:
            self._told = True
            self._outfit.tell(f"{self._outfit.name} has not reached the relay for {away_s:.0f} s: {error}")

    def _answered(self) -> None:
        if self._told:
            self._outfit.tell(f"{self._outfit.name} reaches the relay again")
        self._answered_at = self._outfit.clock.monotonic()
        self._told = False
