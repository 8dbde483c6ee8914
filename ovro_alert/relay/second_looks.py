"""Second looks come due: at their moment each goes to the judge, also if it passed while the relay was away."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ovro_alert.errors import AlertError
from ovro_alert.relay.journal import second_looks
from ovro_alert.relay.journal.journal import Journal
from ovro_alert.relay.journal.writer import Changed
from ovro_alert.relay.judging import Judging
from ovro_alert.relay.resting import ended, rest
from ovro_alert.times import Clock
from ovro_alert.verdicts import Verdict

log = logging.getLogger(__name__)
LOOK_S = 10.0
"""A clock that is set while we sleep makes us no later than this, seconds."""
AGAIN_S = 1.0


@dataclass
class SecondLooks:
    """The task that sleeps until the next second look is due, or until it hears of a verdict that may want one."""

    journal: Journal
    judging: Judging
    clock: Clock
    heard_of_one: asyncio.Event = field(default_factory=asyncio.Event)
    trouble: str | None = None
    task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; what became due while the relay was away is first."""
        self.task = asyncio.create_task(self._run(), name="second looks")

    async def stop(self) -> None:
        """End; what becomes due from now on is looked at after the next start."""
        await ended(self.task)

    def heard(self, changes: list[Changed]) -> None:
        """Look anew after each verdict that comes with a wish for a second look."""
        if any(changed.waits and isinstance(changed.thing, Verdict) for changed in changes):
            self.heard_of_one.set()

    async def _run(self) -> None:
        while True:
            self.heard_of_one.clear()
            try:
                wait_s = await self._round()
                self._say(None)
            except AlertError as error:
                self._say(str(error))
                wait_s = AGAIN_S
            except Exception as error:
                log.exception("second looks broke")  # a wish that nobody looks at would never be missed
                self._say(f"{type(error).__name__}: {error}")
                wait_s = AGAIN_S
            await rest(self.clock, wait_s, self.heard_of_one)

    async def _round(self) -> float:
        """Queue what is due; return how long until the next may be."""
        now = self.clock.now()
        due, following = await self.journal.read(lambda con: (second_looks.due(con, now), second_looks.next_at(con)))
        for look in due:
            self.judging.matters.look(look)
        return LOOK_S if due or following is None else _until(following, now)

    def _say(self, trouble: str | None) -> None:
        if trouble is not None and self.trouble is None:
            log.error("second looks wait: %s", trouble)
        self.trouble = trouble


def _until(moment: datetime, now: datetime) -> float:
    return min(LOOK_S, max(0.0, (moment - now) / timedelta(seconds=1)))
