"""The digest is told once each day at its hour, by the relay's clock, wherever the relay was at that hour."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from ovro_alert.errors import CannotStartError, UnavailableError
from ovro_alert.messages import MessageDraft
from ovro_alert.relay.digesting import LOOK_AGAIN_S, Digesting, daily_of
from ovro_alert.relay.journal import digests, messages, searching
from ovro_alert.relay.journal.journal import Journal
from ovro_alert.relay.journal.opening import JOURNAL
from ovro_alert.settings import Settings, load_settings
from tests.clocks import HandClock
from tests.commanding import empty_journal
from tests.relay import relay_on, wait_for

PATIENCE_S = 10.0
NINE = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
"""Nine in the morning at the observatory, in winter."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Morning:
    """A journal with one quiet message of the day before, the task, and the clock that the test turns."""

    def __init__(self, folder, at: datetime) -> None:
        self.path = folder / JOURNAL
        self.path.write_bytes(empty_journal())
        self.clock = HandClock(at - DAY)
        self.settings = Settings(home=folder)
        self.journal = Journal(self.path, self.clock, lambda _: None)
        self.digesting = Digesting(self.journal, self.settings, self.clock, "test")
        self.set(at)

    def set(self, at: datetime) -> None:
        self.clock.jump((at - self.clock.now()).total_seconds())

    async def something(self) -> None:
        """Let something be older than the day that is told of."""
        now = self.clock.now()
        self.set(now - 3 * DAY)
        await self.journal.write(lambda txn: messages.add(txn, MessageDraft(subject="trouble", level="quiet")))
        self.set(now)

    async def start(self) -> None:
        """Have the relay up; returns when nothing is left to do at this moment."""
        self.digesting = Digesting(self.journal, self.settings, self.clock, "test")
        await self.digesting.start()
        await self.asleep()

    async def until(self, at: datetime) -> None:
        """Let time pass, minute by minute, at most half an hour of it."""
        while self.clock.now() < at:
            self.clock.turn(min((at - self.clock.now()).total_seconds(), LOOK_AGAIN_S))
            await self.asleep()

    async def asleep(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not self.clock.sleepers:
                await asyncio.sleep(0.001)

    async def told(self) -> list[dict]:
        """Return what every digest says of itself, oldest first."""
        every = await self.journal.read(lambda con: searching.find_messages(con, None, None, None, 100))
        return [one.facts for one in reversed(every) if one.subject == "digest"]


def run(folder, story, at):
    """Run a story in a morning that begins at that moment."""

    async def whole():
        morning = Morning(folder, at)
        try:
            await story(morning)
        finally:
            await morning.digesting.stop()
            morning.journal.close()

    asyncio.run(whole())


def days(told):
    return [one["date"] for one in told]


def test_it_is_told_at_nine_of_the_observatory_s_morning_and_not_before(tmp_path):
    async def story(morning):
        await morning.start()
        await morning.until(NINE - MINUTE)
        assert await morning.told() == []
        await morning.until(NINE)
        (told,) = await morning.told()
        assert (told["date"], told["since"], told["until"]) == (
            "2026-11-20",
            "2026-11-19T17:00:00.000Z",
            "2026-11-20T17:00:00.000Z",
        )
        await morning.until(NINE + 10 * MINUTE)
        assert len(await morning.told()) == 1

    run(tmp_path, story, NINE - 3 * MINUTE)


def test_the_next_one_begins_where_the_last_one_ended(tmp_path):
    async def story(morning):
        await morning.start()
        await morning.until(NINE)
        morning.set(NINE + DAY)
        await morning.until(NINE + DAY + MINUTE)
        first, second = await morning.told()
        assert second["since"] == first["until"]

    run(tmp_path, story, NINE - MINUTE)


def test_a_restart_a_minute_later_tells_nothing_again(tmp_path):
    async def story(morning):
        await morning.start()
        await morning.until(NINE)
        await morning.digesting.stop()
        morning.set(NINE + MINUTE)
        await morning.start()
        await morning.until(NINE + 3 * MINUTE)
        assert days(await morning.told()) == ["2026-11-20"]

    run(tmp_path, story, NINE - MINUTE)


def test_a_relay_that_was_away_at_nine_tells_it_once_when_it_is_back(tmp_path):
    async def story(morning):
        await morning.something()
        morning.set(NINE + 2 * HOUR)
        await morning.start()
        (told,) = await morning.told()
        assert (told["date"], told["until"]) == ("2026-11-20", "2026-11-20T17:00:00.000Z")
        await morning.digesting.stop()
        await morning.start()
        assert len(await morning.told()) == 1

    run(tmp_path, story, NINE - HOUR)


@pytest.mark.parametrize(("away", "covers_h"), [(1, 24), (2, 48), (5, 48)], ids=str)
def test_after_days_away_only_the_latest_is_told_and_of_48_hours_at_most(tmp_path, away, covers_h):
    async def story(morning):
        await morning.start()
        await morning.until(NINE)
        await morning.digesting.stop()
        morning.set(NINE + away * DAY + HOUR)
        await morning.start()
        told = await morning.told()
        until = NINE + away * DAY
        assert days(told) == ["2026-11-20", until.date().isoformat()]
        assert datetime.fromisoformat(told[1]["since"]) == until - covers_h * HOUR

    run(tmp_path, story, NINE - MINUTE)


def test_of_days_before_anything_was_there_nothing_is_told(tmp_path):
    """A relay that is new at noon has missed nothing."""

    async def story(morning):
        await morning.start()
        await morning.until(NINE + 4 * HOUR + MINUTE)
        assert await morning.told() == []

    run(tmp_path, story, NINE + 4 * HOUR)


@pytest.mark.parametrize(
    ("change", "nine", "covers_h"),
    [
        # Pacific time: UTC-8 to UTC-7 on 8 March, back on 1 November 2026
        (date(2026, 3, 8), datetime(2026, 3, 8, 16, tzinfo=UTC), 23),
        (date(2026, 11, 1), datetime(2026, 11, 1, 17, tzinfo=UTC), 25),
    ],
    ids=["to-summer", "to-winter"],
)
def test_a_day_on_which_the_clocks_change_has_exactly_one_at_nine(tmp_path, change, nine, covers_h):
    async def story(morning):
        await morning.start()
        hour = nine - 26 * HOUR
        while hour < nine + 26 * HOUR:
            hour += HOUR
            morning.set(hour)
            await morning.until(hour + timedelta(seconds=LOOK_AGAIN_S))
        told = await morning.told()
        assert days(told) == [(change + n * DAY).isoformat() for n in (-1, 0, 1)]
        mine = told[1]
        assert datetime.fromisoformat(mine["until"]) == nine
        assert datetime.fromisoformat(mine["until"]) - datetime.fromisoformat(mine["since"]) == covers_h * HOUR

    run(tmp_path, story, nine - 27 * HOUR)


@pytest.mark.parametrize(
    ("at", "zone", "day", "due"),
    [
        ("02:30", "America/Los_Angeles", date(2026, 3, 8), "2026-03-08T10:30:00+00:00"),  # does not exist: 3:30 then
        ("01:30", "America/Los_Angeles", date(2026, 11, 1), "2026-11-01T08:30:00+00:00"),  # comes twice: the first
        ("09:00", "Pacific/Kiritimati", date(2026, 11, 20), "2026-11-19T19:00:00+00:00"),
        ("00:00", "UTC", date(2026, 11, 20), "2026-11-20T00:00:00+00:00"),
    ],
    ids=["leapt-over", "twice", "far-east", "utc"],
)
def test_any_hour_of_any_zone_is_one_moment_of_a_day(at, zone, day, due):
    daily = daily_of(Settings(digest_at=at, digest_zone=zone))
    moment = daily.due(day)
    assert moment == datetime.fromisoformat(due)
    assert (daily.latest(moment), daily.latest(moment - timedelta(microseconds=1))) == (day, day - DAY)


def test_a_clock_that_was_a_year_ahead_keeps_no_later_day_from_being_told(tmp_path):
    async def story(morning):
        await morning.start()
        morning.set(NINE + 365 * DAY)
        await morning.until(NINE + 365 * DAY + MINUTE)
        morning.set(NINE + DAY)
        await morning.until(NINE + DAY + MINUTE)
        assert days(await morning.told()) == ["2027-11-20", "2026-11-21"]

    run(tmp_path, story, NINE - MINUTE)


@pytest.mark.parametrize("error", [UnavailableError("the disk is full"), RuntimeError("a mistake")], ids=str)
def test_what_cannot_be_told_is_said_and_tried_again(tmp_path, monkeypatch, error):
    async def story(morning):
        works = digests.digest

        def broken(connection, wanted):
            if trouble:
                raise error
            return works(connection, wanted)

        trouble = [True]
        monkeypatch.setattr(digests, "digest", broken)
        await morning.start()
        await morning.until(NINE + MINUTE)
        assert str(error) in morning.digesting.trouble
        trouble.clear()
        await morning.until(NINE + 2 * MINUTE)
        assert days(await morning.told()) == ["2026-11-20"]
        assert morning.digesting.trouble is None

    run(tmp_path, story, NINE - MINUTE)


@pytest.mark.parametrize("word", ["", "off"], ids=["empty", "off"])
def test_it_can_be_switched_off(tmp_path, word):
    with relay_on(tmp_path, judging=False, digest_at=word) as relay:
        assert relay.app.relay.digesting.task is None
        parts = {one["part"]: one for one in relay.http.get("/health").json()["parts"]}
        assert (parts["digest"]["state"], parts["digest"]["says"]) == ("ok", "off")
        assert relay.http.get("/digest").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [{"digest_at": "9"}, {"digest_at": "24:00"}, {"digest_zone": "Mars/Base"}, {"digest_zone": "../etc/passwd"}],
    ids=str,
)
def test_an_hour_or_a_zone_that_there_is_not_stops_the_start_with_its_name(wrong):
    with pytest.raises(CannotStartError, match=next(iter(wrong))):
        load_settings(**wrong)


def test_a_relay_that_runs_through_nine_tells_its_listener(tmp_path):
    """In the whole relay: the message goes the way of all messages, and no stream's ration holds it back."""
    clock = HandClock(NINE - MINUTE)
    with relay_on(tmp_path, clock, judging=False, digest_at="09:00") as relay:
        parts = {one["part"]: one for one in relay.http.get("/health").json()["parts"]}
        assert parts["digest"]["says"] == "each day at 09:00 America/Los_Angeles"

        def sent():
            clock.turn(1)
            return [one for one in relay.http.get("/messages?state=sent").json() if one["subject"] == "digest"]

        (told,) = wait_for(sent, "the digest to be told")
        assert (told["level"], told["event"], told["facts"]["date"]) == ("normal", None, "2026-11-20")
