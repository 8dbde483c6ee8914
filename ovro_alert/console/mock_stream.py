"""LIGO/Virgo/KAGRA's stream for the demo: a Kafka broker in this process, and the real receiver subscribed to it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ovro_alert.console.desk import Desk
from ovro_alert.errors import BrokerAwayError
from ovro_alert.notices import content_type_of
from ovro_alert.settings import PREFIX, ROOT
from ovro_alert.streams.kafka_topics import LVK
from ovro_alert.streams.mock_broker import MockBroker

(TOPIC,) = LVK
QUICK = {
    PREFIX + "GCN__GROUP": "demo",
    PREFIX + "GCN__CONFIG": "session.timeout.ms=6000 statistics.interval.ms=200 fetch.wait.max.ms=20",
}
"""The broker is new each time: nobody waits for a group that was, or for news of how it is."""

ENDS_S = 5.0


class MockStream(NamedTuple):
    """How a notice is published, said in words, and whether a receiver listens."""

    publish: Callable[[bytes], object]
    how: str
    received: bool


@contextlib.contextmanager
def mock_stream(desk: Desk) -> Iterator[MockStream]:
    """Have the stream until the end of the block; without a broker, notices are pushed by HTTP."""
    try:
        broker = MockBroker(TOPIC)
    except BrokerAwayError as error:
        yield MockStream(_push(desk), f"pushed by HTTP (no Kafka broker could be had here: {error})", received=False)
        return
    with _receiver(desk, broker.address):
        yield MockStream(broker.publish, f"through a Kafka broker on {broker.address}", received=True)


def _push(desk: Desk) -> Callable[[bytes], object]:
    return lambda body: desk.client.push("lvk", body, content_type_of(body), desk.now(), "http")


@contextlib.contextmanager
def _receiver(desk: Desk, address: str) -> Iterator[None]:
    """Run ligo_alert.py beside us, reading that broker alone, by both of its paths."""
    settings = desk.settings
    log = settings.home / "log" / "lvk.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(ROOT / "ligo_alert.py"), "--brokers", address, "--no-heartbeat"]
    command += ["--hop", f"kafka://{address}/{TOPIC}", "--relay", settings.relay_url, "--home", str(settings.home)]
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=os.environ | QUICK) as running:  # noqa: S603 - our own program
        try:
            yield
        finally:
            running.terminate()
            try:
                running.wait(ENDS_S)
            except subprocess.TimeoutExpired:
                running.kill()
