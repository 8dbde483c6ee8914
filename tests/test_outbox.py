"""The outbox with a real journal, a real Slack client and a hand-turned clock."""

from __future__ import annotations

import asyncio
import contextlib
import time
from datetime import UTC, datetime, timedelta

import pytest

from ovro_alert.alerts import statement_of
from ovro_alert.errors import NeverToldError, TellLaterError
from ovro_alert.messages import MessageDraft
from ovro_alert.relay.journal import alerts, messages, notices, posting, tables, verdicts
from ovro_alert.relay.journal.journal import Journal
from ovro_alert.relay.journal.notices import Arrived
from ovro_alert.relay.outbox import Outbox
from ovro_alert.tellers import Posted, Told
from ovro_alert.telling.slack import SlackTeller
from ovro_alert.verdicts import Judgement
from tests.clocks import NOON, HandClock
from tests.notices import chime_alert, chime_voevent
from tests.relay import relay_on
from tests.slack_server import (
    HTML_500,
    NAME,
    RESET_AFTER_ACCEPT,
    TOKEN,
    TOO_MANY,
    Fault,
    SlackServer,
    refusal,
)

PATIENCE_S = 10.0


class Office:
    """A journal and its outbox, in the test's own event loop."""

    def __init__(self, home, teller, clock) -> None:
        self.clock = clock
        self.loop = asyncio.get_running_loop()
        self.journal = Journal(home / "journal.sqlite", clock, self.publish)
        self.outbox = Outbox(self.journal, teller, clock)

    def publish(self, changes) -> None:
        self.loop.call_soon_threadsafe(self.outbox.heard, changes)

    async def add(self, event="chime:1", level="normal", **more):
        draft = MessageDraft(**({"subject": "update", "level": level, "event": event} | more))
        return (await self.journal.write(lambda txn: messages.add(txn, draft))).id

    async def all(self):
        def look(connection):
            return [messages.message_of(row) for row in connection.execute(tables.messages.select())]

        return {message.id: message for message in await self.journal.read(look)}

    async def state(self, message_id, state, turning_s=0.0):
        """Wait until a message is in that state, turning the clock the while; return it."""

        async def look():
            self.clock.turn(turning_s)
            return await self.one(message_id)

        return await until(lambda one: one.state == state, look, f"message to be {state}")

    async def put_off(self, message_id, tries, turning_s=0.0):
        """Wait until that many tries have failed and the next one waits for its time, turning the clock the while."""

        def look(connection):
            return next(one for one in posting.desk(connection, NOON).waiting if one.id == message_id)

        async def wait():
            seen = await self.journal.read(look)
            if seen.tries < tries:
                self.clock.turn(turning_s)
            return seen

        await until(
            lambda one: one.tries == tries and one.next_try and one.next_try > self.clock.now(),
            wait,
            f"try {tries} to fail",
        )

    async def one(self, message_id):
        return (await self.all())[message_id]


async def until(right, look, what):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        seen = await look()
        if right(seen):
            return seen
        await asyncio.sleep(0.005)
    raise AssertionError(f"waited in vain for {what}; the last seen was {seen}")


@contextlib.asynccontextmanager
async def office(home, teller, clock=None, *, start=True):
    one = Office(home, teller, clock or HandClock())
    if start:
        await one.outbox.start()
    try:
        yield one
    finally:
        await one.outbox.stop()
        one.journal.close()


@pytest.fixture
def slack(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = SlackServer()
    yield server
    server.close()


@pytest.fixture
def teller(slack):
    return SlackTeller(TOKEN, NAME, oncall="U012AB3CD", base_url=slack.base_url, timeout_s=2)


@pytest.fixture
def run():
    return asyncio.run


class RealDay(HandClock):
    """Turned by hand, but set to today: Slack's own times are the machine's."""

    def __init__(self) -> None:
        super().__init__(datetime.now(UTC))


class Puppet:
    """A teller of ten lines, for what a server cannot do on request."""

    name = "puppet"

    def __init__(self, *does) -> None:
        self.does = list(does)
        self.told = []

    def tell(self, tolds, thread=None):
        action = self.does.pop(0) if self.does else None
        if callable(action):
            action()
        elif action is not None:
            raise action
        self.told.append([told.message.id for told in tolds])
        return Posted("C1", f"{len(self.told)}.0", thread.ts if thread is not None else None)

    def find(self, tolds, thread=None):
        return {}


# ── the ordinary day ──


def test_one_thread_per_event_and_its_first_post_is_the_parent(run, tmp_path, slack, teller):
    async def body():
        async with office(tmp_path, teller) as post:
            first = await post.add("chime:1")
            other = await post.add("chime:2")
            later = await post.add("chime:1")
            await post.state(later, "sent")
            return await post.one(first), await post.one(other), await post.one(later)

    first, other, later = run(body())
    parent, _, reply = slack.posts
    assert reply["thread_ts"] == parent["ts"] == first.ts == later.thread_ts
    assert other.thread_ts is None
    assert first.channel == slack.posts[0]["channel"]
    assert first.tries == 1
    assert first.why is None


def test_the_thread_is_known_after_a_restart(run, tmp_path, slack, teller):
    async def body():
        async with office(tmp_path, teller) as post:
            await post.state(await post.add(), "sent")
        async with office(tmp_path, teller) as post:
            await post.state(await post.add(), "sent")

    run(body())
    assert slack.posts[1]["thread_ts"] == slack.posts[0]["ts"]


def test_a_quiet_message_is_never_posted(run, tmp_path, slack, teller):
    async def body():
        async with office(tmp_path, teller) as post:
            quiet = await post.add(level="quiet")
            await post.state(await post.add("chime:2"), "sent")
            return await post.one(quiet)

    assert run(body()).state == "quiet"
    assert len(slack.posts) == 1


def test_the_words_are_made_from_alert_verdict_and_notice(run, tmp_path, slack, teller):
    async def body():
        async with office(tmp_path, teller) as post:
            await post.journal.write(lambda txn: tell_a_verdict(txn, post.clock.now()))
            await until(lambda texts: texts, lambda: asyncio.sleep(0, slack.texts), "a post")

    run(body())
    first, second = slack.texts[0].split("\n")[:2]
    assert first == "REAL  CHIME repeater FRB 20181226F: no beam: elevation 12 deg &lt; 20 deg"
    assert second.startswith("DM 240.1 ± 0.4, S/N 21.4, importance 0.990, 2026-11-20 12:00:00.0 UTC (400 MHz)")
    assert second.endswith("here after 13 s by comet")


def test_a_retraction_is_named_as_its_event_was(run, tmp_path, slack, teller):
    async def body():
        async with office(tmp_path, teller) as post:
            await post.journal.write(lambda txn: tell_a_verdict(txn, post.clock.now()))
            await post.journal.write(lambda txn: tell_a_retraction(txn, post.clock.now()))
            await until(lambda texts: len(texts) == 2, lambda: asyncio.sleep(0, slack.texts), "two posts")

    run(body())
    assert slack.texts[1].startswith("REAL  CHIME repeater FRB 20181226F: burst 1 retracted by its discoverer")
    assert slack.posts[1]["thread_ts"] == slack.posts[0]["ts"]
    assert slack.posts[1]["reply_broadcast"] is True


def tell_a_verdict(txn, now):
    arrived = Arrived("chime", b"<one/>", "application/xml", received=now + timedelta(seconds=13), path="comet")
    notice = notices.keep(txn, arrived)
    alert = alerts.put(txn, chime_alert(time=now, event="chime:1"), None, retracted=False)
    judgement = Judgement(scenario="chime_repeater", answer="message", summary="elevation 12 deg < 20 deg")
    verdicts.add(txn, judgement, alert.id, notice.id, ())
    more = {"alert": alert.id, "notice": notice.id, "scenario": "chime_repeater"}
    messages.add(txn, MessageDraft(subject="verdict", level="normal", event="chime:1", **more))


def tell_a_retraction(txn, now):
    retraction = chime_alert(
        time=None, event="chime:1", kind="retraction", statement=statement_of("chime:1", "retraction", "real")
    )
    alert = alerts.put(txn, retraction, None, retracted=True)
    draft = MessageDraft(subject="retraction", level="normal", event="chime:1", alert=alert.id, broadcast=True)
    messages.add(txn, draft)


def test_a_burst_pushed_at_the_relay_is_told_on_slack(tmp_path, slack, teller):
    with relay_on(tmp_path, teller=teller) as relay:
        burst = chime_voevent(time=relay.hand.now() - timedelta(seconds=13.2))
        relay.push(burst, path="comet")
        assert slack.posted.wait(PATIENCE_S)
    first, second, *rest = slack.texts[0].split("\n")
    assert first.startswith("DRY RUN  CHIME repeater FRB 20181226F: OVRO-LWA beam commanded")
    assert second.endswith("here after 13.2 s by comet")
    assert rest[0].startswith("Association by CHIME, p = 0.9999. Position from the ")
    assert rest[1].startswith("Reaches 82.8 MHz in ")
    assert "latest start" in rest[2]


# ── Slack fails ──


def test_what_slack_puts_off_is_sent_when_slack_says(run, tmp_path, slack, teller):
    async def body():
        async with office(tmp_path, teller) as post:
            slack.faults = [TOO_MANY]
            one = await post.add()
            waits = await until(lambda m: m.why, lambda: post.one(one), "a reason")
            assert waits.state == "waiting"
            assert "wait 7 s" in post.outbox.trouble
            post.clock.turn(6)
            await asyncio.sleep(0.05)
            assert slack.posts == []
            await post.state(one, "sent", turning_s=0.1)

            async def trouble():
                return post.outbox.trouble

            await until(lambda said: said is None, trouble, "the trouble to be over")

    run(body())
    assert slack.asked("conversations.history") == []


@pytest.mark.parametrize("fault", [HTML_500, RESET_AFTER_ACCEPT])
def test_a_lost_answer_is_looked_for_before_it_is_posted_again(run, tmp_path, slack, teller, fault):
    async def body():
        async with office(tmp_path, teller, RealDay()) as post:
            await post.state(await post.add("chime:0"), "sent")  # now the channel's id is known
            slack.faults = [fault]
            one = await post.add()
            await post.put_off(one, 1)
            return await post.state(one, "sent", turning_s=1)

    sent = run(body())
    assert len(slack.posts) == 2
    assert sent.ts == slack.posts[1]["ts"]
    assert sent.why is None


def test_without_leave_to_look_a_lost_answer_is_posted_again(run, tmp_path, slack, teller):
    async def body():
        async with office(tmp_path, teller) as post:
            slack.may_read = False
            slack.faults = [RESET_AFTER_ACCEPT]
            one = await post.add()
            await post.put_off(one, 1)
            await post.state(one, "sent", turning_s=1)

    run(body())
    assert len(slack.posts) == 2


def test_a_crash_between_the_post_and_the_journal_does_not_post_twice(run, tmp_path, slack, teller):
    async def body():
        async with office(tmp_path, teller, RealDay()) as post:
            await post.state(await post.add("chime:0"), "sent")
            # as the journal is when the relay dies after the post: the try counted, nothing more
            await post.outbox.stop()
            one = await post.add()
            await post.journal.write(lambda txn: posting.begin(txn, [one]))
            teller.tell([Told(await post.one(one), post.clock.now())])
        async with office(tmp_path, teller, RealDay()) as post:
            return await post.state(one, "sent")

    sent = run(body())
    assert len(slack.posts) == 2
    assert sent.ts == slack.posts[1]["ts"]


def test_a_refused_message_is_unsent_with_slacks_word_and_the_next_is_told(run, tmp_path, slack, teller):
    async def body():
        async with office(tmp_path, teller) as post:
            slack.faults = [refusal("msg_too_long")]
            bad, good = await post.add("chime:1"), await post.add("chime:1")
            await post.state(good, "sent")
            return await post.one(bad)

    bad = run(body())
    assert bad.state == "unsent"
    assert "msg_too_long" in bad.why
    assert "thread_ts" not in slack.posts[0]


def test_what_a_wrong_setting_kept_back_is_told_after_the_next_start(run, tmp_path, slack, teller):
    async def body():
        elsewhere = SlackTeller(TOKEN, "elsewhere", base_url=slack.base_url)
        async with office(tmp_path, elsewhere) as post:
            one = await post.add()
            await post.state(one, "unsent")
            assert "channel_not_found" in post.outbox.trouble
        async with office(tmp_path, teller) as post:
            await post.state(one, "sent")

    run(body())
    assert len(slack.posts) == 1


def test_after_a_day_it_is_given_up_and_said(run, tmp_path, slack, teller):
    async def body():
        async with office(tmp_path, teller) as post:
            slack.broken = HTML_500
            one = await post.add()
            await post.put_off(one, 1)
            post.clock.turn(86_400)
            return await post.state(one, "unsent", turning_s=1)

    assert "given up" in run(body()).why


def test_a_message_that_slack_always_breaks_on_does_not_hold_up_other_events(run, tmp_path):
    async def body():
        puppet = Puppet(*[TellLaterError("500") for _ in range(1)])
        async with office(tmp_path, puppet) as post:
            bad = await post.add("chime:1")
            good = await post.add("chime:2")
            await post.put_off(bad, 1)
            await post.state(good, "sent", turning_s=0.01)  # the teller's pause is shorter than the message's own
            assert puppet.told == [[good]]

    run(body())


def test_what_follows_in_a_thread_is_told_although_its_parent_keeps_failing(run, tmp_path):
    async def body():
        puppet = Puppet(*[TellLaterError("500") for _ in range(5)])
        async with office(tmp_path, puppet) as post:
            parent, reply = await post.add(), await post.add()
            await post.put_off(parent, 5, turning_s=5)
            assert puppet.told == []
            await post.state(reply, "sent", turning_s=0.1)
            assert puppet.told == [[reply]]
            await post.state(parent, "sent", turning_s=5)
            return await post.all()

    parent, reply = run(body()).values()
    assert parent.thread_ts == reply.ts


def test_a_message_that_breaks_its_teller_is_unsent_and_the_next_is_told(run, tmp_path):
    async def body():
        async with office(tmp_path, Puppet(KeyError("blocks"))) as post:
            bad, good = await post.add("chime:1"), await post.add("chime:2")
            await post.state(good, "sent")
            return await post.one(bad)

    bad = run(body())
    assert bad.state == "unsent"
    assert "KeyError" in bad.why


def test_a_loud_message_goes_before_those_that_wait(run, tmp_path):
    async def body():
        puppet = Puppet(TellLaterError("500", after_s=30))
        async with office(tmp_path, puppet) as post:
            normal = [await post.add(f"chime:{n}") for n in range(3)]
            await post.put_off(normal[0], 1)
            loud = await post.add("lvk:S1", level="loud")
            for one in (*normal, loud):
                await post.state(one, "sent", turning_s=1)
            return puppet.told[0] == [loud]

    assert run(body())


# ── six an hour ──


def test_more_than_six_normal_messages_an_hour_are_collected_into_one(run, tmp_path, slack, teller):
    async def body():
        async with office(tmp_path, teller) as post:
            many = [await post.add(f"chime:{n}") for n in range(10)]
            other = await post.add("lvk:S1")
            await post.state(other, "sent")
            held = await until(
                lambda m: (m.why or "").startswith("held back"), lambda: post.one(many[9]), "it to be held"
            )
            assert held.state == "waiting"
            assert len(slack.posts) == 7
            post.clock.turn(3590)
            await asyncio.sleep(0.05)
            assert len(slack.posts) == 7
            await post.state(many[9], "sent", turning_s=1)
            return [await post.one(one) for one in many[6:]]

    collected = run(body())
    assert len(slack.posts) == 8
    assert slack.texts[7].startswith("REAL  CHIME: 4 more in the last hour\n")
    assert {one.ts for one in collected} == {slack.posts[7]["ts"]}


def test_answers_in_a_thread_are_not_counted(run, tmp_path, slack, teller):
    async def body():
        async with office(tmp_path, teller) as post:
            for _ in range(9):
                last = await post.add("chime:1")
            await post.state(last, "sent")

    run(body())
    assert len(slack.posts) == 9


def test_a_loud_message_is_never_held_back_and_opens_the_thread_for_what_was(run, tmp_path, slack, teller):
    async def body():
        async with office(tmp_path, teller) as post:
            for n in range(6):
                await post.state(await post.add(f"chime:{n}"), "sent")
            held = await post.add("chime:7")
            await until(lambda m: m.why, lambda: post.one(held), "it to be held")
            loud = await post.add("chime:7", level="loud")
            await post.state(loud, "sent")
            await post.state(held, "sent")

    run(body())
    assert slack.texts[6].endswith("<@U012AB3CD>")
    assert slack.posts[7]["thread_ts"] == slack.posts[6]["ts"]


def test_what_was_held_back_is_still_collected_after_a_restart(run, tmp_path, slack, teller):
    async def body():
        clock = HandClock()
        async with office(tmp_path, teller, clock) as post:
            many = [await post.add(f"chime:{n}") for n in range(9)]
            for one in many[6:]:
                await until(lambda m: m.why, lambda one=one: post.one(one), "it to be held")
        async with office(tmp_path, teller, clock) as post:
            clock.turn(3601)
            await post.state(many[8], "sent", turning_s=1)

    run(body())
    assert len(slack.posts) == 7
    assert "3 more in the last hour" in slack.texts[6]


def test_unreadable_notices_of_one_stream_are_collected_too(run, tmp_path, slack, teller):
    async def body():
        async with office(tmp_path, teller) as post:
            for n in range(9):
                kept = await post.journal.write(
                    lambda txn, n=n: notices.keep(txn, Arrived("chime", b"%d" % n, "text/plain"))
                )
                last = await post.add(None, subject="notice", notice=kept.id)
            await until(lambda m: m.why, lambda: post.one(last), "it to be held")

    run(body())
    assert len(slack.posts) == 6


# ── the end ──


def test_a_stop_does_not_wait_for_a_slow_slack(run, tmp_path, slack, teller):
    async def body():
        slack.faults = [Fault(wait_s=4, status=200)]
        async with office(tmp_path, SlackTeller(TOKEN, NAME, base_url=slack.base_url, timeout_s=10)) as post:
            await post.add()
            await until(lambda m: m.tries == 1, lambda: post.one(1), "the try")
            begun = time.monotonic()
            await post.outbox.stop()
            return time.monotonic() - begun

    assert run(body()) < 3.5


def test_a_post_that_is_under_way_at_the_stop_is_noted(run, tmp_path):
    async def body():
        async with office(tmp_path, Puppet(lambda: time.sleep(0.3))) as post:
            one = await post.add()
            await until(lambda m: m.tries == 1, lambda: post.one(1), "the try")
            await post.outbox.stop()
            return await post.one(one)

    assert run(body()).state == "sent"


def test_what_was_given_up_is_counted_for_health(run, tmp_path):
    async def body():
        async with office(tmp_path, Puppet(NeverToldError("no"))) as post:
            await post.state(await post.add("chime:1"), "unsent")
            await post.state(await post.add("chime:2"), "sent")
            return post.outbox.unsent

    assert run(body()) == 1


def test_a_thread_that_was_opened_anew_is_the_one_that_counts(run, tmp_path):
    async def body():
        async with office(tmp_path, Puppet(), start=False) as post:
            old, new = await post.add(), await post.add()
            await post.add()
            await post.journal.write(lambda txn: posting.sent(txn, [old], Posted("C1", "1.0")))
            await post.journal.write(lambda txn: posting.sent(txn, [new], Posted("C1", "2.0")))
            desk = await post.journal.read(lambda connection: posting.desk(connection, NOON))
            return desk.threads["chime:1"].ts

    assert run(body()) == "2.0"
