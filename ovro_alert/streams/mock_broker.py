"""A Kafka broker within this process, for the demo: librdkafka's own mock cluster, on a free port of 127.0.0.1."""

from __future__ import annotations

from confluent_kafka import KafkaException, Producer

from ovro_alert.errors import BrokerAwayError

ANSWER_S = 5.0


class MockBroker:
    """One broker with one topic; it ends, and forgets everything, with the process that made it.

    Attributes
    ----------
    address
        HOST:PORT, for anybody on this machine.
    """

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._producer = Producer({"test.mock.num.brokers": 1, "linger.ms": 0, "log_level": 3})
        try:
            (broker,) = self._producer.list_topics(topic, timeout=ANSWER_S).brokers.values()  # asked for, it is made
        except (KafkaException, ValueError) as error:
            message = f"librdkafka's mock cluster does not answer: {error}"
            raise BrokerAwayError(message) from error
        self.address = f"{broker.host}:{broker.port}"

    def publish(self, body: bytes) -> None:
        """Put one message in; it is there on return."""
        self._producer.produce(self._topic, body, partition=0)
        if self._producer.flush(ANSWER_S):
            message = f"the broker on {self.address} did not take a message"
            raise BrokerAwayError(message)
