"""The relay alone: from a notice to a claimed command, notices kept under load, many clients woken, memory, start."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import statistics
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench.floor import Line
from tests.bench.load import flood, request
from tests.bench.processes import children, free_port, memory_mb, process, until_answering, uvicorn
from tests.chain import KEY, WITHOUT_LIMIT
from tests.notices import chime_voevent

BURSTS = 150
PAUSE_S = 0.3
NOTICES = 20_000
IN_FLIGHT = 64
CLIENTS = 500
NUMBERS = itertools.count(500_000_001)


class Figures(NamedTuple):
    """What was measured; seconds, MB, per second."""

    claimed_s: list[float]
    kept_per_s: float
    woken_s: list[float]
    web_mb: float
    judge_mb: float
    ready_s: float


def measure(folder: Path) -> Figures:
    port = free_port()
    environment = {"OVRO_ALERT_HOME": str(folder / "home"), "RELAY_KEY": KEY, **WITHOUT_LIMIT}
    began = time.perf_counter()
    with process(*uvicorn("relay_api:app", port), log=folder / "relay.log", **environment) as relay:
        until_ready(port)
        ready_s = time.perf_counter() - began
        claimed = notice_to_claimed(port, BURSTS)
        woken = [clients_woken(port, CLIENTS) for _ in range(5)]
        kept = statistics.median(notices_kept(port, NOTICES) for _ in range(3))
        (judge,) = children(relay.pid)
        return Figures(claimed, kept, woken, memory_mb(relay.pid), memory_mb(judge), ready_s)


def until_ready(port: int) -> None:
    """Wait until every part says that it is well, the judge too."""
    until_answering(f"http://127.0.0.1:{port}/health", Authorization=f"Bearer {KEY}")


def burst() -> bytes:
    """Return a burst of a source of its own, which CHIME says repeats: most sources have few bursts."""
    number = next(NUMBERS)
    return chime_voevent(time=datetime.now(UTC), event=f"chime:{number}", source=str(number))


def notice_to_claimed(port: int, times: int) -> list[float]:
    """Return how long it took from posting a burst to the 200 of a waiting client's claim."""
    poster, client = Line(port), Line(port)
    took = []
    since = int(ask(client, "GET", "/lwa/commands?state=open")[1].get("since", 0))
    for _ in range(times):
        notice = request("POST", "/notices/chime?path=bench", KEY, burst(), "application/xml")
        got: dict[str, Any] = {}
        follower = threading.Thread(target=follow_and_claim, args=(client, since, got))
        follower.start()
        time.sleep(PAUSE_S)  # the client waits, as it does nearly always, and the last burst's messages are told
        began = time.perf_counter()
        status, _ = poster.ask(notice)
        assert status == 201, status
        follower.join(10)
        took.append(got["at"] - began)
        refused = {"fence": got["command"]["fence"], "state": "refused", "detail": {"says": "bench"}}
        _, ended = ask(client, "POST", f"/commands/{got['command']['id']}/report", refused)
        since = ended["seq"]
    return took


def follow_and_claim(line: Line, since: int, got: dict[str, Any]) -> None:
    while True:
        _, commands = ask(line, "GET", f"/lwa/commands?since={since}&wait=20")
        pending = [command for command in commands if command["state"] == "pending"]
        if pending:
            break
        since = max((command["seq"] for command in commands), default=since)
    status, claimed = ask(
        line, "POST", f"/commands/{pending[0]['id']}/claim", {"client": "bench", "moves": "simulator"}
    )
    got["at"] = time.perf_counter()
    assert status == 200, (status, claimed)
    got["command"] = claimed


def ask(line: Line, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    raw = b"" if body is None else json.dumps(body).encode()
    status, answer = line.ask(request(method, path, KEY, raw))
    value = json.loads(answer)
    return status, value if not (path.endswith("state=open") and isinstance(value, list)) else {"since": top(value)}


def top(commands: list[dict[str, Any]]) -> int:
    return max((command["seq"] for command in commands), default=0)


def notices_kept(port: int, number: int) -> float:
    """Return notices per second, synced, with 64 in flight; the judge may lag."""
    salt = os.urandom(8).hex().encode()
    requests = [
        request("POST", "/notices/optical", KEY, b"%s %d " % (salt, one) + b"x" * 5960, "application/json")
        for one in range(number)
    ]
    per_s, statuses = asyncio.run(flood(port, requests, IN_FLIGHT))
    assert set(statuses) == {201}, set(statuses)
    return per_s


def clients_woken(port: int, clients: int) -> float:
    """Return how long it took until the last of so many waiting clients had the command."""
    return asyncio.run(_woken(port, clients))


async def _woken(port: int, clients: int) -> float:
    status, seen = ask(Line(port), "GET", "/sprite/commands?since=0")
    assert status == 200
    waiting = request("GET", f"/sprite/commands?since={top(seen)}&wait=30", KEY)
    follow = asyncio.ensure_future(flood(port, [waiting] * clients, clients))
    await asyncio.sleep(1.0)
    deadline = datetime.fromtimestamp(time.time() + 60, UTC).isoformat()
    body = {"action": "test", "args": {}, "reason": "bench", "deadline": deadline}
    line = Line(port)
    began = time.perf_counter()
    status, answer = line.ask(request("POST", "/sprite/commands", KEY, json.dumps(body).encode()))
    assert status == 201, answer
    _, statuses = await follow
    assert statuses == [200] * clients
    return time.perf_counter() - began
