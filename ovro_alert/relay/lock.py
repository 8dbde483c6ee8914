"""One relay for one home: a lock that the system lets go of when the process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TextIO

from ovro_alert.errors import CannotStartError


def lock_home(home: Path) -> TextIO:
    """Take the home for this process; a second relay on it is told whose it is. Keep what is returned."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        file = (home / "relay.lock").open("a+")
    except OSError as error:
        raise CannotStartError(f"the home {home} cannot be used: {error}; set OVRO_ALERT_HOME") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        owner = file.read(40).strip() or "another process"
        file.close()
        raise CannotStartError(
            f"the home {home} belongs to the relay with process id {owner}; end it, or set OVRO_ALERT_HOME"
        ) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file
