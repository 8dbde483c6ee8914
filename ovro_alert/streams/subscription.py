"""A subscription: the process becomes Comet, with the options of Comet 3.1 and our plugin."""

from __future__ import annotations

import fcntl
import importlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from ovro_alert.errors import CannotStartError
from ovro_alert.keeping.spool import locked, make_folder

ROOT = Path(__file__).resolve().parents[2]
PLUGIN_FOLDER = ROOT / "comet_door"
HOST_AND_PORT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(:[1-9][0-9]{0,4})?")
HIGHEST_PORT = 65535


def become_comet(remote: str, home: Path, relay_url: str) -> NoReturn:
    """Replace this process by twistd running Comet, subscribed to `host[:port]`; or raise CannotStartError."""
    if not HOST_AND_PORT.fullmatch(remote) or int(remote.partition(":")[2] or 1) > HIGHEST_PORT:
        message = f"--remote {remote!r} is not HOST or HOST:PORT"
        raise CannotStartError(message)
    twistd = Path(sys.executable).with_name("twistd")
    if not twistd.is_file():
        message = f"there is no {twistd}: Comet and Twisted are not installed for this Python; see requirements.txt"
        raise CannotStartError(message)
    prepare_plugin()
    command = [sys.executable, str(twistd), "--nodaemon", "--pidfile=", "comet", "--verbose"]
    options = [f"--remote={remote}", f"--eventdb={fresh_event_db(home)}"]
    # with its option Comet refuses to start without the plugin; else it would start, and hand us nothing
    plugin = ["--ovro-alert", f"--ovro-alert-home={home}", f"--ovro-alert-relay={relay_url}"]
    os.execv(sys.executable, command + options + plugin)  # noqa: S606 - no shell is what is wanted


def prepare_plugin() -> None:
    """Let Comet find the plugin, and see that it can be loaded: Comet itself only logs what is wrong with it."""
    ours = [str(PLUGIN_FOLDER), str(ROOT)]
    inherited = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path and path not in ours]
    os.environ["PYTHONPATH"] = os.pathsep.join(ours + inherited)
    sys.path[:0] = ours
    try:
        importlib.import_module("comet.plugins.ovro_alert")
    except Exception as error:
        message = f"Comet's plugin in {PLUGIN_FOLDER} cannot be loaded: {error}"
        raise CannotStartError(message) from error


def fresh_event_db(home: Path) -> Path:
    """Make an empty folder for Comet's memory of events, held locked as long as this process lives, Comet or not.

    Two Comets with one memory would take events from each other; and a memory that outlived a crash would make Comet
    drop the event that was sent again. The relay knows doubles by their bytes.
    """
    above = home / "comet"
    try:
        make_folder(above)
        with closing_fd(os.open(above, os.O_RDONLY)) as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            remove_left(above)
            folder = Path(tempfile.mkdtemp(prefix="eventdb-", dir=above))
            mine = os.open(folder, os.O_RDONLY)
            fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.set_inheritable(mine, True)
    except OSError as error:
        message = f"no event database for Comet in {above}: {error.strerror}"
        raise CannotStartError(message) from error
    return folder


def remove_left(above: Path) -> None:
    """Remove the memories that no living process holds."""
    for folder in above.glob("eventdb-*"):
        with closing_fd(os.open(folder, os.O_RDONLY)) as fd:
            if locked(fd):
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def closing_fd(fd: int) -> Iterator[int]:
    """Close it at the end, and so let go of its lock."""
    try:
        yield fd
    finally:
        os.close(fd)
