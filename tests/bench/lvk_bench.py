"""From Kafka to a claim: an LVK notice with a large map put into a broker, until a waiting client has the dump."""

from __future__ import annotations

import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bench.floor import Line
from tests.bench.processes import free_port, process, uvicorn
from tests.bench.relay_bench import PAUSE_S, ask, follow_and_claim, until_ready
from tests.bench.superevents import preliminary
from tests.chain import KEY, WITHOUT_LIMIT
from tests.kafka_broker import KafkaBroker

NOTICES = 40
TOPIC = "igwn.gwalert"
WITHOUT_LIMIT_OF_DUMPS = {"OVRO_ALERT_LWA__DUMPS_PER_DAY": "100", "OVRO_ALERT_LWA__TB_UNTIL_OFFLOAD": "10000"}


def measure(folder: Path) -> list[float]:
    """Return seconds from before the message is put in to the 200 of the claim."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {"OVRO_ALERT_HOME": str(folder / "lvk"), "RELAY_KEY": KEY, "RELAY_URL": url}
    environment |= WITHOUT_LIMIT | WITHOUT_LIMIT_OF_DUMPS
    broker = KafkaBroker()
    broker.create(TOPIC)
    receiver = [sys.executable, "ligo_alert.py", "--brokers", broker.address, "--no-heartbeat"]
    try:
        with (
            process(*uvicorn("relay_api:app", port), log=folder / "lvk-relay.log", **environment),
            process(*receiver, log=folder / "lvk.log", **environment),
        ):
            until_ready(port)
            line = Line(port)
            until_connected(line)
            return [put_to_claimed(broker, line) for _ in range(NOTICES)]
    finally:
        broker.close()


def until_connected(line: Line) -> None:
    end = time.perf_counter() + 30
    while time.perf_counter() < end:
        streams = {one["stream"]: one["state"] for one in ask(line, "GET", "/streams")[1]}
        if streams.get("lvk") == "connected":
            return
        time.sleep(0.1)
    raise TimeoutError("the receiver did not connect")


def put_to_claimed(broker: KafkaBroker, line: Line) -> float:
    got: dict[str, Any] = {}
    since = int(ask(line, "GET", "/lwa/commands?state=open")[1].get("since", 0)) or newest(line)
    follower = threading.Thread(target=follow_and_claim, args=(line, since, got))
    follower.start()
    body = preliminary(datetime.now(UTC) - timedelta(seconds=30), mapped=True)
    time.sleep(PAUSE_S)
    began = time.perf_counter()
    broker.produce(TOPIC, body)
    follower.join(10)
    refused = {"fence": got["command"]["fence"], "state": "refused", "detail": {"says": "bench"}}
    ask(line, "POST", f"/commands/{got['command']['id']}/report", refused)
    return float(got["at"] - began)


def newest(line: Line) -> int:
    """Return the journal number of the last command that ended."""
    return max((command["seq"] for command in ask(line, "GET", "/lwa/commands")[1]), default=0)
