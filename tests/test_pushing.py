"""The pusher and the heartbeat: what waits goes on to the relay, and people hear when it does not."""

from __future__ import annotations

import threading

import pytest

from ovro_alert.client import Receipt
from ovro_alert.errors import RelayAwayError, RelayRefusedError
from ovro_alert.keeping.envelope import Envelope
from ovro_alert.keeping.spool import WHOLE, Spool
from ovro_alert.statuses import StreamStatus
from ovro_alert.streams.heartbeat import Heartbeat
from ovro_alert.streams.pushing import Pusher
from ovro_alert.streams.reach import Reach
from ovro_alert.streams.receiving import Receiving, spool_of
from ovro_alert.streams.restraint import Restraint
from tests.clocks import NOON, HandClock
from tests.stand_in import until


class Relay:
    """Takes what it is given; `says` is asked first and may raise."""

    url = "http://relay"

    def __init__(self):
        self.taken = []
        self.statuses = []
        self.says = lambda body: None

    def push(self, stream, body, content_type, received, path, *, backlog=False):
        self.says(body)
        self.taken.append(body)
        return Receipt(id=len(self.taken))

    def tell_stream(self, stream, status):
        self.says(None)
        self.statuses.append(status)


class WaitlessClock(HandClock):
    """Whoever waits for a while has waited at once; `waits` are the lengths."""

    def __init__(self):
        super().__init__()
        self.waits = []

    def wait(self, event, seconds):
        self.waits.append(round(seconds, 3))
        self.turn(seconds)
        return event.is_set()


@pytest.fixture
def clock():
    return WaitlessClock()


@pytest.fixture
def spool(tmp_path):
    return spool_of(tmp_path, "chime")


@pytest.fixture
def relay():
    return Relay()


@pytest.fixture
def pusher(spool, relay, told, clock):
    return Pusher("chime", spool, relay, Reach("the relay", told.append, clock), Restraint(told.append, clock), clock)


def put(spool, *bodies):
    return [spool.put(Envelope(body, "application/xml", NOON, "comet")) for body in bodies]


AWAY = RelayAwayError("nobody listens there")


def away_for(times, error=AWAY):
    left = iter(range(times))

    def says(_):
        if next(left, None) is not None:
            raise error

    return says


def test_what_waits_is_pushed_in_order_and_then_forgotten(pusher, spool, relay):
    put(spool, b"1", b"2", b"3")
    assert pusher.empty()
    assert relay.taken == [b"1", b"2", b"3"]
    assert spool.waiting() == []


def test_a_relay_that_is_away_is_tried_more_and_more_slowly_up_to_ten_seconds(pusher, spool, relay, clock):
    put(spool, b"1", b"2")
    relay.says = away_for(9)
    assert pusher.empty()
    assert clock.waits == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0, 10.0]
    assert relay.taken == [b"1", b"2"], "and nothing overtakes"


def test_what_is_refused_for_good_is_set_aside_and_told_and_the_next_goes_on(pusher, spool, relay, told):
    def says(body):
        if body == b"poison":
            raise RelayRefusedError("POST /notices/chime: 422 no")

    relay.says = says
    put(spool, b"1", b"poison", b"3")
    assert pusher.empty()
    assert relay.taken == [b"1", b"3"]
    assert spool.refused_count() == 1
    (words,) = told
    assert "set aside" in words
    assert "422 no" in words


def test_a_flood_of_refusals_is_told_once_and_set_aside_wholly(pusher, spool, relay, told):
    relay.says = lambda _: (_ for _ in ()).throw(RelayRefusedError("415"))
    put(spool, *(b"%d" % number for number in range(50)))
    assert pusher.empty()
    assert spool.refused_count() == 50
    assert len(told) == 1


def test_a_file_that_the_disk_spoilt_does_not_hold_up_the_others(pusher, spool, relay, told):
    names = put(spool, b"1", b"2", b"3")
    (spool.folder / (names[1] + WHOLE)).write_bytes(b"spoilt")
    assert pusher.empty()
    assert relay.taken == [b"1", b"3"]
    assert "torn or spoilt" in told[0]


def test_a_file_that_cannot_be_read_now_does_not_hold_up_the_others_and_stays(pusher, spool, relay):
    names = put(spool, b"1", b"2", b"3")
    (spool.folder / (names[1] + WHOLE)).unlink()
    (spool.folder / (names[1] + WHOLE)).mkdir()
    with pytest.raises(IsADirectoryError):
        pusher.empty()
    assert relay.taken == [b"1", b"3"]
    assert spool.waiting() == [names[1]]


def test_while_another_process_pushes_this_one_does_not(pusher, spool, relay, clock):
    put(spool, b"1")
    with Spool(spool.folder).emptying():
        assert not pusher.empty()
        assert not pusher.empty_within(30)
    assert relay.taken == []
    assert pusher.empty_within(30)
    assert relay.taken == [b"1"]


def test_what_the_other_process_pushed_is_waited_for(pusher, spool, clock):
    (name,) = put(spool, b"1")
    with Spool(spool.folder).emptying():
        clock.wait = lambda event, seconds: spool.drop(name) or False
        assert pusher.empty_within(30)


def test_pushing_for_a_while_ends_when_the_while_is_over(pusher, spool, relay, clock):
    put(spool, b"1")
    relay.says = away_for(10_000)
    assert not pusher.empty_within(30)
    assert 20 < clock.monotonic() <= 31
    assert len(spool.waiting()) == 1


def test_trouble_with_the_disk_after_a_notice_is_kept_is_no_failure_to_keep_it(pusher, spool):
    (name,) = put(spool, b"1")
    (spool.folder / (name + WHOLE)).unlink()
    (spool.folder / (name + WHOLE)).mkdir()
    assert not pusher.empty_within(1)


def test_a_relay_out_of_reach_for_a_minute_is_told_once_and_its_return_once(pusher, spool, relay, told, clock):
    put(spool, b"1")
    relay.says = away_for(30)
    pusher.empty()
    assert len(told) == 2
    assert "has not been reached for" in told[0]
    assert "nobody listens there" in told[0]
    assert "reached again" in told[1]


def test_a_short_absence_is_not_told(pusher, spool, relay, told):
    put(spool, b"1")
    relay.says = away_for(8)
    pusher.empty()
    assert told == []


def test_two_that_try_one_relay_tell_of_it_once(told, clock):
    reach = Reach("the relay", told.append, clock)
    for _ in range(10):
        clock.turn(10)
        reach.missed("refused", by="notices")
        reach.missed("refused", by="status")
    reach.reached(by="status")
    assert len(told) == 1, "it is back only when notices are taken, too"
    reach.reached(by="notices")
    assert len(told) == 2


def test_the_next_absence_is_told_again(told, clock):
    reach = Reach("the relay", told.append, clock)
    for _ in range(2):
        for _ in range(8):
            reach.missed("refused")
            clock.turn(10)
        reach.reached()
    assert len(told) == 4


def test_of_many_complaints_the_first_is_told_and_later_their_number(told, clock):
    complain = Restraint(told.append, clock, every_s=600)
    for number in range(5):
        complain(f"poison {number}")
    clock.turn(601)
    complain("poison 5")
    assert told == ["poison 0", "poison 5 (and 4 more of the kind before it: see the log)"]
    assert complain.total == 6


def test_what_was_held_back_is_told_when_nothing_comes_after_it(told):
    clock = HandClock()
    complain = Restraint(told.append, clock, every_s=600)
    for number in range(3):
        complain(f"poison {number}")
    clock.turn(599)
    complain.remind()
    assert told == ["poison 0"]
    clock.turn(1)
    complain.remind()
    complain.remind()
    assert told[1:] == ["poison 2 (the last of 2 more of the kind: see the log)"]


# ── threads ──


@pytest.fixture
def receiving(tmp_path, relay, told):
    clock = HandClock()
    one = Receiving("chime", spool_of(tmp_path, "chime"), relay, told.append, clock)
    one.clock = clock
    one.start()
    yield one
    one.stop()


def test_what_is_kept_is_pushed_at_once(receiving, relay):
    receiving.keep(b"1", "application/xml", "comet")
    until(lambda: relay.taken == [b"1"], "pushed without the clock being turned")


def test_what_another_process_puts_is_found(receiving, relay, tmp_path):
    put(spool_of(tmp_path, "chime"), b"other")

    def turned():
        receiving.clock.turn(1)
        return relay.taken == [b"other"]

    until(turned, "the other process's notice is pushed")


def test_the_status_says_how_much_waits_and_when_the_last_notice_came(receiving, relay):
    until(lambda: relay.statuses, "a first status at once")
    relay.says = away_for(1000)
    receiving.keep(b"1", "application/xml", "comet")
    receiving.clock.turn(5)
    receiving.detail["dropped"] = 2
    status = receiving.status()
    assert status.detail == {"spooled": 1, "refused": 0, "dropped": 2}
    assert status.last_notice == NOON
    assert status.lag == pytest.approx(5)


def test_a_status_is_told_every_ten_seconds_and_on_a_change_at_once(receiving, relay):
    until(lambda: len(relay.statuses) == 1, "the first")
    receiving.say("connected")
    receiving.say("connected")
    until(lambda: len(relay.statuses) == 2, "the change")
    assert relay.statuses[1].state == "connected"

    def turned():
        receiving.clock.turn(10)
        return len(relay.statuses) >= 4

    until(turned, "the beat")


def test_a_relay_that_is_away_is_told_even_when_no_notice_comes(receiving, relay, told):
    until(lambda: relay.statuses, "the first")
    relay.says = away_for(10_000)

    def turned():
        receiving.clock.turn(10)
        return told

    until(turned, "people are told")
    assert "has not been reached" in told[0]


def test_a_status_that_is_refused_is_no_absence(relay, told, clock):
    relay.says = lambda _: (_ for _ in ()).throw(RelayRefusedError("422"))
    beat = Heartbeat("chime", lambda: StreamStatus(state="connected"), relay, Reach("r", told.append, clock), clock)
    for _ in range(20):
        beat.beat()
        clock.turn(10)
    assert told == []


def test_nothing_ends_the_pushing_thread(spool, relay, told):
    """Not even an error that nobody thought of: it is told, and tried again."""
    clock = HandClock()
    pusher = Pusher("chime", spool, relay, Reach("r", told.append, clock), Restraint(told.append, clock), clock)
    relay.says = away_for(1, ZeroDivisionError("nobody thought of this"))
    put(spool, b"1")
    thread = threading.Thread(target=pusher.run, daemon=True)
    thread.start()

    def turned():
        clock.turn(1)
        return relay.taken == [b"1"]

    until(turned, "pushed all the same")
    assert "nobody thought of this" in told[0]
    pusher.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_stopping_ends_a_push_that_waits(spool, relay, told):
    clock = HandClock()
    pusher = Pusher("chime", spool, relay, Reach("r", told.append, clock), Restraint(told.append, clock), clock)
    relay.says = away_for(10_000)
    put(spool, b"1")
    thread = threading.Thread(target=pusher.run, daemon=True)
    thread.start()
    until(lambda: not spool.arrived.is_set(), "it has begun")
    pusher.stop()
    thread.join(5)
    assert not thread.is_alive()
    assert len(spool.waiting()) == 1
