"""GCN's Kafka as a path: the offset is the spool, committed only when the relay has the notice.

A message that is not delivered stays where it is, at the broker, and so do all behind it: the next start goes on there.
What is delivered and not yet committed when we die is delivered again; the relay knows it by its bytes.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from ovro_alert.accounts import GcnAccount
from ovro_alert.keeping.envelope import Envelope
from ovro_alert.notices import content_type_of
from ovro_alert.streams.delivering import Delivering
from ovro_alert.streams.kafka_consumers import NO_LOGIN, Consumers
from ovro_alert.streams.kafka_fresh import OLD_S, POLL_S, Beside, waited_s
from ovro_alert.streams.kafka_link import Link
from ovro_alert.streams.kafka_offsets import Offsets, place_of
from ovro_alert.streams.paths import Health
from ovro_alert.streams.receiving import Receiving
from ovro_alert.times import Clock

log = logging.getLogger(__name__)

NAME = "gcn-kafka"


class KafkaPath:
    """The topics of one stream, read as a member of its group."""

    name = NAME

    def __init__(
        self,
        receiving: Receiving,
        consumers: Consumers,
        topics: Collection[str],
        tell: Callable[[str], None],
        clock: Clock,
    ) -> None:
        self._receiving = receiving
        self._consumers = consumers
        self._topics = list(topics)
        self._clock = clock
        self._stopping = threading.Event()
        self._link = Link(receiving.stream, tell, clock, receiving.heartbeat.soon)
        self._offsets = Offsets(receiving.stream, "GCN's Kafka", tell)
        self._delivering = receiving.delivering(NAME)
        self._beside = Beside(consumers, partial(self._deliver, receiving.delivering(f"{NAME} fresh")), clock)
        self._ahead: deque[Message] = deque()
        self._waits: Message | None = None
        self._last_notice: datetime | None = None
        self._empty = 0
        self._turn = 0
        self._paused = False

    def run(self) -> None:
        """Read until `stop`; raises what a new consumer may mend."""
        consumer = self._consumers.member(self._receiving.stream, self._link.callbacks)
        try:
            consumer.subscribe(self._topics, on_assign=self._assigned, on_revoke=self._revoked)
            while not self._stopping.is_set():
                message = self._ahead.popleft() if self._ahead else consumer.poll(POLL_S)
                if message is not None:
                    self._take(consumer, message)
                self._link.check()
        finally:
            self._ahead.clear()
            self._waits, self._paused = None, False
            self._beside.end()
            consumer.close()

    def stop(self) -> None:
        """Have `run` return: what waits for the relay is given up, and still at the broker."""
        self._stopping.set()

    def health(self) -> Health:
        """Say how the link is, how long the message in hand has waited, and how many are behind it."""
        waits = self._waits
        return Health(
            state=self._link.state,
            last_notice=self._last_notice,
            lag_s=0.0 if waits is None else waited_s(waits, self._clock.now()),
            detail={"behind": self._link.behind, "beside_backlog": self._beside.reads, "empty": self._empty},
        )

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        log.info("ours are now: %s", ", ".join(one.topic for one in partitions) or "none")
        self._forget()
        self._offsets.assigned(consumer, partitions)

    def _revoked(self, _: Consumer, partitions: list[TopicPartition]) -> None:
        log.info("no longer ours: %s", ", ".join(one.topic for one in partitions) or "none")
        self._forget()

    def _forget(self) -> None:
        """Leave what is in hand or ahead to whoever has its partition now, who is given it again and commits it."""
        self._turn += 1
        self._beside.end()
        self._ahead.clear()

    def _take(self, consumer: Consumer, message: Message) -> None:
        error = message.error()
        if error is not None:
            self._trouble(message, error)
            return
        self._link.came()
        self._offsets.pass_by(consumer, message)
        self._beside.see(consumer, message)
        turn = self._turn
        if not message.value():
            self._empty += 1
        elif not self._beside.has(message):
            self._waits = message
            settled = self._deliver(self._delivering, message, partial(self._stay, consumer))
            self._waits = None
            if not settled:
                return
            if self._paused:
                consumer.resume(consumer.assignment())
                self._paused = False
        if turn == self._turn:
            self._commit(consumer, message)

    def _trouble(self, message: Message, error: KafkaError) -> None:
        if error.code() == KafkaError._PARTITION_EOF:
            self._beside.caught_up(place_of(message))
        else:
            self._link.trouble(error)

    def _deliver(self, delivering: Delivering, message: Message, wait: Callable[[float], bool]) -> bool:
        now = self._clock.now()
        body = message.value() or b""
        notice = Envelope(body, content_type_of(body), now, NAME)
        aside = partial(self._receiving.refuse, notice)
        outcome = delivering.deliver(notice, aside, wait, backlog=waited_s(message, now) > OLD_S)
        self._last_notice = now
        return outcome != "given up"

    def _stay(self, consumer: Consumer, wait_s: float) -> bool:
        """Wait, and stay in the group: with all paused, so that nothing comes; what comes all the same is next."""
        self._paused = True
        until = self._clock.monotonic() + wait_s
        while not self._stopping.is_set() and (left_s := until - self._clock.monotonic()) > 0:
            consumer.pause(consumer.assignment())
            message = consumer.poll(min(left_s, POLL_S))
            if message is None:
                continue
            if (error := message.error()) is not None:
                self._trouble(message, error)
            else:
                self._ahead.append(message)
        return self._stopping.is_set()

    def _commit(self, consumer: Consumer, message: Message) -> None:
        """Commit in the background. If that fails the next one says it too, or the notice comes again: no harm."""
        try:
            consumer.commit(message=message, asynchronous=True)
        except KafkaException as error:
            log.warning("not committed, it may come again: %s", error)


def add_gcn(
    receiving: Receiving,
    account: GcnAccount,
    brokers: str | None,
    topics: Collection[str],
    tell: Callable[[str], None],
    clock: Clock,
) -> Consumers | None:
    """Take GCN's Kafka in as a path of a stream, and return its consumers; without credentials, leave it out."""
    if brokers is None and account.login() is None:
        receiving.leave_out(NAME, NO_LOGIN)
        return None
    consumers = Consumers(account, brokers)
    receiving.add(KafkaPath(receiving, consumers, topics, tell, clock))
    return consumers
