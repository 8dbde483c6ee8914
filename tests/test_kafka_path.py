"""From Kafka to the relay: in order, as it came, and the offset is committed when the relay has it, not before."""

from __future__ import annotations

import threading
import time
from typing import NamedTuple

import pytest
from confluent_kafka import KafkaError, KafkaException

from ovro_alert.errors import RelayRefusedError
from ovro_alert.notices import NOTICE_LIMIT_BYTES
from ovro_alert.streams.kafka_offsets import Offsets
from tests.kafka_receivers import GROUP, TOPIC, Pushed, detail_of, until


class Unheard:
    """A consumer whose broker does not answer."""

    def committed(self, partitions, timeout):
        raise KafkaException(KafkaError(KafkaError._TIMED_OUT))


class Whole:
    """A consumer of a broker that has everything since offset 0."""

    def get_watermark_offsets(self, partition, timeout):
        return 0, 100


class Came(NamedTuple):
    """A message, as far as its place goes."""

    number: int

    def topic(self):
        return TOPIC

    def partition(self):
        return 0

    def offset(self):
        return self.number


def path_of(receiving):
    (path,) = receiving._paths._paths
    return path


OFFSET_COMMIT = 8
NOT_COORDINATOR, REBALANCE_IN_PROGRESS, GROUP_AUTHORIZATION_FAILED = 16, 27, 30


def test_messages_go_on_in_order_as_they_came_and_are_then_committed(receivers):
    bodies = [b'{"n": 1}', b"<VOEvent/>", b"Obj\x01 avro", b"\x00\xffpoison that nobody can read"]
    receivers.broker.produce(TOPIC, *bodies)
    receiving = receivers.start()
    receivers.until_pushed(*bodies)
    assert receivers.relay.bodies == bodies
    assert receivers.relay.pushed[0] == Pushed(bodies[0], "application/json", "gcn-kafka", False)
    kinds = [pushed.content_type for pushed in receivers.relay.pushed[1:]]
    assert kinds == ["application/xml", "application/octet-stream", "application/octet-stream"]
    receivers.until_committed(4)
    receivers.until_state(receiving, "connected")
    until(lambda: receiving.status().last_notice, "the time of the last notice")
    assert receivers.told == []


def test_the_next_start_goes_on_where_the_last_one_had_committed(receivers):
    receivers.broker.produce(TOPIC, b"1", b"2")
    first = receivers.start()
    receivers.until_committed(2)
    first.stop()
    receivers.broker.produce(TOPIC, b"3")
    receivers.start()
    receivers.until_pushed(b"3")
    assert receivers.relay.bodies == [b"1", b"2", b"3"]


def test_while_the_relay_is_away_nothing_is_committed_and_nothing_is_lost(receivers):
    receivers.relay.away()
    receivers.broker.produce(TOPIC, b"1", b"2")
    first = receivers.start()
    until(lambda: receivers.relay.tried > 2, "three tries")
    assert receivers.broker.committed(GROUP, TOPIC) < 0
    first.stop()
    receivers.relay.back()
    receivers.start()
    receivers.until_pushed(b"1", b"2")
    assert receivers.relay.bodies == [b"1", b"2"]


def test_it_stays_in_its_group_while_the_relay_is_away_for_longer_than_kafka_waits_for_a_reader(receivers, caplog):
    """max.poll.interval.ms is 2 s here, 5 minutes in earnest."""
    receivers.relay.away()
    receivers.broker.produce(TOPIC, b"1", b"2")
    receiving = receivers.start(config="max.poll.interval.ms=2000")
    began = time.monotonic()
    until(lambda: receivers.relay.tried and time.monotonic() - began > 2.6, "longer than that")
    until(lambda: receiving.status().lag > 1, "how long the notice waits is said")
    receivers.relay.back()
    receivers.until_pushed(b"1", b"2")
    assert receivers.relay.bodies == [b"1", b"2"]
    receivers.until_committed(2)
    assert "MAXPOLL" not in caplog.text
    until(lambda: receiving.status().lag == 0, "nothing waits any more")


def test_what_waits_for_the_relay_waits_at_the_broker_not_in_memory(receivers):
    receivers.relay.away()
    receivers.broker.produce(TOPIC, *(b"%d" % number + bytes(100_000) for number in range(30)))
    path = path_of(receivers.start())
    until(lambda: receivers.relay.tried > 3, "four tries")
    assert len(path._ahead) <= 1
    receivers.relay.back()
    receivers.until_committed(30)
    assert [body.strip(bytes(1)) for body in receivers.relay.bodies] == [b"%d" % number for number in range(30)]


def test_what_was_taken_ahead_is_left_to_whoever_has_its_partition_after_a_rebalance(receivers):
    """It was not committed, so it comes again in its turn: to us, or to another."""
    path = path_of(receivers.start("gcn.notices.none"))
    path._ahead.append("a message")
    path._assigned(Unheard(), [])
    assert not path._ahead


def test_what_the_relay_refuses_is_set_aside_and_told_and_committed(receivers):
    def says(body):
        if body == b"refused":
            raise RelayRefusedError("422 not for this stream")

    receivers.relay.says = says
    receivers.broker.produce(TOPIC, b"1", b"refused", b"3")
    receiving = receivers.start()
    receivers.until_committed(3)
    assert receivers.relay.bodies == [b"1", b"3"]
    assert receiving.status().detail["refused"] == 1
    (words,) = receivers.told
    assert "set aside" in words
    assert "422" in words


def test_what_is_larger_than_a_notice_is_set_aside_without_asking_the_relay(receivers):
    receivers.broker.produce(TOPIC, bytes(NOTICE_LIMIT_BYTES + 1))
    receivers.broker.produce(TOPIC, b"2")
    receiving = receivers.start()
    receivers.until_committed(2)
    assert receivers.relay.bodies == [b"2"]
    assert receiving.status().detail["refused"] == 1
    assert "set aside" in receivers.told[0]


def test_a_tombstone_and_an_empty_message_are_no_notices(receivers):
    receivers.broker.produce(TOPIC, None, b"", b"3")
    receiving = receivers.start()
    receivers.until_committed(3)
    assert receivers.relay.bodies == [b"3"]
    assert detail_of(receiving.status())["empty"] == 2
    assert receivers.told == []


def test_a_topic_that_is_not_there_yet_is_no_trouble_and_is_read_when_it_comes(receivers):
    receivers.broker.produce(TOPIC, b"1")
    receiving = receivers.start(TOPIC, "gcn.notices.rare")
    receivers.until_pushed(b"1")
    receivers.until_state(receiving, "connected")
    receivers.broker.create("gcn.notices.rare")
    receivers.broker.produce("gcn.notices.rare", b"rare")
    receivers.until_pushed(b"rare")
    assert receivers.told == []


def test_with_no_topic_there_at_all_it_is_no_trouble_either(receivers):
    receiving = receivers.start("gcn.notices.rare")
    receivers.until_state(receiving, "no topic")
    receivers.broker.create("gcn.notices.rare")
    receivers.broker.produce("gcn.notices.rare", b"rare")
    receivers.until_pushed(b"rare")
    receivers.until_state(receiving, "connected")
    assert receivers.told == []


def test_a_broker_that_goes_away_and_comes_back_costs_nothing(receivers):
    receiving = receivers.start()
    receivers.broker.produce(TOPIC, b"1")
    receivers.until_committed(1)
    receivers.broker.down()
    receivers.until_state(receiving, "disconnected")
    receivers.broker.up()
    receivers.broker.produce(TOPIC, b"2")
    receivers.until_pushed(b"2")
    receivers.until_state(receiving, "connected")
    receivers.until_committed(2)
    assert receivers.relay.bodies == [b"1", b"2"]


def test_what_the_broker_has_no_longer_is_told_with_its_number_and_the_rest_is_read(receivers):
    """The mock keeps about 5 MiB of a partition, GCN a few days."""
    receivers.broker.produce(TOPIC, b"1")
    first = receivers.start()
    receivers.until_committed(1)
    first.stop()
    receivers.broker.produce(TOPIC, *(b"%d" % number + bytes(200_000) for number in range(40)), b"last")
    low, high = receivers.broker.watermarks(TOPIC)
    assert low > 1
    receivers.start()
    receivers.until_pushed(b"last")
    (words,) = receivers.told
    assert f"{low - 1} messages of {TOPIC} (1 to {low - 1}) are no longer" in words
    assert len(receivers.relay.pushed) == 1 + high - low


@pytest.mark.parametrize("code", [NOT_COORDINATOR, REBALANCE_IN_PROGRESS, GROUP_AUTHORIZATION_FAILED])
def test_a_commit_that_fails_is_made_up_by_the_next(receivers, code):
    receiving = receivers.start()
    receivers.until_state(receiving, "connected")
    receivers.broker.fail(OFFSET_COMMIT, code)
    receivers.broker.produce(TOPIC, b"1")
    receivers.until_pushed(b"1")
    receivers.broker.produce(TOPIC, b"2")
    receivers.until_pushed(b"2")
    receivers.until_committed(2)


def test_two_members_share_the_topics_and_one_takes_over_from_the_other(receivers):
    topics = [f"gcn.notices.{number}" for number in range(4)]
    receivers.broker.create(*topics)
    first = receivers.start(*topics)
    for topic in topics:
        receivers.broker.produce(topic, f"{topic} 1".encode())
    receivers.until_pushed(*(f"{topic} 1".encode() for topic in topics))
    second = receivers.start(*topics)
    receivers.until_state(second, "connected")
    for topic in topics:
        receivers.broker.produce(topic, f"{topic} 2".encode())
    receivers.until_pushed(*(f"{topic} 2".encode() for topic in topics))
    first.stop()
    for topic in topics:
        receivers.broker.produce(topic, f"{topic} 3".encode())
    receivers.until_pushed(*(f"{topic} 3".encode() for topic in topics))
    for topic in topics:
        receivers.until_committed(3, topic)


def test_a_rebalance_while_the_relay_is_away_loses_nothing(receivers):
    topics = [f"gcn.notices.{number}" for number in range(2)]
    receivers.broker.create(*topics)
    receivers.relay.away()
    bodies = [f"{topic} {number}".encode() for topic in topics for number in range(3)]
    for topic in topics:
        receivers.broker.produce(topic, *(body for body in bodies if body.startswith(topic.encode())))
    first = receivers.start(*topics)
    until(lambda: receivers.relay.tried, "the first tries")
    second = receivers.start(*topics)
    receivers.until_state(second, "connected")
    receivers.until_state(first, "connected")
    receivers.relay.back()
    receivers.until_pushed(*bodies)
    for topic in topics:
        receivers.until_committed(3, topic)
    assert not [words for words in receivers.told if "no longer" in words or "anew" in words]


def test_what_was_in_hand_while_its_partition_changed_hands_is_not_committed_by_us(receivers, monkeypatch):
    """It would set the group back to behind what its new owner has committed."""
    receiving = receivers.start()
    path, committed = path_of(receiving), []
    monkeypatch.setattr(path, "_commit", lambda _, message: committed.append(message.value()))

    def says(body):
        if body == b"in hand":
            path._revoked(None, [])

    receivers.relay.says = says
    receivers.broker.produce(TOPIC, b"before", b"in hand", b"after")
    receivers.until_pushed(b"after")
    until(lambda: b"after" in committed, "it goes on")
    assert committed == [b"before", b"after"]


def test_whatever_happens_on_the_way_each_message_comes_in_its_order(receivers):
    """The relay away, the broker away, a receiver that ends, two at once: in turn, with messages in each."""
    numbers = iter(range(1000))

    def more():
        receivers.broker.produce(TOPIC, *(b"%04d" % next(numbers) for _ in range(10)))

    first = receivers.start()
    more()
    receivers.until_pushed(b"0009")
    receivers.relay.away()
    more()
    tried = receivers.relay.tried
    until(lambda: receivers.relay.tried > tried, "it tries")
    first.stop()
    second = receivers.start()
    more()
    receivers.relay.back()
    receivers.until_pushed(b"0029")
    receivers.broker.down()
    receivers.until_state(second, "disconnected")
    receivers.broker.up()
    more()
    third = receivers.start()
    receivers.until_pushed(b"0039")
    receivers.until_state(third, "connected")
    second.stop()
    more()
    receivers.until_committed(50)
    seen = list(dict.fromkeys(receivers.relay.bodies))
    assert seen == [b"%04d" % number for number in range(50)]
    assert receivers.told == []


def test_after_a_fatal_error_a_new_consumer_goes_on(receivers, monkeypatch):
    monkeypatch.setattr("ovro_alert.streams.paths.AGAIN_S", 0.05)
    receiving = receivers.start()
    receivers.until_state(receiving, "connected")
    path_of(receiving)._link.trouble(KafkaError(KafkaError._FATAL, "fenced", fatal=True))
    until(lambda: receivers.told, "people hear of it")
    receivers.broker.produce(TOPIC, b"after")
    receivers.until_pushed(b"after")
    assert "begins again" in receivers.told[0]


def test_one_old_offset_of_a_topic_that_was_begun_anew_is_told(told):
    offsets = Offsets("lvk", "GCN's Kafka", told.append)
    offsets._next = {(TOPIC, 0): 500}
    offsets.pass_by(None, Came(3))
    assert "begun anew" in told[0]
    offsets.pass_by(None, Came(4))
    assert len(told) == 1


def test_a_gap_that_transactions_leave_is_no_loss(told):
    """The broker still has what lies before it."""
    offsets = Offsets("lvk", "GCN's Kafka", told.append)
    offsets.pass_by(None, Came(3))
    offsets.pass_by(Whole(), Came(5))
    assert told == []


def test_many_threads_end_soon_when_told_whatever_they_do(receivers):
    """Stopping does not wait for a relay that is away, nor for the group."""
    receivers.relay.away()
    receivers.broker.produce(TOPIC, b"1")
    receiving = receivers.start()
    until(lambda: receivers.relay.tried, "a try")
    began = time.monotonic()
    receiving.stop()
    assert time.monotonic() - began < 5
    assert not [thread for thread in threading.enumerate() if thread.name == "lvk-gcn-kafka" and thread.is_alive()]
