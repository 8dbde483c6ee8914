"""SCiMMA Hopskotch as a path: LIGO/Virgo/KAGRA's alerts in Avro, from other brokers than GCN's.

A message is confirmed to Hopskotch when the relay has it; one that is not delivered stays there, with all behind it.
The bytes are passed on as they came: whether they are Avro, and what they say, is the relay's to find out.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from confluent_kafka import KafkaError, KafkaException

from ovro_alert.accounts import HopAccount
from ovro_alert.keeping.envelope import Envelope
from ovro_alert.notices import TEST_PATH, content_type_of
from ovro_alert.streams.hopskotch_login import Hopskotch, hopskotch
from ovro_alert.streams.kafka_fresh import OLD_S
from ovro_alert.streams.paths import Health
from ovro_alert.streams.reach import Reach
from ovro_alert.streams.receiving import Receiving
from ovro_alert.streams.restraint import Restraint
from ovro_alert.times import Clock, age_s

log = logging.getLogger(__name__)

NAME = "hop"
NAME_OF_TESTS = f"{NAME}{TEST_PATH}"
"""The path of a message with the header `_test`: what it says may be as real as can be, and it is not."""
NO_LOGIN = "no credentials for SCiMMA Hopskotch (hop.username and hop.password, or hop.credentials_file)"

POLL = timedelta(seconds=0.5)
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0
"""Between tries to open: twice as long each time."""

HANGS_S = 5.0
"""A confirmation that takes longer means that the broker is away: hop waits for it without end."""

FORMATS = {"avro": "application/avro", "json": "application/json", "voevent": "application/xml"}
"""What hop writes into a message's header `_format`, and what that is."""
OUTSIDE = "external"
"""The same for a message whose bytes are kept elsewhere."""


class HopskotchPath:
    """One topic of Hopskotch, read for one stream."""

    name = NAME

    def __init__(self, receiving: Receiving, source: Hopskotch, tell: Callable[[str], None], clock: Clock) -> None:
        self._receiving = receiving
        self._source = source
        self._clock = clock
        self._stream = receiving.stream
        self._reach = Reach(f"{receiving.stream} receiver: SCiMMA Hopskotch", tell, clock)
        self._tell = Restraint(tell, clock)
        self._delivering = receiving.delivering(NAME)
        self._stopping = threading.Event()
        self._reader: Any = None
        self._state = "connecting"
        self._last_notice: datetime | None = None
        self._waits_since: datetime | None = None
        self._confirms_since: float | None = None
        self._counts = {"empty": 0, "tests": 0, "outside": 0}

    def run(self) -> None:
        """Read until `stop`, and open it again for ever."""
        wait_s = FIRST_WAIT_S
        while not self._stopping.is_set():
            why = self._open()
            if why is None:
                wait_s = FIRST_WAIT_S
                self._read()
            else:
                self._reach.missed(why)
            self._clock.wait(self._stopping, wait_s)
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)

    def stop(self) -> None:
        """Have `run` return: what waits for the relay is given up, and still at Hopskotch."""
        self._stopping.set()
        reader = self._reader
        if reader is not None:
            reader.stop()

    def health(self) -> Health:
        """Say how it is reached, and how long the message in hand has waited there."""
        since = self._confirms_since
        if since is not None and self._clock.monotonic() - since > HANGS_S:
            self._say("disconnected")
            self._reach.missed("it does not answer")
        waits = self._waits_since
        return Health(
            state=self._state,
            last_notice=self._last_notice,
            lag_s=0.0 if waits is None else max(0.0, age_s(waits, self._clock.now())),
            detail=dict(self._counts),
        )

    def _open(self) -> str | None:
        """Open it, or say why that fails."""
        try:
            self._source.listens()
        except OSError as error:
            self._say("disconnected")
            return f"nobody listens at {self._source.url}: {error}"
        try:
            self._reader = self._source.open(self._troubled)
        except (KafkaException, ValueError) as error:
            self._say("refused")
            return f"{self._source.url} answers, and nothing can be read there: login, leave for the topic? {error}"
        self._reach.reached()
        self._say("connected")
        return None

    def _troubled(self, error: KafkaError) -> None:
        """Take an error from within the reader: a new one shows how things are."""
        log.info("Hopskotch: %s", error)
        if self._reader is not None:
            self._reader.stop()

    def _read(self) -> None:
        reader = self._reader
        try:
            if self._stopping.is_set():  # from here on `stop` ends the reader
                return
            for body, about in reader.read_raw(metadata=True, autocommit=False, batch_size=1, batch_timeout=POLL):
                if not self._take(body, about):
                    return
                self._confirms_since = self._clock.monotonic()
                reader.mark_done(about, asynchronous=False)
                self._confirms_since = None
        except KafkaException as error:
            log.info("Hopskotch: %s", error)
        finally:
            self._reader = self._confirms_since = None
            reader.close()

    def _take(self, body: bytes | None, about: Any) -> bool:  # noqa: ANN401 - hop has no types
        """Deliver one message; whether that is settled, one way or the other."""
        headers = dict(about.headers or ())
        is_test = "_test" in headers
        self._counts["tests"] += is_test
        if not body:
            self._counts["empty"] += 1
            return True
        form = (headers.get("_format") or b"").decode(errors="replace").lower()
        now = self._clock.now()
        path = NAME_OF_TESTS if is_test else NAME
        notice = Envelope(body, FORMATS.get(form) or content_type_of(body), now, path)
        if form == OUTSIDE:
            self._set_aside(notice)
            return True
        since = written(about, now)
        self._waits_since = since
        aside = partial(self._receiving.refuse, notice)
        wait = partial(self._clock.wait, self._stopping)
        outcome = self._delivering.deliver(notice, aside, wait, backlog=age_s(since, now) > OLD_S)
        self._waits_since, self._last_notice = None, now
        return outcome != "given up"

    def _set_aside(self, notice: Envelope) -> None:
        """Keep and tell what is only a word of where the notice is: nothing is fetched from elsewhere."""
        self._counts["outside"] += 1
        why = f"its bytes are kept elsewhere and are not fetched: {notice.body[:300]!r}"
        aside = self._receiving.refuse(notice, why)
        self._tell(f"{self._stream} receiver: a large message of SCiMMA Hopskotch is set aside in {aside}: {why}")

    def _say(self, state: str) -> None:
        if state != self._state:
            log.info("Hopskotch: %s", state)
            self._state = state
            self._receiving.heartbeat.soon()


def add_hopskotch(receiving: Receiving, account: HopAccount, tell: Callable[[str], None], clock: Clock) -> None:
    """Take Hopskotch in as a path of a stream; without credentials, leave it out."""
    source = hopskotch(account)
    if source is None:
        receiving.leave_out(NAME, NO_LOGIN)
    else:
        receiving.add(HopskotchPath(receiving, source, tell, clock))


def written(about: Any, now: datetime) -> datetime:  # noqa: ANN401 - hop has no types
    """Return when a message was put there; now, if the broker does not say."""
    return datetime.fromtimestamp(about.timestamp / 1000, UTC) if about.timestamp > 0 else now
