"""dsa_alert.py as a process: what DSA-110 found goes to the relay, and the process starts and ends as it should."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.client_processes import ENDS_WITHIN_S, ROOT, reached, starting
from tests.dsa_notices import NAME, dsa_t3, flat, nested, requested, t2_event, t3_event
from tests.relay import KEY, RunningRelay, live_relay, relay, wait_for

__all__ = ["live_relay", "relay"]

CLASSIFIED = t3_event(mjds=61364.51234567)
"""What T3 sets: every field of its event, many of them null."""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    with starting("dsa_alert.py", tmp_path) as begin:
        yield begin


def notices(relay: RunningRelay) -> list[dict[str, Any]]:
    """The notices of DSA-110 that the relay has, in their order."""
    found = []
    for number in range(1, 20):
        answer = relay.http.get(f"/notices/{number}")
        if answer.status_code != 200:
            break
        found.append(answer.json())
    return [notice for notice in found if notice["stream"] == "dsa"]


def bodies(relay: RunningRelay) -> list[bytes]:
    return [relay.http.get(f"/notices/{notice['id']}/raw").content for notice in notices(relay)]


def connected(relay: RunningRelay) -> dict[str, Any] | None:
    """The stream's status once its receiver has said that it is connected."""
    streams = relay.http.get("/streams").json()
    return next((one for one in streams if (one["stream"], one["state"]) == ("dsa", "connected")), None)


# ── PUT /dsa, as T3 does it today ──


def put(relay: RunningRelay, body: bytes) -> httpx.Response:
    """As requests sends it: the key in the query, and in no header."""
    head = {"Content-Type": "application/json"}
    return httpx.put(f"{relay.url}/dsa", params={"key": KEY}, content=body, headers=head, trust_env=False)


def test_what_t3_puts_is_kept_as_it_came_and_read(relay: RunningRelay) -> None:
    raw = json.dumps(requested(CLASSIFIED)).encode()
    answer = put(relay, raw)
    assert answer.status_code == 200, answer.text
    notice = relay.settled(answer.json()["notice"])
    assert (notice["state"], notice["arrivals"][0]["path"]) == ("read", "put")
    assert bodies(relay) == [raw]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_is_refused_and_breaks_nothing(relay: RunningRelay, number: str) -> None:
    body = json.dumps(requested(CLASSIFIED))
    answer = put(relay, body.replace("0.98", number).encode())
    assert answer.status_code == 422
    assert put(relay, body.encode()).status_code == 200
    assert httpx.get(f"{relay.url}/dsa", params={"key": KEY}, trust_env=False).json()["args"] == CLASSIFIED


# ── the folder ──


def test_what_lies_in_the_folder_comes_to_the_relay_and_what_is_written_anew_too(
    start: Any, live_relay: RunningRelay, tmp_path: Path
) -> None:
    folder = tmp_path / "T3"
    folder.mkdir()
    first, second = nested(t2_event(mjds=CLASSIFIED["mjds"])), flat(CLASSIFIED)
    (folder / "old.json").write_bytes(b'{"old": 1}')
    os.utime(folder / "old.json", (1, 1))
    client = start(live_relay.url, "--watch", str(folder))
    (folder / "a.json").write_bytes(first)
    wait_for(lambda: bodies(live_relay) == [first], "T2's file")
    (folder / "a.json").write_bytes(second)
    wait_for(lambda: bodies(live_relay) == [first, second], "T3's file")
    arrival = notices(live_relay)[1]["arrivals"][0]
    assert arrival["path"] == "folder"
    status = wait_for(lambda: connected(live_relay), "the stream's status")
    assert status["detail"]["paths"]["folder"]["folder"] == str(folder)
    assert client.end() == 0


def test_killed_and_started_again_it_hands_in_what_came_meanwhile_and_nothing_twice(
    start: Any, live_relay: RunningRelay, tmp_path: Path
) -> None:
    folder = tmp_path / "T3"
    folder.mkdir()
    (folder / "a.json").write_bytes(b'{"a": 1}')
    first = start("http://127.0.0.1:9", OVRO_ALERT_DSA_FOLDER=str(folder))
    spool = tmp_path / "spool" / "dsa"
    seen = tmp_path / "seen" / "dsa.jsonl"
    wait_for(lambda: seen.exists() and "a.json" in seen.read_text(), "the first file to be in the spool, and noted")
    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    (folder / "b.json").write_bytes(b'{"b": 1}')
    os.utime(folder / "b.json", (1_000_000_000, 1_000_000_000))
    start(live_relay.url, "--watch", str(folder))
    wait_for(lambda: bodies(live_relay) == [b'{"a": 1}', b'{"b": 1}'], "both")
    wait_for(lambda: not list(spool.glob("*.notice")), "the spool to be empty")
    assert [len(notice["arrivals"]) for notice in notices(live_relay)] == [1, 1]


def test_a_notice_on_standard_input_is_pushed_and_the_process_ends(
    start: Any, live_relay: RunningRelay, tmp_path: Path
) -> None:
    file = tmp_path / "t3.json"
    file.write_text(json.dumps(CLASSIFIED))
    running = start(live_relay.url)
    by_hand = start(live_relay.url, given=file)
    assert by_hand.process.wait(20) == 0, by_hand.said()
    assert bodies(live_relay) == [file.read_bytes()]
    assert running.process.poll() is None


def test_t2_of_the_folder_and_t3_by_put_speak_of_one_event(
    start: Any, live_relay: RunningRelay, tmp_path: Path
) -> None:
    folder, now = tmp_path / "T2", datetime.now(UTC)
    folder.mkdir()
    start(live_relay.url, "--watch", str(folder))
    (folder / f"cluster_output{NAME}.json").write_bytes(nested(t2_event(time=now)))
    wait_for(lambda: bodies(live_relay), "T2's file")
    assert put(live_relay, dsa_t3(time=now)).status_code == 200
    read = [live_relay.settled(notice["id"]) for notice in notices(live_relay)]
    alerts = [live_relay.http.get(f"/alerts/{notice['alert']}").json() for notice in read]
    assert [alert["event"] for alert in alerts] == [f"dsa:{NAME}"] * 2
    assert [alert.get("importance") for alert in alerts] == [None, 0.98], "T2 has not classified it"


# ── the process ──


def test_help_teaches() -> None:
    script = [sys.executable, str(ROOT / "dsa_alert.py"), "--help"]
    said = subprocess.run(script, capture_output=True, text=True, check=True).stdout
    for word in ("--relay", "--etcd", "--dry-run", "--speed", "--watch", "record.jsonl", "operators.json", "RELAY_KEY"):
        assert word in said


@pytest.mark.parametrize(
    ("options", "setting", "why"),
    [
        (["--etcd", "etcdv3service:2379"], {}, "the etcd door to the array is not built yet"),
        (["--speed", "0"], {}, "simulator_speed"),
        ([], {"OVRO_ALERT_DSA_MOVE": "soon"}, "dsa_move"),
    ],
    ids=["etcd", "speed", "move"],
)
def test_what_cannot_start_says_why_in_one_line(
    start: Any, options: list[str], setting: dict[str, str], why: str
) -> None:
    process = start("http://127.0.0.1:9", *options, **setting)
    assert process.process.wait(20) == 1
    assert process.said().startswith("dsa_alert: cannot start: ")
    assert why in process.said()
    assert process.said().count("\n") == 1


def test_a_second_client_on_the_same_ledger_does_not_start(start: Any) -> None:
    first = start("http://127.0.0.1:9")
    wait_for(lambda: "follows" in first.said(), "the first client")
    second = start("http://127.0.0.1:9")
    assert second.process.wait(20) == 1
    assert "held by another running process" in second.said()
    assert first.end() == 0


def test_a_relay_that_never_answers_and_a_folder_full_of_news_do_not_hold_up_the_end(
    start: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "T3"
    folder.mkdir()
    for number in range(50):
        (folder / f"{number}.json").write_text(f'{{"number": {number}}}')
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        client = start(f"http://127.0.0.1:{silent.getsockname()[1]}", "--watch", str(folder))
        spool = tmp_path / "spool" / "dsa"
        wait_for(lambda: "follows" in client.said() and len(list(spool.glob("*.notice"))) == 50, "the client")
        began = time.monotonic()
        assert client.end() == 0
        assert time.monotonic() - began < ENDS_WITHIN_S


def test_a_drill_goes_all_the_way(start: Any, live_relay: RunningRelay) -> None:
    start(live_relay.url, "--speed", "60")
    number = live_relay.http.put("/dsa", json={"command": "test", "command_mjd": 1.0, "args": {}}).json()["id"]
    assert reached(live_relay, number, "done")["detail"]["says"].endswith("nothing moved")
