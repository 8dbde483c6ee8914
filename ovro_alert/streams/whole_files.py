"""Files that somebody else writes: read whole, or not yet."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

from ovro_alert.keeping.seen import Stamp
from ovro_alert.notices import NOTICE_LIMIT_BYTES

HOW_TO_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""No link is followed, and nobody waits for what turns out to be a pipe."""


def read_whole(file: Path, stamp: Stamp) -> bytes | None:
    """Return a file's bytes; None if it is no longer what was listed, or was written meanwhile."""
    fd = os.open(file, HOW_TO_OPEN)
    with os.fdopen(fd, "rb") as opened:
        body = opened.read(NOTICE_LIMIT_BYTES + 1)
        after = os.fstat(fd)
    same = stat.S_ISREG(after.st_mode) and (after.st_size, after.st_mtime_ns) == stamp and len(body) == stamp[0]
    return body if same else None


def is_json(body: bytes) -> bool:
    """Whether this is JSON to its end: what is still being written is not."""
    try:
        json.loads(body)
    except ValueError:
        return False
    except RecursionError:
        return True  # deeper than we look; the relay will say what it is
    return True
