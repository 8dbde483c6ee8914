"""What the outbox does next, from nothing but what waits and what was sent."""

from __future__ import annotations

from datetime import timedelta

from ovro_alert.relay.errands import HELD, plan
from ovro_alert.relay.journal.posting import Desk, WaitingMessage
from ovro_alert.tellers import Posted
from tests.clocks import NOON

HOUR = timedelta(hours=1)


def waits(message_id, event="chime:1", level="normal", **changes):
    stream = event.partition(":")[0] if event else None
    plain = WaitingMessage(message_id, event, level, False, 0, None, None, stream)
    return plain._replace(**changes)


def desk(*waiting, threads=(), **recent):
    return Desk(waiting, {event: Posted("C1", f"ts of {event}") for event in threads}, recent)


def busy(posts=6, minutes_ago=30):
    return tuple(NOON - timedelta(minutes=minutes_ago - n) for n in range(posts))


def held(message_id, event, **changes):
    return waits(message_id, event, why=f"{HELD}later", next_try=NOON, **changes)


def test_nothing_waits_and_nothing_is_done():
    assert plan(desk(), NOON) == (None, (), None)


def test_what_was_made_first_is_told_first():
    assert plan(desk(waits(1), waits(2, "chime:2")), NOON).errand.ids == (1,)


def test_a_loud_message_goes_first_but_not_before_what_its_own_thread_begins_with():
    waiting = desk(waits(1, "chime:1"), waits(2, "chime:2"), waits(3, "chime:2", "loud"), waits(4, "chime:4", "loud"))
    assert plan(waiting, NOON).errand.ids == (4,)
    assert plan(desk(waits(2, "chime:2"), waits(3, "chime:2", "loud")), NOON).errand.ids == (2,)


def test_a_message_that_waits_for_its_next_try_holds_up_its_own_event_alone():
    waiting = desk(waits(1, tries=1, next_try=NOON + timedelta(seconds=8)), waits(2), waits(3, "chime:3"))
    assert plan(waiting, NOON).errand.ids == (3,)


def test_after_five_tries_it_holds_up_nobody():
    waiting = desk(waits(1, tries=5, next_try=NOON + timedelta(seconds=8)), waits(2))
    assert plan(waiting, NOON).errand.ids == (2,)


def test_the_next_look_is_at_the_next_try():
    later = NOON + timedelta(seconds=8)
    assert plan(desk(waits(1, tries=1, next_try=later)), NOON).next_look == later


def test_a_clock_that_was_set_back_silences_nobody():
    assert plan(desk(waits(1, next_try=NOON + timedelta(days=400))), NOON).errand.ids == (1,)


def test_messages_without_an_event_do_not_wait_for_each_other():
    waiting = desk(waits(1, None, tries=1, next_try=NOON + timedelta(seconds=8)), waits(2, None))
    assert plan(waiting, NOON).errand.ids == (2,)


def test_an_answer_goes_into_its_thread():
    assert plan(desk(waits(1), threads=["chime:1"]), NOON).errand.thread == Posted("C1", "ts of chime:1")


def test_the_seventh_normal_message_of_an_hour_is_held_back_until_the_first_is_an_hour_old():
    todo = plan(desk(waits(7, "chime:7"), chime=busy()), NOON)
    free_at = busy()[0] + HOUR
    assert todo == (None, ((7, free_at),), free_at)


def test_the_sixth_is_not():
    assert plan(desk(waits(6, "chime:6"), chime=busy(5)), NOON).errand.ids == (6,)


def test_posts_of_an_hour_ago_do_not_count():
    assert plan(desk(waits(7, "chime:7"), chime=busy(6, minutes_ago=66)), NOON).errand.ids == (7,)


def test_another_stream_is_not_held_back():
    assert plan(desk(waits(7, "lvk:S1"), chime=busy()), NOON).errand.ids == (7,)


def test_loud_broadcast_and_answers_are_never_held_back():
    for waiting in (waits(7, level="loud"), waits(7, broadcast=True)):
        assert plan(desk(waiting, chime=busy()), NOON).errand.ids == (7,)
    assert plan(desk(waits(7), threads=["chime:1"], chime=busy()), NOON).errand.ids == (7,)


def test_what_was_held_back_is_told_as_one_with_its_own_stream_alone():
    waiting = desk(held(7, "chime:7"), held(8, "lvk:S1"), held(9, "chime:9"), waits(10, "chime:10"))
    todo = plan(waiting, NOON)
    assert todo.errand.ids == (7, 9)
    assert todo.errand.thread is None


def test_what_was_held_back_and_has_a_thread_by_now_is_told_there_at_once():
    waiting = desk(held(7, "chime:7", tries=0)._replace(next_try=NOON + HOUR / 2), threads=["chime:7"], chime=busy())
    assert plan(waiting, NOON).errand == ((7,), Posted("C1", "ts of chime:7"))


def test_a_loud_message_passes_what_is_held_back_of_its_own_event():
    waiting = desk(held(7, "chime:7"), waits(8, "chime:7", "loud"), chime=busy())
    assert plan(waiting, NOON).errand.ids == (8,)
