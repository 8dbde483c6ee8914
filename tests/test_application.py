"""Starting and ending: one clear line when it cannot start, five seconds when it must end."""

from __future__ import annotations

import concurrent.futures
import os
import signal
import subprocess
import time

import httpx
import pytest

from tests.bench.processes import ROOT, free_port, process, until_answering, uvicorn
from tests.relay import wait_for


@pytest.fixture
def started(tmp_path):
    """A relay as an operator starts it: plain uvicorn, a fresh home, its own key."""
    port = free_port()
    log = tmp_path / "log"
    home = tmp_path / "home"
    with process(*uvicorn("relay_api:app", port)[:-3], log=log, OVRO_ALERT_HOME=str(home)) as running:
        until_answering(f"http://127.0.0.1:{port}/health")
        key = (home / "relay.key").read_text().strip()
        yield running, f"http://127.0.0.1:{port}", key, log, home


def test_it_ends_within_five_seconds_with_a_hundred_clients_waiting_and_streams_open(started):
    running, url, key, _, _ = started
    head = {"Authorization": f"Bearer {key}"}
    with (
        httpx.Client(limits=httpx.Limits(max_connections=200), timeout=30, trust_env=False) as http,
        concurrent.futures.ThreadPoolExecutor(110) as pool,
    ):

        def wait():
            return http.get(f"{url}/lwa/commands?since=0&wait=50", headers=head).status_code

        def watch():
            with http.stream("GET", f"{url}/events", headers=head) as stream:
                return sum(len(chunk) for chunk in stream.iter_raw())

        waiting = [pool.submit(wait) for _ in range(100)]
        watching = [pool.submit(watch) for _ in range(5)]
        wait_for(lambda: http.get(f"{url}/health", headers=head).status_code == 200, "health")
        time.sleep(0.5)
        assert not any(one.done() for one in waiting)
        began = time.monotonic()
        running.send_signal(signal.SIGTERM)
        running.wait(10)
        assert time.monotonic() - began < 5
        assert [one.result(5) for one in waiting] == [200] * 100
        assert all(one.result(5) >= 0 for one in watching)


def test_keys_are_in_no_log(started):
    _, url, key, log, _ = started
    httpx.get(f"{url}/lwa", params={"key": key}, trust_env=False)
    httpx.get(f"{url}/lwa?key=wrong-but-secret", trust_env=False)
    httpx.get(f"{url}/alerts", headers={"Authorization": f"Bearer {key}"}, trust_env=False)
    wait_for(lambda: "/alerts" in log.read_text(), "the access log")
    assert key not in log.read_text()
    assert "wrong-but-secret" not in log.read_text()


def test_the_first_key_is_readable_by_its_user_only(started):
    *_, home = started
    assert (home / "relay.key").stat().st_mode & 0o777 == 0o600


def start_in_vain(**environment: str) -> tuple[int, str]:
    command = uvicorn("relay_api:app", free_port())
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=30, check=False
    )
    return done.returncode, done.stderr + done.stdout


def test_a_second_relay_on_the_same_home_says_whose_it_is(started):
    running, *_, home = started
    code, said = start_in_vain(OVRO_ALERT_HOME=str(home))
    assert code != 0
    assert f"process id {running.pid}" in said
    assert "Traceback" not in said


def test_a_home_that_cannot_be_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    code, said = start_in_vain(OVRO_ALERT_HOME=str(tmp_path / "file" / "home"))
    assert code != 0
    assert "set OVRO_ALERT_HOME" in said
    assert "Traceback" not in said


def test_a_wrong_setting_is_one_line(tmp_path):
    code, said = start_in_vain(OVRO_ALERT_HOME=str(tmp_path), OVRO_ALERT_MODE="prodution")
    assert code != 0
    assert "mode" in said
    assert "Traceback" not in said


def test_a_broken_journal_is_one_line(tmp_path):
    (tmp_path / "journal.sqlite").write_bytes(b"no journal of ours" * 500)
    code, said = start_in_vain(OVRO_ALERT_HOME=str(tmp_path))
    assert code != 0
    assert "journal.sqlite" in said
    assert "Traceback" not in said
