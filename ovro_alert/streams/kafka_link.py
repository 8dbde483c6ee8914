"""The link to Kafka's brokers: what a consumer's errors and statistics say of it, and when people must hear of it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator

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


NOBODY = "no broker answers"
NOT_IN = "it answers, and does not take us into our group: has a member died whose time is not over?"
NOT_BEGUN = frozenset({"init", "wait-metadata"})
"""What librdkafka says of a member that does not ask to be let in: there is no topic that it could read."""


class Link:
    """How the brokers are reached; fed by one consumer, whatever consumer that is at the time.

    Attributes
    ----------
    state
        `connecting`, `connected`, `no topic`, `joining`, `disconnected`, `unauthorised`, or `refused`: we are let in
        and not let read.
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
        self._why = NOBODY
        self._refused = False
        self._not_ours = False
        self._fatal: KafkaError | None = None

    def trouble(self, error: KafkaError) -> None:
        """Take an error, from a message or from the consumer itself."""
        code, text = error.code(), error.str()
        if error.fatal():
            self._fatal = error
        elif code in NO_ALERT_YET:
            log.info("no recent alert there: %s", text)
        elif code in NOT_OURS:
            self._not_ours = True
            self._say("refused")
            self._tell(f"{self._stream} receiver: GCN's Kafka does not let us read: {text}")
        elif code in LOGIN_REFUSED and REFUSAL.search(text):
            self._refused, self._why = True, f"{ADVICE}. It said: {text[:300]}"
            self._say("unauthorised")
        else:
            self._why = text[:300]
            log.debug("%s", error)  # librdkafka has logged it

    def came(self) -> None:
        """Say that a message has come: something may be read."""
        self._not_ours = False

    def check(self) -> None:
        """Raise what a consumer cannot go on from; a new one can."""
        fatal, self._fatal = self._fatal, None
        if fatal is not None:
            raise KafkaException(fatal)

    def seen(self, statistics: str) -> None:
        """Take librdkafka's statistics: is a broker there, are we in the group, and how far behind."""
        now = json.loads(statistics)
        up = any(broker["state"] == "UP" for broker in now["brokers"].values())
        group = now.get("cgrp", {})
        idle = group.get("state") == "up" and group["join_state"] in NOT_BEGUN and not now["topics"]
        if up and (idle or group.get("join_state") == "steady"):
            self._refused, self._why = False, NOBODY
            self._reach.reached()
            self._say("refused" if self._not_ours else "no topic" if idle else "connected")
        else:
            self._reach.missed(NOT_IN if up else self._why)
            self._say("unauthorised" if self._refused else "joining" if up else "disconnected")
        behind = {name: sum(_behind(topic)) for name, topic in now["topics"].items()}
        self.behind = {name: messages for name, messages in behind.items() if messages}

    def _say(self, state: str) -> None:
        if state != self.state:
            log.info("GCN's Kafka: %s", state)
            self.state = state
            self._changed()


def _behind(topic: dict[str, dict[str, dict[str, int]]]) -> Iterator[int]:
    """Return how many messages there are in each partition from where the group stands; at first, from the earliest."""
    for name, one in topic["partitions"].items():
        stands = one["lo_offset"] if one["committed_offset"] < 0 else one["committed_offset"]
        if name != "-1" and stands >= 0:
            yield max(0, one["hi_offset"] - stands)
