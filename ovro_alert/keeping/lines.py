"""A file of JSON lines: one for each thing that happened, synced before the next thing happens."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any

from ovro_alert.errors import CannotStartError

Line = dict[str, Any]


class Lines:
    """One such file, held by one process at a time.

    A line that a crash or a full disk tore is no line: it is cut off on opening, and before the next is written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise CannotStartError(f"{path} cannot be opened: {error.strerror}") from error
        try:
            self._hold()
            self.kept = self._read()
        except BaseException:
            os.close(self._fd)
            raise

    def append(self, line: Line) -> None:
        """Write one line; it is on the disk when this returns, and not there if it raises OSError."""
        data = json.dumps(line, ensure_ascii=False, allow_nan=False).encode() + b"\n"
        os.ftruncate(self._fd, self._end)
        written = 0
        while written < len(data):
            written += os.pwrite(self._fd, data[written:], self._end + written)
        os.fsync(self._fd)
        self._end += len(data)
        self.kept.append(line)

    def close(self) -> None:
        """Let another process have it."""
        os.close(self._fd)
        self._fd = -1

    def _hold(self) -> None:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            message = f"{self.path} is held by another running process; end that one first, or set another home"
            raise CannotStartError(message) from error

    def _read(self) -> list[Line]:
        data = self.path.read_bytes()
        self._end = data.rfind(b"\n") + 1
        os.ftruncate(self._fd, self._end)
        sync_folder(self.path.parent)
        return [self._line(number, text) for number, text in enumerate(data[: self._end].splitlines(), 1)]

    def _line(self, number: int, text: bytes) -> Line:
        try:
            line = json.loads(text)
        except ValueError:
            line = None
        if isinstance(line, dict):
            return line
        message = f"{self.path}, line {number} is not JSON; look at what it says, then move the file away"
        raise CannotStartError(message)


def sync_folder(folder: Path) -> None:
    """Make sure that a new file's name is on the disk as well as its bytes."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
