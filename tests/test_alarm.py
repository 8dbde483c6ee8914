"""The alarm clock: what is due is done by itself, by the relay's clock, whether anyone asks or not."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from ovro_alert.commands import Claim, CommandDraft, Report
from ovro_alert.errors import UnavailableError
from ovro_alert.relay.commanding import claiming, expiring, making, reporting
from ovro_alert.relay.commanding.alarm import AGAIN_S, LOOK_AGAIN_S, Alarm
from ovro_alert.relay.journal import commands
from ovro_alert.relay.journal.journal import Journal
from ovro_alert.relay.waiting import Waiting
from tests.clocks import HandClock
from tests.commanding import BEAM

PATIENCE_S = 10.0


class Room:
    """A journal, an alarm and the clock that the test turns, in one event loop."""

    def __init__(self, folder) -> None:
        self.clock = HandClock()
        self.waiting = Waiting(asyncio.get_running_loop(), self.clock)
        self.journal = Journal(folder / "journal.sqlite", self.clock, self.waiting.publish)
        self.alarm = Alarm(self.journal, self.clock)
        self.waiting.listen(self.alarm.heard)

    async def make(self, left_s: float = 60):
        draft = CommandDraft(
            telescope="lwa",
            action="beam",
            args=BEAM,
            reason="a test",
            deadline=self.clock.now() + timedelta(seconds=left_s),
        )
        return await self.journal.write(partial(making.make, draft=draft, by="relay", role="test", alert_id=None))

    async def claim(self, command):
        return await self.journal.write(lambda txn: claiming.claim(txn, command.id, Claim(client="a"), "rehearsal"))

    async def act(self, claimed, until):
        report = Report(fence=claimed.fence, state="acting", until=until)
        return await self.journal.write(lambda txn: reporting.report(txn, claimed.id, report))

    async def asleep(self):
        """Return when the alarm has nothing to do before the clock is turned."""
        await self.until(lambda: bool(self.clock.sleepers) and not self.alarm.sooner.is_set())

    async def turn(self, seconds: float):
        await self.asleep()
        self.clock.turn(seconds)

    async def becomes(self, command, state: str, **fields):
        async def look() -> bool:
            now = await self.journal.read(lambda con: commands.find(con, command.id))
            return now.state == state and all(getattr(now, name) == value for name, value in fields.items())

        await self.until(look)

    async def until(self, look):
        async with asyncio.timeout(PATIENCE_S):
            while True:
                found = look()
                if asyncio.iscoroutine(found):
                    found = await found
                if found:
                    return
                await asyncio.sleep(0.002)


def told(folder, story):
    """Run a story in a room."""

    async def run():
        room = Room(folder)
        try:
            await story(room)
        finally:
            await room.alarm.stop()
            room.journal.close()

    asyncio.run(run())


def test_a_command_expires_at_its_deadline_though_nobody_asks(tmp_path):
    async def story(room):
        await room.alarm.start()
        command = await room.make(left_s=60)
        for _ in range(59):
            await room.turn(1)
        await room.becomes(command, "pending")
        await room.turn(1)
        await room.becomes(command, "expired")

    told(tmp_path, story)


def test_a_lease_runs_out_and_the_command_waits_again_until_its_deadline(tmp_path):
    async def story(room):
        await room.alarm.start()
        command = await room.make(left_s=20)
        await room.claim(command)
        await room.turn(15)
        await room.becomes(command, "pending", client=None)
        await room.turn(5)
        await room.becomes(command, "expired")

    told(tmp_path, story)


def test_a_silent_client_is_overdue_a_minute_after_it_should_have_ended(tmp_path):
    async def story(room):
        await room.alarm.start()
        command = await room.make()
        await room.act(await room.claim(command), room.clock.now() + timedelta(seconds=30))
        await room.turn(89)
        await room.becomes(command, "acting", overdue=False)
        await room.turn(1)
        await room.becomes(command, "acting", overdue=True)

    told(tmp_path, story)


def test_what_became_due_while_the_relay_was_away_is_done_at_its_start(tmp_path):
    async def story(room):
        late, silent = await room.make(left_s=10), await room.make(left_s=10)
        await room.act(await room.claim(silent), room.clock.now())
        room.clock.turn(3600)
        await room.alarm.start()
        await room.becomes(late, "expired")
        await room.becomes(silent, "acting", overdue=True)

    told(tmp_path, story)


def test_a_clock_that_is_set_forward_while_it_sleeps_makes_it_late_by_two_seconds_at_most(tmp_path):
    async def story(room):
        await room.alarm.start()
        command = await room.make(left_s=7200)
        await room.asleep()
        room.clock.jump(7200)
        await room.turn(LOOK_AGAIN_S)
        await room.becomes(command, "expired")

    told(tmp_path, story)


def test_a_sooner_deadline_wakes_it(tmp_path):
    """It sleeps for two seconds at most, but a deadline within them is met to the moment."""

    async def story(room):
        await room.alarm.start()
        await room.make(left_s=3600)
        await room.asleep()
        soon = await room.make(left_s=0.05)
        await room.until(lambda: room.alarm.planned == soon.deadline)
        await room.turn(0.05)
        await room.becomes(soon, "expired")

    told(tmp_path, story)


@pytest.mark.parametrize("error", [UnavailableError("the disk is full"), RuntimeError("a mistake")])
def test_one_that_cannot_expire_holds_up_no_other_and_is_tried_again(tmp_path, monkeypatch, error):
    async def story(room):
        stubborn, other = await room.make(left_s=10), await room.make(left_s=10)
        works = expiring.fall

        def fall(txn, command_id):
            if command_id == stubborn.id and trouble:
                raise error
            works(txn, command_id)

        trouble = [True]
        monkeypatch.setattr(expiring, "fall", fall)
        room.clock.turn(10)
        await room.alarm.start()
        await room.becomes(other, "expired")
        await room.until(lambda: str(error) in (room.alarm.trouble or ""))
        trouble.clear()
        await room.turn(AGAIN_S)
        await room.becomes(stubborn, "expired")
        await room.until(lambda: room.alarm.trouble is None)

    told(tmp_path, story)
