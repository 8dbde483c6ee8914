"""How the telescope is, told to the relay at the start, every ten seconds, and when something begins or ends."""

from __future__ import annotations

import logging
from datetime import timedelta

from pydantic import ValidationError

from ovro_alert.errors import AlertError, NotFoundError
from ovro_alert.following.outfit import Outfit
from ovro_alert.statuses import KeptTelescopeStatus, TelescopeStatus

log = logging.getLogger(__name__)

EVERY_S = 10.0
AGAIN_S = 1.0
FRESH_S = 60.0
CLOCK_OFF_S = 2.0
"""A clock of this machine further from the relay's is worth a word."""


class Describing:
    """A dry run keeps silent while a client that moves something describes the same telescope."""

    def __init__(self, outfit: Outfit) -> None:
        self._outfit = outfit
        self._clock_told = False

    def step(self) -> float:
        """Describe it once; return after how long to do so again, seconds."""
        try:
            if not self._described_by_another():
                self._outfit.relay.tell_telescope(self._outfit.telescope, self._status())
        except AlertError as error:
            log.debug("the status is not told: %s", error)
            return AGAIN_S
        return EVERY_S

    def _status(self) -> TelescopeStatus:
        try:
            status = self._outfit.door.status(self._outfit.time.now())
        except Exception as error:
            log.exception("the telescope's door failed")
            detail = {"says": f"the telescope cannot be asked: {error}"[:500]}
            status = TelescopeStatus(state="unavailable", moves=self._outfit.door.moves, detail=detail)
        return status.model_copy(update={"detail": {**status.detail, **self._clock()}})

    def _clock(self) -> dict[str, float]:
        """Say by how much this machine's clock is off, where that is worth a word."""
        ahead_s = self._outfit.time.own_clock_ahead_s()
        if ahead_s is None or abs(ahead_s) < CLOCK_OFF_S:
            return {}
        if not self._clock_told:
            self._clock_told = True
            self._outfit.tell(
                f"the clock of {self._outfit.name} is {ahead_s:+.1f} s from the relay's, whose it goes by"
            )
        return {"clock_ahead_s": round(ahead_s, 1)}

    def _described_by_another(self) -> bool:
        if self._outfit.door.moves != "nothing":
            return False
        try:
            kept = KeptTelescopeStatus.model_validate(self._outfit.relay.get(f"/{self._outfit.telescope}/status"))
        except (NotFoundError, ValidationError):
            return False
        age = self._outfit.time.now() - kept.at
        return kept.moves != "nothing" and age < timedelta(seconds=FRESH_S)
