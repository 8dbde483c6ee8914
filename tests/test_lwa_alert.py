"""lwa_alert.py as a process: started, ended, killed, started again."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ovro_alert.client import RelayClient
from ovro_alert.following import Follower, follower
from ovro_alert.keeping.ledger import Ledger
from ovro_alert.telescopes.simulated.lwa import SimulatedLwa
from ovro_alert.times import SystemClock, iso
from tests.client_processes import ENDS_WITHIN_S, ROOT, reached, starting
from tests.lwa_commands import UP
from tests.relay import KEY, RunningRelay, live_relay, wait_for
from tests.telescope_clients import read

__all__ = ["live_relay"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    with starting("lwa_alert.py", tmp_path) as begin:
        yield begin


def ask(relay: RunningRelay, action: str = "beam", **args: Any) -> int:
    deadline = iso(datetime.now(UTC) + timedelta(seconds=60))
    args = {**UP, "duration_s": 120, **args} if action == "beam" else args
    body = {"action": action, "args": args, "reason": "a test", "deadline": deadline}
    answer = relay.http.post("/lwa/commands", json=body)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def told(home: Path, number: int) -> int:
    record = read(home / "simulated" / "lwa" / "record.jsonl")
    return sum(line["command"] == number and line["step"] == "told" for line in record)


def test_help_teaches() -> None:
    said = subprocess.run(
        [sys.executable, str(ROOT / "lwa_alert.py"), "--help"], capture_output=True, text=True, check=True
    ).stdout
    for word in ("--relay", "--etcd", "--dry-run", "--speed", "record.jsonl", "RELAY_KEY"):
        assert word in said


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--etcd", "etcdv3service:2379"], "the etcd door to the array is not built yet"),
        (["--speed", "0"], "simulator_speed"),
        (["--relay", "nowhere"], "relay_url"),
    ],
)
def test_what_cannot_start_says_why_in_one_line(start: Any, options: list[str], why: str) -> None:
    process = start("http://127.0.0.1:9", *options)
    assert process.process.wait(20) == 1
    assert process.said().startswith("lwa_alert: cannot start: ")
    assert why in process.said()
    assert process.said().count("\n") == 1


def test_a_second_client_on_the_same_ledger_does_not_start(start: Any) -> None:
    first = start("http://127.0.0.1:9")
    wait_for(lambda: "follows" in first.said(), "the first client")
    second = start("http://127.0.0.1:9")
    assert second.process.wait(20) == 1
    assert "held by another running process" in second.said()
    assert second.said().count("\n") == 1
    assert first.end() == 0


def test_a_command_goes_all_the_way_and_sigterm_ends_the_client_at_once(
    start: Any, live_relay: RunningRelay, tmp_path: Path
) -> None:
    client = start(live_relay.url, "--speed", "60")
    wait_for(lambda: live_relay.http.get("/lwa/status").status_code == 200, "the client's status")
    asked_at, number = time.monotonic(), ask(live_relay)
    wait_for(lambda: told(tmp_path, number), "the telescope to be told")
    assert time.monotonic() - asked_at < 2
    command = reached(live_relay, number, "done")
    assert command["detail"]["says"].startswith("SIMULATED, 60 times faster than the sky: ")
    assert told(tmp_path, number) == 1
    began = time.monotonic()
    assert client.end() == 0
    assert time.monotonic() - began < ENDS_WITHIN_S


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_ended_in_the_middle_of_a_beam_it_asks_on_its_return_what_came_of_it(
    start: Any, live_relay: RunningRelay, tmp_path: Path, number: int
) -> None:
    first = start(live_relay.url, "--speed", "60")
    beam = ask(live_relay)
    reached(live_relay, beam, "acting")
    wait_for(lambda: told(tmp_path, beam), "the telescope to be told")
    assert first.end(number) == (0 if number != signal.SIGKILL else -signal.SIGKILL)
    if number != signal.SIGKILL:
        assert "its client has ended" in live_relay.http.get(f"/commands/{beam}").json()["detail"]["says"]
    start(live_relay.url, "--speed", "60")
    reached(live_relay, beam, "done")
    assert told(tmp_path, beam) == 1


def test_a_relay_that_never_answers_does_not_hold_up_the_end(start: Any) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        client = start(f"http://127.0.0.1:{silent.getsockname()[1]}")
        wait_for(lambda: "follows" in client.said(), "the client")
        assert client.end() == 0


def test_a_dry_run_runs_beside_the_client_that_does_it(start: Any, live_relay: RunningRelay, tmp_path: Path) -> None:
    dry, real = start(live_relay.url, "--dry-run"), start(live_relay.url, "--speed", "60")
    wait_for(lambda: "follows" in dry.said() and "follows" in real.said(), "both")
    number = ask(live_relay)
    reached(live_relay, number, "done")
    wait_for(lambda: "DRY RUN: would have" in dry.said(), "the dry run's word")
    assert told(tmp_path, number) == 1
    assert (dry.end(), real.end()) == (0, 0)


def test_two_clients_share_many_commands_and_begin_each_once(live_relay: RunningRelay, tmp_path: Path) -> None:
    """In threads, as they run: the relay gives each command to one of them."""
    clock = SystemClock()
    arrays = [SimulatedLwa(tmp_path / name / "simulated" / "lwa" / "record.jsonl", 1000) for name in ("a", "b")]
    clients = [
        Follower(
            "lwa",
            array,
            RelayClient(live_relay.url, lambda: KEY, clock),
            Ledger(tmp_path / name / "ledger.jsonl", clock),
            clock,
            lambda word: None,
        )
        for name, array in zip(("a", "b"), arrays, strict=True)
    ]
    for client in clients:
        client.start()
    numbers = [ask(live_relay, "test") for _ in range(12)]
    for number in numbers:
        reached(live_relay, number, "done")
    assert [told(tmp_path / "a", number) + told(tmp_path / "b", number) for number in numbers] == [1] * 12
    for client in clients:
        client.end()


def test_a_part_that_breaks_goes_on_and_people_are_told_once(
    live_relay: RunningRelay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "BROKEN_S", 0.01)
    clock, words, breaks = SystemClock(), [], threading.Event()
    relay = RelayClient(live_relay.url, lambda: KEY, clock)
    follow, times = relay.follow, []

    def breaking(*args: Any) -> Any:
        if len(times) < 3:
            times.append(1)
            raise RuntimeError("rubbish")
        breaks.set()
        return follow(*args)

    monkeypatch.setattr(relay, "follow", breaking)
    array = SimulatedLwa(tmp_path / "record.jsonl")
    client = Follower("lwa", array, relay, Ledger(tmp_path / "ledger.jsonl", clock), clock, words.append)
    client.start()
    assert breaks.wait(10)
    number = ask(live_relay, "test")
    reached(live_relay, number, "done")
    assert len([word for word in words if "rubbish" in word]) == 1
    client.end()
