"""A broker that speaks Kafka's protocol: librdkafka's own mock cluster, on a free port of 127.0.0.1.

It keeps groups and committed offsets, loses its memory with its process, and keeps about 5 MiB of each partition.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Iterator
from pathlib import Path

import confluent_kafka
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

(LIBRARY,) = (Path(confluent_kafka.__file__).parents[1] / "confluent_kafka.libs").glob("librdkafka-*.so*")
RDKAFKA = ctypes.CDLL(str(LIBRARY))
PRODUCER = 0
CONFIG = (
    "session.timeout.ms=2000 heartbeat.interval.ms=200 topic.metadata.refresh.interval.ms=200 fetch.wait.max.ms=20 "
    "statistics.interval.ms=100 reconnect.backoff.ms=50 reconnect.backoff.max.ms=200"
)
"""What receivers are told in tests (setting gcn.config), so that nobody waits for seconds."""

for name, result, arguments in (
    ("rd_kafka_new", ctypes.c_void_p, [ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]),
    ("rd_kafka_destroy", None, [ctypes.c_void_p]),
    ("rd_kafka_mock_cluster_new", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_int]),
    ("rd_kafka_mock_cluster_destroy", None, [ctypes.c_void_p]),
    ("rd_kafka_mock_cluster_bootstraps", ctypes.c_char_p, [ctypes.c_void_p]),
    ("rd_kafka_mock_group_initial_rebalance_delay_ms", None, [ctypes.c_void_p, ctypes.c_int32]),
    ("rd_kafka_mock_topic_create", ctypes.c_int, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_int]),
    ("rd_kafka_mock_broker_set_down", ctypes.c_int, [ctypes.c_void_p, ctypes.c_int32]),
    ("rd_kafka_mock_broker_set_up", ctypes.c_int, [ctypes.c_void_p, ctypes.c_int32]),
    ("rd_kafka_mock_clear_request_errors", None, [ctypes.c_void_p, ctypes.c_int16]),
    (
        "rd_kafka_mock_push_request_errors_array",
        None,
        [ctypes.c_void_p, ctypes.c_int16, ctypes.c_size_t, ctypes.POINTER(ctypes.c_int)],
    ),
):
    function = getattr(RDKAFKA, name)
    function.restype, function.argtypes = result, arguments


class KafkaBroker:
    """One broker; `address` is HOST:PORT."""

    def __init__(self) -> None:
        why = ctypes.create_string_buffer(200)
        self.instance = RDKAFKA.rd_kafka_new(PRODUCER, None, why, len(why))
        assert self.instance, why.value
        self.cluster = RDKAFKA.rd_kafka_mock_cluster_new(self.instance, 1)
        RDKAFKA.rd_kafka_mock_group_initial_rebalance_delay_ms(self.cluster, 0)
        self.address = RDKAFKA.rd_kafka_mock_cluster_bootstraps(self.cluster).decode()
        self.watchers: dict[str, Consumer] = {}
        self.producer = Producer(
            {"bootstrap.servers": self.address, "linger.ms": 0, "message.max.bytes": 8_000_000, "log_level": 0}
        )

    def create(self, *topics: str) -> None:
        """Make topics of one partition, as GCN's are."""
        for topic in topics:
            assert RDKAFKA.rd_kafka_mock_topic_create(self.cluster, topic.encode(), 1, 1) == 0

    def produce(self, topic: str, *bodies: bytes | None, age_s: float = 0.0) -> None:
        """Put messages in, stamped with a moment that long ago; they are there on return."""
        for body in bodies:
            self.producer.produce(topic, body, partition=0, timestamp=int((time.time() - age_s) * 1000))
        assert self.producer.flush(10) == 0

    def fail(self, api: int, *codes: int) -> None:
        """Have the next requests of that kind fail, one by one."""
        errors = (ctypes.c_int * len(codes))(*codes)
        RDKAFKA.rd_kafka_mock_push_request_errors_array(self.cluster, api, len(codes), errors)

    def mend(self, api: int) -> None:
        """Have requests of that kind fail no more."""
        RDKAFKA.rd_kafka_mock_clear_request_errors(self.cluster, api)

    def down(self) -> None:
        """Refuse all connections, and end those that are open."""
        assert RDKAFKA.rd_kafka_mock_broker_set_down(self.cluster, 1) == 0

    def up(self) -> None:
        """Be back."""
        assert RDKAFKA.rd_kafka_mock_broker_set_up(self.cluster, 1) == 0

    def committed(self, group: str, topic: str) -> int:
        """Return the offset that the group goes on from; negative if it has committed none."""
        (partition,) = self._watcher(group).committed([TopicPartition(topic, 0)], timeout=10)
        return int(partition.offset)

    def watermarks(self, topic: str) -> tuple[int, int]:
        """Return the first offset that is there, and the one that comes next."""
        low, high = self._watcher("nobody").get_watermark_offsets(TopicPartition(topic, 0), timeout=10)
        return low, high

    def _watcher(self, group: str) -> Consumer:
        """Return a consumer that asks about a group and is not in it."""
        if group not in self.watchers:
            config = {"bootstrap.servers": self.address, "group.id": group, "log_level": 0}
            self.watchers[group] = Consumer(config | {"reconnect.backoff.max.ms": 200})
        return self.watchers[group]

    def close(self) -> None:
        for watcher in self.watchers.values():
            watcher.close()
        RDKAFKA.rd_kafka_mock_cluster_destroy(self.cluster)
        RDKAFKA.rd_kafka_destroy(self.instance)


@pytest.fixture
def broker() -> Iterator[KafkaBroker]:
    running = KafkaBroker()
    yield running
    running.close()
