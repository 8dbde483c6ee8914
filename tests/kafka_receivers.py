"""Receivers of a mock Kafka cluster, in this process, with a relay that is a list; or as the processes they are."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ovro_alert.accounts import GcnAccount
from ovro_alert.client import Receipt
from ovro_alert.errors import RelayAwayError
from ovro_alert.statuses import StreamStatus
from ovro_alert.streams.kafka import KafkaPath
from ovro_alert.streams.kafka_consumers import Consumers
from ovro_alert.streams.receiving import Receiving, spool_of
from ovro_alert.times import Clock, SystemClock
from tests.comet import ROOT, Process, environment
from tests.kafka_broker import CONFIG, KafkaBroker
from tests.stand_in import KEY
from tests.stand_in import until as soon

GROUP = "tests-lvk"
TOPIC = "igwn.gwalert"


PATIENCE_S = 30.0


def until(condition: Callable[[], object], what: str) -> None:
    """Wait until it is so, longer than others do: groups take their time, and so do loaded machines."""
    soon(condition, what, PATIENCE_S)


class Pushed(NamedTuple):
    """One notice as the relay was given it."""

    body: bytes
    content_type: str
    path: str
    backlog: bool


class Relay:
    """Takes what it is given; `says` is asked first and may raise."""

    url = "http://relay"

    def __init__(self) -> None:
        self.pushed: list[Pushed] = []
        self.tried = 0
        self.says: Callable[[bytes], object] = lambda body: None

    @property
    def bodies(self) -> list[bytes]:
        return [each.body for each in self.pushed]

    def push(self, stream, body, content_type, received, path, *, backlog=False):
        self.tried += 1
        self.says(body)
        self.pushed.append(Pushed(body, content_type, path, backlog))
        return Receipt(id=len(self.pushed))

    def tell_stream(self, stream, status):
        pass

    def away(self) -> None:
        def says(_: bytes) -> None:
            raise RelayAwayError("nobody listens there")

        self.says = says

    def back(self) -> None:
        self.says = lambda body: None


class Receivers:
    """Makes receivers of one broker, each with a home of its own, and ends them."""

    def __init__(self, broker: KafkaBroker, folder: Path) -> None:
        self.broker = broker
        self.folder = folder
        self.relay = Relay()
        self.told: list[str] = []
        self.running: list[Receiving] = []
        self.processes: list[Process] = []

    def start(self, *topics: str, config: str = "", clock: Clock | None = None) -> Receiving:
        """Begin one in this process."""
        tell, clock = self.told.append, clock or SystemClock()
        receiving = Receiving("lvk", spool_of(self.folder / str(len(self.running)), "lvk"), self.relay, tell, clock)
        account = GcnAccount(config=f"{CONFIG} {config}", group="tests")
        consumers = Consumers(account, self.broker.address)
        receiving.add(KafkaPath(receiving, consumers, topics or (TOPIC,), tell, clock))
        receiving.start()
        self.running.append(receiving)
        return receiving

    def process(self, script: str, relay_url: str, *options: str, key: str = KEY, **env: str) -> Process:
        """Begin one as people do."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        ours = {"OVRO_ALERT_GCN__CONFIG": CONFIG, "OVRO_ALERT_GCN__GROUP": "tests", "OVRO_ALERT_HOME": str(home)}
        env = environment(**ours | {"RELAY_URL": relay_url, "RELAY_KEY": key} | env)
        brokers = () if "GCN_CLIENT_ID" in env else ("--brokers", self.broker.address)
        process = Process([sys.executable, str(ROOT / script), *brokers, *options], home, env)
        self.processes.append(process)
        return process

    def until_pushed(self, *bodies: bytes) -> None:
        until(lambda: set(bodies) <= set(self.relay.bodies), f"pushed {bodies!r:.200}")

    def until_committed(self, offset: int, topic: str = TOPIC) -> None:
        until(lambda: self.broker.committed(GROUP, topic) == offset, f"{topic} committed at {offset}")

    def until_state(self, receiving: Receiving, state: str) -> None:
        until(lambda: receiving.status().state == state, f"the state {state}")

    def close(self) -> None:
        for process in self.processes:
            process.close()
        ending = [threading.Thread(target=each.stop) for each in self.running]
        for each in ending:
            each.start()
        for each in ending:
            each.join()


def detail_of(status: StreamStatus) -> dict[str, Any]:
    """What the status says of the path."""
    found: dict[str, Any] = status.detail["paths"]["gcn-kafka"]
    return found


@pytest.fixture
def receivers(broker: KafkaBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receivers]:
    """A broker with the topic of LIGO/Virgo/KAGRA's alerts, and receivers to begin; those in here try again soon."""
    monkeypatch.setattr("ovro_alert.streams.delivering.LONGEST_WAIT_S", 0.2)
    broker.create(TOPIC)
    made = Receivers(broker, tmp_path)
    yield made
    made.close()
