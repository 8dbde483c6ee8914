"""The digest of each day, at the hour at which people come in: made once, by the relay's own clock.

What was told is known from the journal alone: a relay that was away at that hour makes the last digest that it missed
when it is back, and no restart makes one twice.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ovro_alert.digests import Digest
from ovro_alert.errors import AlertError
from ovro_alert.messages import MessageDraft
from ovro_alert.relay.deciding import CommandRole
from ovro_alert.relay.journal import digests, messages
from ovro_alert.relay.journal.digests import Wanted
from ovro_alert.relay.journal.journal import Journal
from ovro_alert.relay.journal.windows import Window
from ovro_alert.relay.journal.writer import Txn
from ovro_alert.relay.resting import ended
from ovro_alert.settings import Settings
from ovro_alert.times import Clock, iso

log = logging.getLogger(__name__)
OFF = ("", "off")
A_DAY = timedelta(days=1)
FURTHEST_BACK = timedelta(hours=48)
"""However long the relay was away, a digest tells of no more than this."""
LOOK_AGAIN_S = 30.0
"""A clock that is set while we sleep makes a digest late by so much at most, seconds."""


class Daily(NamedTuple):
    """An hour of the day, somewhere."""

    at: time
    zone: ZoneInfo

    def due(self, day: date) -> datetime:
        """Return that hour of that day; one that the clocks leap over is an hour later, of two alike the first."""
        return datetime.combine(day, self.at, self.zone).astimezone(UTC)

    def latest(self, now: datetime) -> date:
        """Return the last day of which that hour has come."""
        today = now.astimezone(self.zone).date()
        return today if self.due(today) <= now else today - A_DAY


def daily_of(settings: Settings) -> Daily | None:
    """Return when the digest is due, None if it never is."""
    if settings.digest_at in OFF:
        return None
    return Daily(time.fromisoformat(settings.digest_at), ZoneInfo(settings.digest_zone))


class Digesting:
    """The task that tells people of each day; `settled` is the last day of which nothing is left to tell."""

    def __init__(self, journal: Journal, settings: Settings, clock: Clock, role: CommandRole) -> None:
        self.journal = journal
        self.clock = clock
        self.role = role
        self.dumps_at_most_tb = settings.lwa.tb_until_offload
        self.daily = daily_of(settings)
        self.trouble: str | None = None
        self.settled: date | None = None
        self.task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; what was missed while the relay was away is told first."""
        if self.daily is not None:
            self.task = asyncio.create_task(self._run(self.daily), name="digest")

    async def stop(self) -> None:
        """End; what becomes due from now on is told after the next start."""
        await ended(self.task)

    async def look(self, window: Window) -> Digest:
        """Return the digest of any window, as of now."""
        wanted = Wanted(window, self.clock.now(), self.role, self.dumps_at_most_tb)
        return await self.journal.search(lambda connection: digests.digest(connection, wanted))

    async def _run(self, daily: Daily) -> None:
        while True:
            try:
                await self._round(daily)
                self.trouble = None
            except AlertError as error:
                self._say(str(error))
            except Exception as error:
                # a day that cannot be told must not end the telling of the next
                log.exception("the digest broke")
                self._say(f"{type(error).__name__}: {error}")
            next_day = daily.latest(self.clock.now()) + A_DAY
            left_s = (daily.due(next_day) - self.clock.now()).total_seconds()
            await self.clock.sleep(min(max(left_s, 0.0), LOOK_AGAIN_S))

    async def _round(self, daily: Daily) -> None:
        day = daily.latest(self.clock.now())
        if day == self.settled:
            return
        until = daily.due(day)
        before = await self.journal.search(lambda connection: digests.before(connection, day, until))
        # of a day that was over before anything was here there is nothing to tell
        was_here = self.settled is not None or (before.begun is not None and before.begun < until)
        if was_here and not before.told:
            since = max(before.until or daily.due(day - A_DAY), until - FURTHEST_BACK)
            digest = await self.look(Window(since, until))
            await self.journal.write(partial(tell, digest=digest, day=day))
        self.settled = day

    def _say(self, trouble: str) -> None:
        if trouble != self.trouble:
            log.error("people are not told of the day: %s", trouble)
        self.trouble = trouble


def tell(txn: Txn, digest: Digest, day: date) -> None:
    """Have people told of a day, if they were not."""
    if digests.before(txn.connection, day, digest.until).told:
        return
    facts = {
        "date": day.isoformat(),
        "since": iso(digest.since),
        "until": iso(digest.until),
        "digest": digest.model_dump(mode="json", exclude_defaults=True),
    }
    messages.add(txn, MessageDraft(subject="digest", level="normal", facts=facts))
