"""Relay and client killed twenty times at random moments under load: nothing lost, nothing twice, true words."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from ovro_alert.commands import FINAL
from ovro_alert.times import iso
from tests.bench.processes import ROOT, free_port, uvicorn
from tests.notices import chime_voevent
from tests.relay import KEY, wait_for

KILLS = 20
OUTCOMES = {"unknown", "not begun", "begun before", "refused"}


class Phoenix:
    """A process that is killed without a word and started again at once."""

    def __init__(self, command: list[str], log: Path, environment: dict[str, str]) -> None:
        self.command = command
        self.log = log
        self.environment = {**os.environ, **environment}
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as out:
            return subprocess.Popen(self.command, cwd=ROOT, env=self.environment, stdout=out, stderr=out)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = self._start()

    def end(self) -> None:
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()
        self.process.wait()


class Load:
    """Bursts and commands without a pause; each is sent again until the relay says that it has it."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {KEY}"}, timeout=5, trust_env=False)
        self.notices: set[int] = set()
        self.commands: set[int] = set()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        number = 0
        while not self.stopping.is_set():
            number += 1
            self.notices.add(self._insist("/notices/chime", self._burst(number)))
            self.commands.add(self._insist("/lwa/commands", *self._command(number)))
            time.sleep(0.005)

    def _burst(self, number: int) -> dict[str, Any]:
        body = chime_voevent(time=datetime.now(UTC), event=f"chime:{400_000_000 + number}")
        return {"content": body, "headers": {"Content-Type": "application/xml"}, "params": {"path": "comet"}}

    def _command(self, number: int) -> tuple[dict[str, Any]]:
        deadline = iso(datetime.now(UTC) + timedelta(seconds=60))
        power = {"ra_deg": 180, "dec_deg": 80, "duration_s": 30, "mode": "power", "beam": 3 + number % 9}
        action, args = ("beam", power) if number % 3 else ("test", {})
        body = {"action": action, "args": args, "reason": "under load", "deadline": deadline}
        return ({"json": body, "headers": {"Idempotency-Key": f"load-{number}"}},)

    def _insist(self, path: str, asked: dict[str, Any]) -> int:
        for _ in range(3000):
            with contextlib.suppress(httpx.HTTPError, ValueError):
                answer = self.http.post(path, **asked)
                if answer.status_code in (200, 201):
                    return int(answer.json()["id"])
            time.sleep(0.02)
        raise AssertionError(f"{path} took nothing for a minute")

    def stop(self) -> None:
        self.stopping.set()
        self.thread.join(90)


@pytest.fixture
def observatory(tmp_path):
    port = free_port()
    environment = {
        "OVRO_ALERT_HOME": str(tmp_path / "home"),
        "RELAY_KEY": KEY,
        "RELAY_URL": f"http://127.0.0.1:{port}",
        "OVRO_ALERT_LWA__BEAMS_PER_DAY": "10000",
        "OVRO_ALERT_LWA__HOURS_PER_DAY": "24",
        "OVRO_ALERT_LWA__TB_PER_DAY": "1000",
    }
    relay = Phoenix(uvicorn("relay_api:app", port), tmp_path / "relay.log", environment)
    client = Phoenix([sys.executable, "lwa_alert.py", "--speed", "2000"], tmp_path / "client.log", environment)
    load = Load(environment["RELAY_URL"])
    yield relay, client, load, tmp_path / "home"
    load.stop()
    client.end()
    relay.end()


@pytest.mark.timeout(240)
def test_killed_twenty_times_under_load(observatory):
    """Acknowledged is there and decided once; the telescope's own record has nothing twice; each end is true."""
    relay, client, load, home = observatory
    seed = random.randrange(10**6)
    dice = random.Random(seed)
    wait_for(lambda: load.notices, "the first notice", 30)
    for _ in range(KILLS):
        before = len(load.notices)
        wait_for(lambda: len(load.notices) > before, "the load to get through", 30)  # noqa: B023 - called at once
        time.sleep(dice.uniform(0, 0.7))
        dice.choice((relay, client)).kill()
    load.stop()

    commands = wait_for(lambda: settled(load), f"everything to end (seed {seed})", 60)
    for notice_id in load.notices:
        assert load.http.get(f"/notices/{notice_id}").json()["state"] == "read"
    alerts = load.http.get("/alerts", params={"limit": 1000}).json()
    stories = [load.http.get(f"/alerts/{alert['id']}").json() for alert in alerts]
    assert len(stories) == len(load.notices)
    each = [Counter(verdict["scenario"] for verdict in story["verdicts"]) for story in stories]
    assert {max(counts.values()) for counts in each} == {1}, f"decided more than once (seed {seed})"

    assert len(load.notices) > 5 * KILLS, "that was no load"

    record = [json.loads(line) for line in (home / "simulated/lwa/record.jsonl").read_text().splitlines()]
    told = Counter(line["command"] for line in record if line["step"] == "told")
    assert told, "the telescope was never told anything"
    assert max(told.values()) == 1, f"told twice (seed {seed}): {told.most_common(3)}"
    assert load.commands <= {command["id"] for command in commands}
    for command in commands:
        assert command["state"] in FINAL
        if command["state"] == "failed":
            assert command["detail"]["outcome"] in OUTCOMES, command
        if command["state"] == "done" and command["action"] != "test":
            assert told[command["id"]] == 1, command
        if command["state"] in ("expired", "refused", "cancelled"):
            assert told[command["id"]] == 0, command


def settled(load: Load) -> list[dict[str, Any]] | None:
    """Return every command once all have ended and every notice has been judged."""
    with contextlib.suppress(httpx.HTTPError, ValueError):
        if any(load.http.get(f"/notices/{one}").json()["state"] == "kept" for one in sorted(load.notices)[-3:]):
            return None
        if load.http.get("/lwa/commands", params={"state": "open"}).json():
            return None
        return all_commands(load)
    return None


def all_commands(load: Load) -> list[dict[str, Any]]:
    commands: list[dict[str, Any]] = []
    while page := load.http.get(
        "/lwa/commands", params={"after": commands[-1]["id"] if commands else 0, "limit": 500}
    ).json():
        commands += page
    return commands
