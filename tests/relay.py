"""A real relay on a free port of 127.0.0.1, in a thread, with a clock that the test turns."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
import uvicorn

from ovro_alert.pages import router as pages
from ovro_alert.relay.application import OneLine, make_app
from ovro_alert.settings import Settings
from ovro_alert.tellers import Teller
from ovro_alert.telling.log import LogTeller
from ovro_alert.times import Clock, SystemClock
from tests.clocks import HandClock

KEY = "key-of-the-tests"
PATIENCE_S = 15.0
T = TypeVar("T")


class RunningRelay:
    """The relay, how to speak with it, and its clock."""

    def __init__(self, home: Path, clock: Clock, teller: Teller, settings: dict[str, Any], port: int = 0) -> None:
        self.home = home
        self.clock = clock
        # years pass at once by a clock that is turned: whoever tests the digest asks for it
        self.settings = Settings(home=home, relay_key=KEY, **{"digest_at": "off"} | settings)
        self.app: OneLine = make_app(self.settings, teller, pages=[pages], clock=clock)
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", port))
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.http = httpx.Client(
            base_url=self.url, headers={"Authorization": f"Bearer {KEY}"}, timeout=PATIENCE_S, trust_env=False
        )
        config = uvicorn.Config(self.app, log_level="warning", lifespan="on", timeout_graceful_shutdown=3)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)

    @property
    def hand(self) -> HandClock:
        assert isinstance(self.clock, HandClock)
        return self.clock

    def start(self, *, judging: bool = True) -> RunningRelay:
        self.thread.start()
        wait_for(lambda: self.server.started or not self.thread.is_alive(), "the relay to start")
        assert self.server.started, "the relay did not start"
        if judging:
            wait_for(lambda: self.app.relay.judging.judge.pid is not None, "the judge")
        return self

    def stop(self) -> None:
        if self.server.started and self.thread.is_alive():
            waiting = self.app.relay.waiting
            with contextlib.suppress(RuntimeError):
                waiting.loop.call_soon_threadsafe(waiting.end)
        self.server.should_exit = True
        self.thread.join(PATIENCE_S)
        self.http.close()

    def push(self, body: bytes, stream: str = "chime", **query: Any) -> httpx.Response:
        return self.http.post(
            f"/notices/{stream}", content=body, params=query, headers={"Content-Type": "application/xml"}
        )

    def settled(self, notice_id: int) -> dict[str, Any]:
        """Return a notice once it has been judged."""

        def look() -> dict[str, Any] | None:
            notice = self.http.get(f"/notices/{notice_id}").json()
            return None if notice["state"] == "kept" else notice

        return wait_for(look, f"notice {notice_id} to be judged")


def wait_for(look: Callable[[], T], what: str, patience_s: float = PATIENCE_S) -> T:
    """Look again and again until there is something to see; a test that waits in vain says for what."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.005)
    raise AssertionError(f"waited {patience_s:g} s in vain for {what}")


@contextlib.contextmanager
def relay_on(
    home: Path,
    clock: Clock | None = None,
    teller: Teller | None = None,
    *,
    judging: bool = True,
    port: int = 0,
    **settings: Any,
) -> Iterator[RunningRelay]:
    """Run a relay on that home; by default with a hand-turned clock."""
    running = RunningRelay(home, clock or HandClock(), teller or LogTeller(), settings, port)
    try:
        yield running.start(judging=judging)
    finally:
        running.stop()


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RunningRelay]:
    """A relay with nothing in its journal, its clock standing at noon."""
    with relay_on(tmp_path / "home") as running:
        yield running


@pytest.fixture
def live_relay(tmp_path: Path) -> Iterator[RunningRelay]:
    """A relay whose clock runs as the machine's does."""
    with relay_on(tmp_path / "home", SystemClock()) as running:
        yield running


@pytest.fixture(scope="module")
def relay_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    """One relay for all tests of a file that do not mind each other; its clock stands at noon."""
    with relay_on(tmp_path_factory.mktemp("home"), judging=False) as running:
        yield running
