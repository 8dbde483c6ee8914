"""Beside an old backlog: a second reader, in no group, delivers what is fresh at once, while the group works it off.

It begins at the first message of the last two minutes and ends when the group has caught up. The group then passes by
what was delivered here, and commits it. Nothing is lost if this reader fails: the group comes to everything in the end.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from confluent_kafka import OFFSET_END, TIMESTAMP_NOT_AVAILABLE, Consumer, Message, TopicPartition

from ovro_alert.streams.kafka_consumers import Consumers
from ovro_alert.streams.kafka_offsets import ASK_S, Place, place_of
from ovro_alert.times import Clock, age_s, seconds

log = logging.getLogger(__name__)

OLD_S = 120.0
"""A message that has been at the broker for longer is backlog."""

POLL_S = 0.2
AGAIN_S = 10.0

Deliver = Callable[[Message, Callable[[float], bool]], bool]
"""Delivers a message, waiting by that function between tries; False if it was given up."""


def waited_s(message: Message, now: datetime) -> float:
    """Return for how many seconds the message has been at the broker; 0 if the broker does not say."""
    kind, stamp_ms = message.timestamp()
    if kind == TIMESTAMP_NOT_AVAILABLE:
        return 0.0
    return max(0.0, age_s(datetime.fromtimestamp(stamp_ms / 1000, UTC), now))


class Beside:
    """Begins and ends the second reader; all but the reader itself is called by the group's thread."""

    def __init__(self, consumers: Consumers, deliver: Deliver, clock: Clock) -> None:
        self._consumers = consumers
        self._deliver = deliver
        self._clock = clock
        self._behind: set[Place] = set()
        self._reader: Reader | None = None
        self._not_before = 0.0

    @property
    def reads(self) -> bool:
        """Whether the second reader is at work."""
        return self._reader is not None and self._reader.reads.is_set()

    def see(self, consumer: Consumer, message: Message) -> None:
        """Look at a message that the group has come to, and whether there is a backlog behind it."""
        place = place_of(message)
        if waited_s(message, self._clock.now()) <= OLD_S or is_last(consumer, message):
            self.caught_up(place)
            return
        self._behind.add(place)
        if (self._reader is None or self._reader.ended.is_set()) and self._clock.monotonic() >= self._not_before:
            self._not_before = self._clock.monotonic() + AGAIN_S
            self._reader = Reader(self._consumers, consumer.assignment(), self._deliver, self._clock)
            self._reader.start()

    def caught_up(self, place: Place) -> None:
        """Take note that the group is at the end of a partition, or in what is fresh there."""
        if place in self._behind:
            self._behind.discard(place)
            if not self._behind:
                self.end()

    def has(self, message: Message) -> bool:
        """Whether the second reader has delivered this."""
        return self._reader is not None and self._reader.has(message)

    def end(self) -> None:
        """End the second reader; what it has delivered stays known."""
        self._behind.clear()
        self._not_before = 0.0
        if self._reader is not None:
            self._reader.stopping.set()


class Reader:
    """One spell of reading what is fresh.

    Attributes
    ----------
    reads, stopping, ended
        Set when it has come to something, be it an end; when it shall end; and when it has.
    """

    def __init__(self, consumers: Consumers, partitions: list[TopicPartition], deliver: Deliver, clock: Clock) -> None:
        self.reads, self.stopping, self.ended = threading.Event(), threading.Event(), threading.Event()
        self._consumers = consumers
        self._partitions = partitions
        self._deliver = deliver
        self._clock = clock
        self._delivered: dict[Place, range] = {}

    def start(self) -> None:
        """Begin, in a thread of its own."""
        log.info("an old backlog: what is fresh is read beside it")
        threading.Thread(target=self._run, name="kafka-fresh", daemon=True).start()

    def has(self, message: Message) -> bool:
        """Whether it has delivered this."""
        return (message.offset() or 0) in self._delivered.get(place_of(message), ())

    def _run(self) -> None:
        try:
            consumer = self._consumers.alone()
            try:
                self._read(consumer)
            finally:
                consumer.close()
        except Exception:
            log.exception("what is fresh is not read beside the backlog now")
        finally:
            self.reads.clear()
            self.ended.set()

    def _read(self, consumer: Consumer) -> None:
        consumer.assign(self._beginnings(consumer))
        while not self.stopping.is_set():
            message = consumer.poll(POLL_S)
            if message is None:
                continue
            self.reads.set()
            if message.error() is not None:
                continue
            if message.value() and not self._deliver(message, self._wait):
                return
            offset = message.offset() or 0
            begun = self._delivered.get(place_of(message), range(offset, offset))
            self._delivered[place_of(message)] = range(begun.start, offset + 1)

    def _beginnings(self, consumer: Consumer) -> list[TopicPartition]:
        """Return where the fresh ones begin; at the end where the broker knows of none, or does not know."""
        since_ms = int((self._clock.now() - seconds(OLD_S)).timestamp() * 1000)
        asked = [TopicPartition(one.topic, one.partition, since_ms) for one in self._partitions]
        found = consumer.offsets_for_times(asked, timeout=ASK_S)
        return [TopicPartition(one.topic, one.partition, one.offset if is_known(one) else OFFSET_END) for one in found]

    def _wait(self, wait_s: float) -> bool:
        return self._clock.wait(self.stopping, wait_s)


def is_known(found: TopicPartition) -> bool:
    """Whether the broker has named an offset; where it has not, what was asked may still stand there."""
    return found.error is None and found.offset >= 0


def is_last(consumer: Consumer, message: Message) -> bool:
    """Whether nothing is known to come after a message."""
    _, high = consumer.get_watermark_offsets(TopicPartition(*place_of(message)), cached=True)
    return high == (message.offset() or 0) + 1
