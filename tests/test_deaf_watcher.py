"""A watcher that does not read what it is sent, as a laptop that was closed, does not keep the relay from ending."""

from __future__ import annotations

import signal
import socket
import time

import requests

from tests.bench.processes import free_port, process, until_answering, uvicorn

MANY = 150
BIG = {"state": "connected", "detail": {"words": "x" * 60_000}}


def test_the_relay_ends_within_five_seconds_beside_a_deaf_watcher(tmp_path):
    port, home = free_port(), tmp_path / "home"
    url = f"http://127.0.0.1:{port}"
    with process(*uvicorn("relay_api:app", port), log=tmp_path / "log", OVRO_ALERT_HOME=str(home)) as running:
        until_answering(f"{url}/health")
        bearer = f"Bearer {(home / 'relay.key').read_text().strip()}"
        with socket.create_connection(("127.0.0.1", port)) as deaf, requests.Session() as session:
            deaf.sendall(f"GET /events HTTP/1.1\r\nHost: x\r\nAuthorization: {bearer}\r\n\r\n".encode())
            assert deaf.recv(12) == b"HTTP/1.1 200"
            session.trust_env = False
            for _ in range(MANY):
                said = session.put(
                    f"{url}/streams/chime/status", json=BIG, headers={"Authorization": bearer}, timeout=10
                )
                assert said.status_code == 200
            began = time.monotonic()
            running.send_signal(signal.SIGTERM)
            running.wait(10)
    assert time.monotonic() - began < 5
