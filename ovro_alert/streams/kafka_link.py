"""The link to Kafka's brokers: what a consumer's errors and statistics say of it, and when people must hear of it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable

from confluent_kafka import KafkaError, KafkaException

from ovro_alert.streams.kafka_consumers import Callbacks
from ovro_alert.streams.reach import Reach
from ovro_alert.streams.restraint import Restraint
from ovro_alert.times import Clock

log = logging.getLogger(__name__)

LOGIN_REFUSED = frozenset({KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED})
NOT_OURS = frozenset({KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.GROUP_AUTHORIZATION_FAILED})
NO_ALERT_YET = frozenset({KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC, KafkaError._UNKNOWN_PARTITION})
"""So GCN says that a topic had no message for some days: not an error to anybody; the subscription stands."""

REFUSAL = re.compile(r"invalid_|unauthorized|access_denied|\b40[0-3]\b", re.IGNORECASE)
"""What a token server (RFC 6749) or a broker says when it will not have us, and not when it is only away."""

ADVICE = (
    "GCN refuses our login. Credentials are disabled for good after 30 days unused: make new ones at "
    "https://gcn.nasa.gov/quickstart, set GCN_CLIENT_ID and GCN_CLIENT_SECRET, and restart"
)


class Link:
    """How the brokers are reached; fed by one consumer, whatever consumer that is at the time.

    Attributes
    ----------
    state
        `connecting`, `connected`, `joining`, `disconnected` or `unauthorised`.
    behind
        How many messages of each topic the group has not committed, where there are any.
    """

    def __init__(self, stream: str, tell: Callable[[str], None], clock: Clock, changed: Callable[[], None]) -> None:
        self.state = "connecting"
        self.behind: dict[str, int] = {}
        self.callbacks = Callbacks(self.trouble, self.seen)
        self._stream = stream
        self._reach = Reach(f"{stream} receiver: GCN's Kafka", tell, clock)
        self._tell = Restraint(tell, clock)
        self._changed = changed
        self._why = "no broker answers"
        self._refused = False
        self._fatal: KafkaError | None = None

    def trouble(self, error: KafkaError) -> None:
        """Take an error, from a message or from the consumer itself."""
        code, text = error.code(), error.str()
        if error.fatal():
            self._fatal = error
        elif code in NO_ALERT_YET:
            log.info("no recent alert there: %s", text)
        elif code in NOT_OURS:
            self._tell(f"{self._stream} receiver: GCN's Kafka does not let us read: {text}")
        elif code in LOGIN_REFUSED and REFUSAL.search(text):
            self._refused, self._why = True, f"{ADVICE}. It said: {text[:300]}"
            self._say("unauthorised")
        else:
            self._why = text[:300]
            log.debug("%s", error)  # librdkafka has logged it

    def check(self) -> None:
        """Raise what a consumer cannot go on from; a new one can."""
        fatal, self._fatal = self._fatal, None
        if fatal is not None:
            raise KafkaException(fatal)

    def seen(self, statistics: str) -> None:
        """Take librdkafka's statistics: is a broker there, are we in the group, and how far behind."""
        now = json.loads(statistics)
        up = any(broker["state"] == "UP" for broker in now["brokers"].values())
        member = now.get("cgrp", {}).get("join_state") == "steady"
        if up and member:
            self._refused = False
            self._reach.reached()
            self._say("connected")
        else:
            self._reach.missed(self._why)
            self._say("unauthorised" if self._refused else "joining" if up else "disconnected")
        lags = {name: sum(_lags(topic)) for name, topic in now["topics"].items()}
        self.behind = {name: lag for name, lag in lags.items() if lag}

    def _say(self, state: str) -> None:
        if state != self.state:
            log.info("GCN's Kafka: %s", state)
            self.state = state
            self._changed()


def _lags(topic: dict[str, dict[str, dict[str, int]]]) -> list[int]:
    return [max(0, one["consumer_lag"]) for name, one in topic["partitions"].items() if name != "-1"]
