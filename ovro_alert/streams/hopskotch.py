"""SCiMMA Hopskotch as a path: LIGO/Virgo/KAGRA's alerts in Avro, from other brokers than GCN's.

A message is confirmed to Hopskotch when the relay has it; one that is not delivered stays there, with all behind it.
The bytes are passed on as they came: whether they are Avro, and what they say, is the relay's to find out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from confluent_kafka import KafkaError, KafkaException

from ovro_alert.accounts import HopAccount
from ovro_alert.keeping.envelope import Envelope
from ovro_alert.streams.hopskotch_link import AWAY, ENDING, HopLink
from ovro_alert.streams.hopskotch_login import Hopskotch, hopskotch, within
from ovro_alert.streams.hopskotch_message import NAME, NAME_OF_TESTS, is_outside, notice_of, written
from ovro_alert.streams.kafka_fresh import OLD_S
from ovro_alert.streams.kafka_offsets import Offsets
from ovro_alert.streams.paths import Health
from ovro_alert.streams.receiving import Receiving
from ovro_alert.times import Clock, age_s

NO_LOGIN = "no credentials for SCiMMA Hopskotch (hop.username and hop.password, or hop.credentials_file)"

POLL = timedelta(seconds=0.5)
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 30.0
"""Between tries to open: twice as long each time."""


class HopskotchPath:
    """One topic of Hopskotch, read for one stream."""

    name = NAME

    def __init__(self, receiving: Receiving, source: Hopskotch, tell: Callable[[str], None], clock: Clock) -> None:
        self._receiving = receiving
        self._source = source
        self._clock = clock
        self._link = HopLink(receiving.stream, tell, clock, receiving.heartbeat.soon)
        self._offsets = Offsets(receiving.stream, "SCiMMA Hopskotch", tell)
        self._delivering = receiving.delivering(NAME)
        self._stopping = threading.Event()
        self._reader: Any = None
        self._trouble: KafkaError | None = None
        self._opened = 0
        self._last_notice: datetime | None = None
        self._waits_since: datetime | None = None
        self._counts = {"empty": 0, "tests": 0, "outside": 0}

    def run(self) -> None:
        """Read until `stop`, and open it again for ever."""
        wait_s = FIRST_WAIT_S
        while not self._stopping.is_set():
            if self._open():
                self._read()
            self._clock.wait(self._stopping, wait_s)
            wait_s = FIRST_WAIT_S if self._link.proven else min(wait_s * 2, LONGEST_WAIT_S)

    def stop(self) -> None:
        """Have `run` return: what waits for the relay is given up, and still at Hopskotch."""
        self._stopping.set()
        reader = self._reader
        if reader is not None:
            reader.stop()

    def health(self) -> Health:
        """Say how it is reached, and how long the message in hand has waited there."""
        waits = self._waits_since
        return Health(
            state=self._link.look(),
            last_notice=self._last_notice,
            lag_s=0.0 if waits is None else max(0.0, age_s(waits, self._clock.now())),
            detail=dict(self._counts),
        )

    def _open(self) -> bool:
        """Open it; say whether that went well."""
        url = self._source.url
        self._trouble = None
        self._opened += 1
        try:
            self._source.listens()
            self._reader = self._source.open(partial(self._troubled, self._opened))
        except OSError as error:
            self._link.failed("disconnected", f"nobody listens at {url}: {error}")
        except (KafkaException, ValueError) as error:
            why = f"{url} answers, and nothing can be read there: login, leave for the topic? {error}"
            self._link.failed("refused", why)
        else:
            self._link.opened()
            return True
        return False

    def _troubled(self, opened: int, error: KafkaError) -> None:
        """Take an error from within a reader; one that is being closed still has some."""
        if opened == self._opened and self._reader is not None and error.code() in ENDING:
            self._trouble = error
            self._reader.stop()

    def _read(self) -> None:
        reader = self._reader
        try:
            if self._stopping.is_set():  # from here on `stop` ends the reader
                return
            consumer = within(reader)
            self._offsets.assigned(consumer, consumer.assignment())
            for body, about in reader.read_raw(metadata=True, autocommit=False, batch_size=1, batch_timeout=POLL):
                self._offsets.pass_by(consumer, about._raw)
                if not self._take(body, about):
                    return
                reader.mark_done(about)
                self._link.well()
        except KafkaException as error:
            self._trouble = error.args[0]
        finally:
            self._reader = None
            self._end(reader)

    def _end(self, reader: Any) -> None:  # noqa: ANN401 - hop has no types
        """Close a reader, which waits until what is done is noted there; not if there is nobody to note it."""
        error = self._trouble
        if error is None:
            reader.close()
            return
        self._link.failed("disconnected" if error.code() in AWAY else "refused", f"{self._source.url}: {error.str()}")
        threading.Thread(target=reader.close, name="hop-closing", daemon=True).start()

    def _take(self, body: bytes | None, about: Any) -> bool:  # noqa: ANN401 - hop has no types
        """Deliver one message; whether that is settled, one way or the other."""
        if not body:
            self._counts["empty"] += 1
            return True
        now = self._clock.now()
        notice = notice_of(body, about, now)
        self._counts["tests"] += notice.path == NAME_OF_TESTS
        if is_outside(about):
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
        self._receiving.set_aside(notice, why)


def add_hopskotch(receiving: Receiving, account: HopAccount, tell: Callable[[str], None], clock: Clock) -> None:
    """Take Hopskotch in as a path of a stream; without credentials, leave it out."""
    source = hopskotch(account)
    if source is None:
        receiving.leave_out(NAME, NO_LOGIN)
    else:
        receiving.add(HopskotchPath(receiving, source, tell, clock))
