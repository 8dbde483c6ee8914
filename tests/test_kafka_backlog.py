"""An old backlog does not delay a fresh alert, and each of them still comes exactly once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from confluent_kafka import OFFSET_END, KafkaError, TopicPartition

from ovro_alert.errors import RelayAwayError
from ovro_alert.streams.kafka_fresh import OLD_S, Reader, is_known
from tests.clocks import NOON, HandClock
from tests.kafka_receivers import TOPIC, detail_of, until

OLD = 300


def begin(receivers, count=OLD):
    """Have a receiver in the middle of a backlog, reading beside it; the relay takes what is fresh, nothing old yet."""

    def says(body):
        if body.startswith(b"old"):
            raise RelayAwayError("not this one")

    receivers.relay.says = says
    receivers.broker.produce(TOPIC, *(b"old %d" % number for number in range(count)), age_s=OLD_S + 10)
    receiving = receivers.start()
    until(lambda: detail_of(receiving.status())["beside_backlog"], "it reads beside the backlog")
    return receiving


def test_a_fresh_alert_overtakes_three_hundred_old_ones_and_each_comes_once(receivers):
    begin(receivers)
    receivers.broker.produce(TOPIC, b"fresh")
    receivers.until_pushed(b"fresh")
    assert receivers.relay.bodies == [b"fresh"]
    receivers.relay.back()
    receivers.until_committed(OLD + 1)
    assert receivers.relay.bodies == [b"fresh", *(b"old %d" % number for number in range(OLD))]
    assert receivers.told == []


def test_what_is_old_is_pushed_as_backlog_and_what_is_fresh_is_not(receivers):
    begin(receivers, count=30)
    receivers.broker.produce(TOPIC, b"fresh")
    receivers.until_pushed(b"fresh")
    receivers.relay.back()
    receivers.until_committed(31)
    assert {pushed.backlog for pushed in receivers.relay.pushed if pushed.body.startswith(b"old")} == {True}
    assert [pushed.backlog for pushed in receivers.relay.pushed if pushed.body == b"fresh"] == [False]


def test_when_the_backlog_is_over_the_second_reader_ends_and_the_group_goes_on_alone(receivers):
    receiving = begin(receivers, count=50)
    receivers.relay.back()
    until(lambda: not detail_of(receiving.status())["beside_backlog"], "it has ended")
    receivers.broker.produce(TOPIC, b"later")
    receivers.until_committed(51)
    assert receivers.relay.bodies == [*(b"old %d" % number for number in range(50)), b"later"]


def test_one_old_message_with_nothing_behind_it_is_no_backlog(receivers):
    receivers.broker.produce(TOPIC, b"late", age_s=OLD_S + 10)
    receiving = receivers.start()
    receivers.until_committed(1)
    assert receivers.relay.pushed[0].backlog
    assert not detail_of(receiving.status())["beside_backlog"]


def test_after_the_relay_was_away_for_both_each_comes_once(receivers):
    receivers.relay.away()
    receivers.broker.produce(TOPIC, *(b"old %d" % number for number in range(100)), age_s=OLD_S + 10)
    receiving = receivers.start()
    until(lambda: detail_of(receiving.status())["beside_backlog"], "it reads beside the backlog")
    receivers.broker.produce(TOPIC, b"fresh")
    until(lambda: receivers.relay.tried > 3, "both try")
    receivers.relay.back()
    receivers.until_committed(101)
    assert sorted(Counter(receivers.relay.bodies).values())[-1] == 1
    assert len(receivers.relay.pushed) == 101


def test_stopped_in_the_middle_the_next_start_has_all_that_was_not_delivered(receivers):
    first = begin(receivers, count=100)
    receivers.broker.produce(TOPIC, b"fresh")
    receivers.until_pushed(b"fresh")
    first.stop()
    receivers.relay.back()
    receivers.start()
    receivers.until_committed(101)
    assert set(receivers.relay.bodies) == {b"fresh", *(b"old %d" % number for number in range(100))}


def test_where_the_broker_names_no_offset_it_begins_at_the_end():
    """Else what was asked, a moment in milliseconds, would be taken for an offset."""
    assert is_known(TopicPartition("a", 0, 17))
    assert not is_known(Failed())
    assert not is_known(TopicPartition("a", 0, OFFSET_END))


class Failed:
    """What is answered for a partition that has no leader just now."""

    offset = 1_795_000_000_000
    error = KafkaError(KafkaError.LEADER_NOT_AVAILABLE)


class Asked:
    """A consumer that knows what is fresh in one topic, nothing fresh in the other."""

    def offsets_for_times(self, partitions, timeout):
        self.asked = partitions
        return [TopicPartition("a", 0, 17), TopicPartition("b", 0, OFFSET_END)]


def test_it_begins_with_what_came_in_the_last_two_minutes_not_with_what_comes_from_now_on():
    """The mock cluster does not know offsets by time; GCN's brokers do."""
    asked = Asked()
    reader = Reader(None, [TopicPartition("a", 0, 5), TopicPartition("b", 0, 6)], None, HandClock())
    found = reader._beginnings(asked)
    assert [(one.topic, one.offset) for one in found] == [("a", 17), ("b", OFFSET_END)]
    since = datetime.fromtimestamp(asked.asked[0].offset / 1000, UTC)
    assert since == NOON - timedelta(seconds=OLD_S)
