"""Real Comet 3.1 brokers on 127.0.0.1, and a broadcaster that may send anything; each for tests of the way in.

Comet 3.1 cannot be told an address to listen on, so its listening class is replaced before twistd starts.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ovro_alert import vtp
from ovro_alert.times import SystemClock
from tests.stand_in import KEY, until

ROOT = Path(__file__).resolve().parents[1]

LAUNCHER = """
import sys
from functools import partial
import comet.service.broker as broker
broker.TCPServer = partial(broker.TCPServer, interface="127.0.0.1")
if sys.argv.pop(1) == "lenient":
    broker.CheckSchema = lambda path: lambda event: None
from twisted.scripts.twistd import run
run()
"""

AUTHENTICATE = b"""<?xml version='1.0' encoding='UTF-8'?>
<trn:Transport xmlns:trn="http://www.telescope-networks.org/xml/Transport/v1.1" version="1.0" role="authenticate">
<Origin>ivo://test.example/broadcaster</Origin><TimeStamp>2026-11-20T07:38:20Z</TimeStamp></trn:Transport>"""

IAMALIVE = AUTHENTICATE.replace(b'"authenticate"', b'"iamalive"')


def voevent(name: str, words: str = "composed for a test", role: str = "observation") -> bytes:
    """Return a VOEvent 2.0 that Comet's schema takes."""
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<voe:VOEvent xmlns:voe="http://www.ivoa.net/xml/VOEvent/v2.0" version="2.0" role="{role}"
 ivorn="ivo://ca.chimenet.frb/FRB-DETECTION-#{name}">
  <Who><AuthorIVORN>ivo://ca.chimenet.frb/contact</AuthorIVORN><Date>2026-11-20T08:14:02+00:00</Date></Who>
  <What><Description>{words}</Description></What>
</voe:VOEvent>
""".encode()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def environment(**more: str) -> dict[str, str]:
    """Return an environment without anybody's settings, keys or proxies."""
    ours = re.compile(r"OVRO_ALERT_|RELAY_|SLACK_|GCN_|.*_proxy$", re.IGNORECASE)
    return {name: value for name, value in os.environ.items() if not ours.match(name)} | more


class Process:
    """One process whose output goes to a file that can be read while it runs."""

    def __init__(self, command: list[str], folder: Path, env: dict[str, str] | None = None) -> None:
        self.file = tempfile.NamedTemporaryFile("w+", dir=folder, suffix=".log", delete=False)  # noqa: SIM115
        self.popen = subprocess.Popen(
            command, stdout=self.file, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=folder, env=env
        )

    @property
    def log(self) -> str:
        return Path(self.file.name).read_text()

    def until(self, condition: Callable[[], object], what: str) -> None:
        until(lambda: condition() or self.popen.poll() is not None, f"{what}\n{self.log[-3000:]}")
        assert condition(), f"ended with {self.popen.returncode} before {what}\n{self.log[-3000:]}"

    def until_said(self, words: str, times: int = 1) -> None:
        self.until(lambda: self.log.count(words) >= times, f"{words!r} × {times}")

    def ended_s(self, within_s: float = 10.0) -> float:
        """Wait for its end and return how long that took."""
        begin = time.monotonic()
        self.popen.wait(within_s)
        return time.monotonic() - begin

    def close(self) -> None:
        self.popen.kill()
        self.popen.wait(10)
        self.file.close()


class Broker:
    """A Comet that takes VOEvents from authors and broadcasts them; `lenient` takes what breaks the schema too."""

    def __init__(self, folder: Path, lenient: bool = False) -> None:
        self.folder = folder
        self.lenient = lenient
        self.author_port, self.broadcast_port = free_port(), free_port()
        self.launches = 0
        self.start()

    @property
    def remote(self) -> str:
        return f"127.0.0.1:{self.broadcast_port}"

    def start(self) -> None:
        self.launches += 1
        options = ["--receive", f"--receive-port={self.author_port}", "--author-whitelist=127.0.0.0/8"]
        options += ["--broadcast", f"--broadcast-port={self.broadcast_port}", "--subscriber-whitelist=127.0.0.0/8"]
        options += ["--broadcast-test-interval=0", "--local-ivo=ivo://test.example/broker", "--verbose"]
        options += [f"--eventdb={self.folder}/eventdb{self.launches}"]
        launcher = [sys.executable, "-c", LAUNCHER, "lenient" if self.lenient else "strict"]
        self.process = Process([*launcher, "--nodaemon", "--pidfile=", "comet", *options], self.folder, environment())
        self.process.until_said("(WhitelistingFactory) starting on", 2)

    def submit(self, event: bytes) -> vtp.Reply:
        """Send it as an author."""
        return vtp.send("127.0.0.1", self.author_port, event, SystemClock(), within_s=10)

    def until_subscribed(self, times: int = 1) -> None:
        self.process.until_said("Authentication received", times)

    def stop(self) -> None:
        self.process.popen.send_signal(signal.SIGTERM)
        self.process.ended_s()
        self.process.close()


class Broadcaster:
    """A broker that says whatever it is told to whoever subscribed last; ten lines of VTP, no Comet."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.connections: list[socket.socket] = []
        self.replies: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def remote(self) -> str:
        return f"127.0.0.1:{self.port}"

    def acknowledged(self, name: str) -> bool:
        return any('role="ack"' in reply and name in reply for reply in self.replies)

    def say(self, message: bytes) -> None:
        self.connections[-1].sendall(struct.pack("!I", len(message)) + message)

    def close(self) -> None:
        for each in (self.server, *self.connections):
            each.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            connection.sendall(struct.pack("!I", len(AUTHENTICATE)) + AUTHENTICATE)
            threading.Thread(target=self._listen, args=(connection,), daemon=True).start()

    def _listen(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        try:
            while head := stream.read(4):
                self.replies.append(stream.read(struct.unpack("!I", head)[0]).decode())
                if connection not in self.connections:  # it has answered: from now on it is listened to
                    self.connections.append(connection)
        except (OSError, struct.error, ValueError):
            return


class ChimeAlert(Process):
    """`python chime_alert.py --remote`, with a home and a relay of its own."""

    def __init__(self, remote: str, home: Path, relay_url: str) -> None:
        self.home = home
        self.spool = home / "spool" / "chime"
        home.mkdir(parents=True, exist_ok=True)
        env = environment(OVRO_ALERT_HOME=str(home), RELAY_URL=relay_url, RELAY_KEY=KEY)
        super().__init__([sys.executable, str(ROOT / "chime_alert.py"), "--remote", remote], home, env)

    def spooled(self) -> list[Path]:
        return sorted(self.spool.glob("*.notice"))


@pytest.fixture(scope="module")
def comet_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A real Comet broker, strict, shared by a module."""
    broker = Broker(tmp_path_factory.mktemp("comet"))
    yield broker
    broker.stop()


@pytest.fixture
def broadcaster() -> Iterator[Broadcaster]:
    one = Broadcaster()
    yield one
    one.close()
