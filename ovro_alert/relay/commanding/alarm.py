"""The alarm clock: wakes at the next deadline, lease or silence, and does what is due, asked or not."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from ovro_alert.commands import Command
from ovro_alert.errors import AlertError
from ovro_alert.relay.commanding import expiring
from ovro_alert.relay.commanding.expiring import NEVER
from ovro_alert.relay.journal import commands
from ovro_alert.relay.journal.journal import Journal
from ovro_alert.relay.journal.writer import Changed
from ovro_alert.relay.resting import ended, rest
from ovro_alert.times import Clock

log = logging.getLogger(__name__)
LOOK_AGAIN_S = 2.0
"""A clock that is set while we sleep must not make us late: look again at least so often, seconds."""
AGAIN_S = 1.0
"""How long to wait before the next try when the journal cannot be read or written, seconds."""


@dataclass
class Alarm:
    """The task that lets commands expire; it sleeps until `planned` or until it hears of something sooner."""

    journal: Journal
    clock: Clock
    trouble: str | None = None
    planned: datetime = NEVER
    sooner: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; what became due while the relay was away is done first."""
        self.task = asyncio.create_task(self._run(), name="alarm")

    async def stop(self) -> None:
        """End; what becomes due from now on is done after the next start."""
        await ended(self.task)

    def heard(self, changes: list[Changed]) -> None:
        """Wake for each command of a commit that is due before what we sleep for."""
        for changed in changes:
            if isinstance(changed.thing, Command):
                moment = expiring.due(changed.thing)
                if moment is not None and moment < self.planned:
                    self.sooner.set()

    async def _run(self) -> None:
        while True:
            try:
                await self._round()
            except AlertError as error:
                self._say(str(error))
                await self.clock.sleep(AGAIN_S)
            except Exception as error:
                # nothing may end the alarm: a command that never expires could be begun too late
                log.exception("the alarm broke")
                self._say(f"{type(error).__name__}: {error}")
                await self.clock.sleep(AGAIN_S)

    async def _round(self) -> None:
        self.sooner.clear()
        self.planned = NEVER
        waiting = [(command.id, expiring.due(command)) for command in await self.journal.read(commands.open)]
        moments = {command_id: moment for command_id, moment in waiting if moment is not None}
        now = self.clock.now()
        falling = [command_id for command_id, moment in moments.items() if moment <= now]
        if falling:
            await self._fall(falling)
            return
        self._say(None)
        self.planned = min(moments.values(), default=NEVER)
        await rest(self.clock, min((self.planned - now).total_seconds(), LOOK_AGAIN_S), self.sooner)

    async def _fall(self, falling: list[int]) -> None:
        """Do what is due, each by itself: one that cannot be done must not hold up the others."""
        jobs = [self.journal.write(partial(expiring.fall, command_id=one)) for one in falling]
        for error in await asyncio.gather(*jobs, return_exceptions=True):
            if isinstance(error, BaseException):
                raise error

    def _say(self, trouble: str | None) -> None:
        if trouble is not None and self.trouble is None:
            log.error("commands may not expire in time: %s", trouble)
        if trouble is None and self.trouble is not None:
            log.warning("commands expire in time again")
        self.trouble = trouble
