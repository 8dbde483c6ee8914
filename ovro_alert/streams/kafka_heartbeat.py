"""GCN's heartbeat: about one message in a second, by which a silent night is told from a dead link."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from confluent_kafka import OFFSET_END, TopicPartition

from ovro_alert.streams.kafka_consumers import Callbacks, Consumers
from ovro_alert.streams.kafka_topics import HEARTBEAT
from ovro_alert.streams.paths import Health
from ovro_alert.streams.reach import Reach
from ovro_alert.times import Clock

log = logging.getLogger(__name__)

SILENT_AFTER_S = 60.0
POLL_S = 0.5


class KafkaHeartbeat:
    """Listens in a thread and with a consumer of its own, so that it never delays a notice; commits nothing."""

    name = "heartbeat"

    def __init__(
        self, stream: str, consumers: Consumers, tell: Callable[[str], None], clock: Clock, changed: Callable[[], None]
    ) -> None:
        self._changed = changed
        self._consumers = consumers
        self._clock = clock
        self._reach = Reach(f"{stream} receiver: GCN's heartbeat", tell, clock, SILENT_AFTER_S)
        self._stopping = threading.Event()
        self._last: datetime | None = None
        self._silent_since = clock.monotonic()

    def run(self) -> None:
        """Listen until `stop`; what came before does not matter."""
        consumer = self._consumers.alone(Callbacks(lambda error: log.debug("%s", error), lambda _: None))
        try:
            consumer.assign([TopicPartition(HEARTBEAT, 0, OFFSET_END)])
            while not self._stopping.is_set():
                message = consumer.poll(POLL_S)
                self.heard(beat=message is not None and message.error() is None)
        finally:
            consumer.close()

    def heard(self, *, beat: bool) -> None:
        """Take note of a beat, or that there was none just now."""
        if beat:
            first = self._last is None
            self._last = self._clock.now()
            self._silent_since = self._clock.monotonic()
            self._reach.reached()
            if first:
                self._changed()
        elif self._clock.monotonic() - self._silent_since > 2 * POLL_S:
            self._reach.missed(f"nothing on {HEARTBEAT}")

    def stop(self) -> None:
        """Have `run` return."""
        self._stopping.set()

    def health(self) -> Health:
        """Say when it was last heard; until it has been silent for too long it says nothing against the link."""
        silent = self._clock.monotonic() - self._silent_since > SILENT_AFTER_S
        return Health(state="silent" if silent else "connected", last_heartbeat=self._last)
