"""Kafka consumers: where GCN's brokers are, as whom we log in, and what librdkafka is told.

gcn_kafka puts the login together; librdkafka fetches each token from GCN itself, and a new one before it runs out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, NamedTuple

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from gcn_kafka import Consumer as GcnConsumer

from ovro_alert.accounts import GcnAccount
from ovro_alert.errors import CannotStartError
from ovro_alert.streams.kafka_log import LOG

log = logging.getLogger(__name__)

LARGEST_BYTES = 5 * 1024 * 1024
"""More than GCN's largest message, 4 MiB."""

DEFAULTS: dict[str, object] = {
    "socket.keepalive.enable": True,
    "reconnect.backoff.ms": 2000,
    "message.max.bytes": LARGEST_BYTES,
    "fetch.message.max.bytes": LARGEST_BYTES,
    "queued.max.messages.kbytes": 16384,
    "session.timeout.ms": 10000,
    "topic.metadata.refresh.interval.ms": 30000,
    "statistics.interval.ms": 5000,
    "log.connection.close": False,
}
"""What may be changed by the setting gcn.config. A topic that appears later is found with the metadata; a receiver that
was killed holds up the next one for as long as the brokers take it for alive, the session. While no broker answers,
librdkafka tries each time after half of its backoff, and does not slow down."""

OF_DRILLS: dict[str, object] = {
    "fetch.wait.max.ms": 20,
    "session.timeout.ms": 6000,
    "topic.metadata.refresh.interval.ms": 1000,
    "statistics.interval.ms": 1000,
}
"""The same for brokers without a login: most likely librdkafka's own mock cluster. It answers an empty fetch at the end
of its time only, even when something has come, and lets nobody back into a group before the session is over."""

PROMISED: dict[str, object] = {
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "auto.offset.reset": "earliest",
    "enable.partition.eof": True,
}
"""What must not be: the offset is the spool."""

NO_LOGIN = (
    "no credentials for GCN's Kafka: make them at https://gcn.nasa.gov/quickstart and set GCN_CLIENT_ID and "
    "GCN_CLIENT_SECRET (or gcn.credentials_file); or name brokers that want none: --brokers HOST:PORT"
)


class Callbacks(NamedTuple):
    """Called by a consumer within its `poll`: with errors, and with statistics as JSON."""

    on_error: Callable[[KafkaError], None]
    on_statistics: Callable[[str], None]


def on_commit(error: KafkaError | None, partitions: list[TopicPartition]) -> None:
    """Say that a commit failed: the next one says it too, or the notice comes again, and does no harm."""
    if error is not None:
        log.warning("not committed: %s: %s", ", ".join(one.topic for one in partitions), error)


class Consumers:
    """Makes consumers. With `brokers` (`host:port`, commas between) there is no login; else there must be one."""

    def __init__(self, account: GcnAccount, brokers: str | None) -> None:
        given = properties(account.config)
        self._group = account.group
        self._may = DEFAULTS | OF_DRILLS | given
        self._where: dict[str, object] = {"bootstrap.servers": brokers, "security.protocol": "plaintext"}
        if brokers is None:
            login = account.login()
            if login is None:
                raise CannotStartError(NO_LOGIN)
            self._may = DEFAULTS | given
            self._where = {"domain": account.domain, "client_id": login.id, "client_secret": login.secret}
        self._check()

    def member(self, of: str, callbacks: Callbacks) -> Consumer:
        """Return a member of our group of that name: it goes on where the group has committed."""
        return self._make({"group.id": f"{self._group}-{of}", "on_commit": on_commit}, callbacks)

    def alone(self, callbacks: Callbacks | None = None) -> Consumer:
        """Return a consumer that is in no group: it reads what it is assigned, and commits nothing."""
        return self._make({}, callbacks)

    def _check(self) -> None:
        """See now whether librdkafka understands what it is told; without a login, so that nobody is asked for one."""
        build(self._may | {"bootstrap.servers": "", "security.protocol": "plaintext", "log_level": 0}).close()

    def _make(self, purpose: dict[str, object], callbacks: Callbacks | None) -> Consumer:
        where: dict[str, Any] = dict(self._where)
        if "client_secret" in where:
            where["client_secret"] = where["client_secret"].get_secret_value()
        config = self._may | where | PROMISED | purpose
        config["logger"] = LOG
        if callbacks is not None:
            config |= {"error_cb": callbacks.on_error, "stats_cb": callbacks.on_statistics}
        return build(config)


def build(config: dict[str, Any]) -> Consumer:
    """Make one, or say what is wrong with what it is told."""
    try:
        return GcnConsumer(config)
    except (KafkaException, TypeError, ValueError) as error:
        message = f"no Kafka consumer can be made: {error}; is the setting gcn.config right?"
        raise CannotStartError(message) from None


def properties(text: str) -> dict[str, object]:
    """Read `name=value name=value`."""
    found: dict[str, object] = {}
    for word in text.split():
        name, equals, value = word.partition("=")
        if not (name and equals):
            message = f"gcn.config: {word!r} is not name=value"
            raise CannotStartError(message)
        found[name] = value
    return found
