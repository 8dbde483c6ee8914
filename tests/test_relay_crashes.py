"""The five commits of a command's way; the relay dies before and after each, and is started again."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from ovro_alert.commands import FINAL, Command
from ovro_alert.notices import Notice
from ovro_alert.relay.journal.jobs import Job
from ovro_alert.relay.journal.writer import Changed, Writer
from ovro_alert.tellers import Posted
from ovro_alert.verdicts import Verdict
from tests.clocks import HandClock
from tests.lvk_notices import lvk_json
from tests.notices import chime_voevent
from tests.relay import RunningRelay, wait_for
from tests.telescope_clients import Bench

NOTICES: dict[str, Callable[..., bytes]] = {"chime": chime_voevent, "lvk": lvk_json}
"""What ends in a beam, and what in a dump."""
PARTS = ("reports", "hearing", "beginning", "running")


class PowerCutError(BaseException):
    """The relay's machine is gone; nothing of Python's own error handling takes hold of it."""


def command_is(state: str) -> Callable[[Changed], bool]:
    return lambda changed: isinstance(changed.thing, Command) and changed.thing.state == state


COMMITS: dict[str, Callable[[Changed], bool]] = {
    "keep": lambda changed: isinstance(changed.thing, Notice) and changed.thing.state == "kept",
    "decide": lambda changed: isinstance(changed.thing, Verdict),
    "claim": command_is("claimed"),
    "acting": command_is("acting"),
    "end": command_is("done"),
}


class Cut:
    """Cuts the power once, before or after the commit that is looked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, commit: str, when: str) -> None:
        self.wanted = COMMITS[commit]
        self.armed = True
        do, settle = Writer._do, Writer._settle

        def cut_before(writer: Writer, connection: Any, job: Job) -> list[Changed]:
            changes = do(writer, connection, job)
            if when == "before":
                self.look(changes)
            return changes

        def cut_after(writer: Writer, batch: list[Job], changes: list[Changed]) -> None:
            if when == "after":
                self.look(changes)
            settle(writer, batch, changes)

        monkeypatch.setattr(Writer, "_do", cut_before)
        monkeypatch.setattr(Writer, "_settle", cut_after)

    def look(self, changes: list[Changed]) -> None:
        if self.armed and any(self.wanted(changed) for changed in changes):
            self.armed = False
            raise PowerCutError


class SlowHand(HandClock):
    """A hand that leaves the machine time to start a relay while a client asks again and again."""

    def turn(self, seconds: float) -> datetime:
        time.sleep(0.008)
        return super().turn(seconds)


class Observatory:
    """A relay that is started again when it has died, one sender that keeps what was not taken, one client."""

    def __init__(self, tmp_path) -> None:
        self.home = tmp_path / "relay"
        self.clock = SlowHand()
        self.lives = 1
        self.relay = self._start(0)
        self.bench = Bench(self.relay, tmp_path)
        self.client = self.bench.client()
        self.taken: list[int] = []
        self.closing = threading.Event()
        self.mender = threading.Thread(target=self._mend, daemon=True)
        self.mender.start()

    def _start(self, port: int) -> RunningRelay:
        settings: dict[str, Any] = {"lwa": {"beam_lead_s": 18.0}}
        return RunningRelay(self.home, self.clock, QUIET, settings, port).start()

    def _mend(self) -> None:
        """Start the relay again whenever it has died."""
        while not self.closing.wait(0.005):
            if self.relay.app.relay.journal.writer.fatal is not None:
                port = self.relay.port
                self.relay.stop()
                self.relay = self.bench.relay = self._start(port)
                self.lives += 1

    def push(self, body: bytes, stream: str = "chime") -> None:
        """Send it until the relay says that it has it, as every sender does."""
        while not self.taken:
            with contextlib.suppress(httpx.HTTPError, RuntimeError):
                answer = self.relay.push(body, stream, path="comet")
                if answer.status_code in (200, 201):
                    self.taken.append(answer.json()["id"])
            time.sleep(0.005)

    def decided(self) -> dict[str, Any]:
        """Wait for the one command, through any death of the relay."""
        for _ in range(2000):
            found = self.commands()
            if found:
                return found[0]
            time.sleep(0.005)
        raise AssertionError("no command was made")

    def commands(self) -> list[dict[str, Any]]:
        try:
            return self.relay.http.get("/lwa/commands").json()
        except (httpx.HTTPError, RuntimeError, ValueError):
            return []

    def live(self) -> dict[str, Any]:
        """Let the client live, the beam run and the relay be mended, until the command has ended."""
        for _ in range(400):
            self.client.step(*PARTS)
            self.clock.turn(5)
            (command,) = self.commands() or [{"state": "unknown"}]
            if command["state"] in FINAL:
                return command
        raise AssertionError(f"the command did not end: {command}")

    def close(self) -> None:
        self.closing.set()
        self.mender.join()
        self.bench.close()
        self.relay.stop()


class Quiet:
    """A listener that hears everything and says nothing."""

    name = "quiet"

    def tell(self, tolds, thread=None):
        return Posted("log", str(tolds[0].message.id))

    def find(self, tolds, thread=None):
        return {}


QUIET = Quiet()


@pytest.fixture
def observatory(tmp_path) -> Iterator[Observatory]:
    built = Observatory(tmp_path)
    yield built
    built.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("commit", "stream"), [*((one, "chime") for one in COMMITS), ("decide", "lvk")])
def test_the_power_fails_at_a_commit(observatory, monkeypatch, commit, when, stream):
    """Whatever was acknowledged is there, decided once; the telescope was told once; the command ends `done`."""
    cut = Cut(monkeypatch, commit, when)
    observatory.push(NOTICES[stream](time=observatory.clock.now()), stream)
    observatory.decided()
    command = observatory.live()
    assert not cut.armed, "the commit never came"
    wait_for(lambda: observatory.lives == 2, "the relay's second life")

    (alert,) = observatory.relay.http.get("/alerts").json()
    story = observatory.relay.http.get(f"/alerts/{alert['id']}").json()
    assert [notice["id"] for notice in story["notices"]] == observatory.taken
    scenarios = [verdict["scenario"] for verdict in story["verdicts"]]
    assert len(set(scenarios)) == len(scenarios)
    assert [one["id"] for one in story["commands"]] == [command["id"]]
    assert observatory.bench.told(command["id"]) == 1
    assert command["state"] == "done"
