"""Offsets: where we stand in each partition, and what was no longer there when we came for it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

log = logging.getLogger(__name__)

ASK_S = 5.0

Place = tuple[str, int]
"""A topic and its partition."""


def place_of(of: Message | TopicPartition) -> Place:
    """Return where a message is from, or what a partition is."""
    if isinstance(of, TopicPartition):
        return of.topic, of.partition
    return of.topic() or "", of.partition() or 0


class Offsets:
    """Notices a gap: librdkafka goes on by itself, at the earliest that is there, and says so in its log only."""

    def __init__(self, stream: str, where: str, tell: Callable[[str], None]) -> None:
        self._stream = stream
        self._where = where
        self._tell = tell
        self._next: dict[Place, int] = {}

    def assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Learn where the group stands in the partitions that are ours from now on."""
        self._next.clear()
        try:
            committed = consumer.committed(partitions, timeout=ASK_S)
        except KafkaException as error:
            log.warning("where the group stands is not known, a gap before its next message is not seen: %s", error)
            return
        self._next = {place_of(one): one.offset for one in committed if one.offset >= 0}

    def pass_by(self, consumer: Consumer, message: Message) -> None:
        """Take note of a message; tell if those before it were lost, or if they are ones that we had."""
        place, offset = place_of(message), message.offset() or 0
        expected = self._next.get(place, offset)
        self._next[place] = offset + 1
        if offset > expected and self._first(consumer, place, offset) > expected:
            lost = f"{offset - expected} messages of {place[0]} ({expected} to {offset - 1})"
            self._tell(
                f"{self._stream} receiver: {lost} are no longer at {self._where}; notices among them are lost, unless "
                "they came by another path. Look at their archive (GraceDB, gcn.nasa.gov) for what is missing"
            )
        elif offset < expected:
            anew = f"{place[0]} goes on at {offset}, and we stood at {expected}"
            self._tell(f"{self._stream} receiver: {anew}: it was begun anew; the earliest that is there is read")

    @staticmethod
    def _first(consumer: Consumer, place: Place, offset: int) -> int:
        """Return the first offset that is still there; a gap above it is what transactions leave, not a loss."""
        try:
            found: tuple[int, int] | None = consumer.get_watermark_offsets(TopicPartition(*place), timeout=ASK_S)
        except KafkaException:
            found = None
        return offset if found is None else found[0]
