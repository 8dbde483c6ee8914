"""The spool: a folder of notices that the relay has not yet taken, one file each, in order of arrival.

What `put` has returned for is on the disk, whatever crashes next. Several processes may put; one at a time empties.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import secrets
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from ovro_alert.errors import CannotKeepError
from ovro_alert.keeping.envelope import Envelope, unpack
from ovro_alert.keeping.lines import sync_folder

LIMIT_BYTES = 1024**3
WHOLE, PART, WHY = ".notice", ".part", ".why"
MAKING, EMPTYING = ".making", ".emptying"
"""Files that are only locked: shared by all who put; by the one who pushes."""

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00Z")


class Held(NamedTuple):
    """How much waits."""

    notices: int
    size_bytes: int


class Spool:
    """One such folder, made if it is not there.

    Attributes
    ----------
    arrived
        Set when this process has put something.
    """

    def __init__(self, folder: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self.folder = folder
        self.refused = folder / "refused"
        self.arrived = threading.Event()
        self._limit_bytes = limit_bytes
        self._count = itertools.count()
        self._last_us = 0
        try:
            make_folder(self.refused)
            self.tidy()
        except OSError as error:
            message = f"the spool {folder} cannot be opened ({error.strerror}): is the home right, and ours to write?"
            raise CannotKeepError(message) from error

    def put(self, envelope: Envelope) -> str:
        """Keep one notice and return its name; it is on the disk then, or CannotKeepError says why not."""
        data = envelope.pack()
        name = self._name(envelope.received)
        part = self.folder / (name + PART)
        try:
            held = self.held()
            if held.size_bytes + len(data) > self._limit_bytes:
                message = (
                    f"the spool {self.folder} is full: {held.notices} notices, {held.size_bytes} bytes: relay away?"
                )
                raise CannotKeepError(message)
            with self._open(MAKING) as making:
                fcntl.flock(making, fcntl.LOCK_SH)
                write_synced(part, data)
                part.rename(self.folder / (name + WHOLE))
            sync_folder(self.folder)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            message = f"a notice of {len(data)} bytes cannot be kept in {self.folder}: {error.strerror}"
            raise CannotKeepError(message) from error
        self.arrived.set()
        return name

    def waiting(self) -> list[str]:
        """List the names of what waits, oldest first."""
        return sorted(file.name.removesuffix(WHOLE) for file in self.folder.glob("*" + WHOLE))

    def oldest(self) -> str | None:
        """Return the name of what has waited longest."""
        return next(iter(self.waiting()), None)

    def has(self, name: str) -> bool:
        """Whether it still waits."""
        return (self.folder / (name + WHOLE)).exists()

    def read(self, name: str) -> Envelope:
        """Return what waits under that name; a ValueError if the disk has spoilt it."""
        return unpack((self.folder / (name + WHOLE)).read_bytes())

    def drop(self, name: str) -> None:
        """Forget what the relay has; a crash before this only means that the relay is given it twice."""
        (self.folder / (name + WHOLE)).unlink(missing_ok=True)

    def set_aside(self, name: str, why: str) -> Path:
        """Move what the relay will never take to `refused`, with a file that says why, and return where it is."""
        aside = self.refused / (name + WHOLE)
        with contextlib.suppress(OSError):
            aside.with_suffix(WHY).write_text(why + "\n")
        (self.folder / (name + WHOLE)).rename(aside)
        sync_folder(self.refused)
        sync_folder(self.folder)
        return aside

    def refuse(self, notice: Envelope, why: str) -> Path:
        """Keep in `refused` what the relay will never take and what never waited here; say where it is."""
        aside = self.refused / (self._name(notice.received) + WHOLE)
        aside.with_suffix(WHY).write_text(why + "\n")
        write_synced(aside, notice.pack())
        sync_folder(self.refused)
        return aside

    def held(self) -> Held:
        """Count what waits, what is in the making too."""
        sizes = [size for file in self.folder.iterdir() if file.suffix in (WHOLE, PART) and (size := size_bytes(file))]
        return Held(len(sizes), sum(sizes))

    def refused_count(self) -> int:
        """Count what was set aside."""
        return sum(1 for _ in self.refused.glob("*" + WHOLE))

    def tidy(self) -> None:
        """End what a crash left in the making: keep it if it is whole, forget it if it is torn."""
        with self._open(MAKING) as making:
            if locked(making):  # then nobody who lives is making any
                for part in self.folder.glob("*" + PART):
                    self._end(part)

    @contextlib.contextmanager
    def emptying(self) -> Iterator[bool]:
        """Have the spool to oneself for emptying, True; or False, because another process has."""
        with self._open(EMPTYING) as emptying:
            yield locked(emptying)

    @contextlib.contextmanager
    def _open(self, name: str) -> Iterator[int]:
        fd = os.open(self.folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            yield fd
        finally:
            os.close(fd)

    def _name(self, received: datetime) -> str:
        """Name it so that names sort as notices came, even if the clock was set back in between."""
        self._last_us = max(self._last_us, (received - EPOCH) // timedelta(microseconds=1))
        return f"{self._last_us:020d}-{next(self._count) % 10**6:06d}-{secrets.token_hex(4)}"

    def _end(self, part: Path) -> None:
        try:
            unpack(part.read_bytes())
        except ValueError:
            part.unlink()
        else:
            part.rename(part.with_suffix(WHOLE))
            sync_folder(self.folder)
            self.arrived.set()


def write_synced(file: Path, data: bytes) -> None:
    """Write a new file; its bytes are on the disk on return."""
    with file.open("xb") as new:
        new.write(data)
        new.flush()
        os.fsync(new.fileno())


def make_folder(folder: Path) -> None:
    """Make a folder with those above it, each name synced, so that what is put into it cannot vanish with it."""
    missing = [each for each in (folder, *folder.parents) if not each.is_dir()]
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        sync_folder(each.parent)


def size_bytes(file: Path) -> int:
    """Return a file's size, 0 if somebody has just taken it away."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def locked(fd: int) -> bool:
    """Take the lock of an open file, or not, at once."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
