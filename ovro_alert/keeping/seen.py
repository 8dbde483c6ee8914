"""Which files of a watched folder were handed in: it outlives the process, so that none is handed in for new twice."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ovro_alert.keeping.lines import Lines

Stamp = tuple[int, int]
"""Size in bytes, and when it was last written, ns since 1970: a file that is written again has another."""


class Sight(NamedTuple):
    """One file as it was last seen; `sha256` is empty where nothing was handed in."""

    stamp: Stamp
    sha256: str = ""


class Seen:
    """A synced file that one process at a time holds; about 200 bytes for each file that is handed in."""

    def __init__(self, path: Path) -> None:
        self._lines = Lines(path)
        self._folders: set[str] = set()
        self._sights: dict[str, Sight] = {}
        for line in self._lines.kept:
            self._enter(line)

    def knows(self, folder: Path) -> bool:
        """Whether this folder was ever looked into."""
        return str(folder) in self._folders

    def begin(self, folder: Path, history: Mapping[str, Stamp]) -> None:
        """Write that a folder is watched from now on; what lay there by these names is history."""
        self._write({"folder": str(folder), "history": {name: list(stamp) for name, stamp in history.items()}})

    def sight(self, file: Path) -> Sight | None:
        """Return how a file was when it was last seen, None if it never was."""
        return self._sights.get(str(file))

    def add(self, file: Path, sight: Sight) -> None:
        """Write that a file needs no further look as long as it is like this."""
        self._write({"file": str(file), "stamp": list(sight.stamp), "sha256": sight.sha256})

    def close(self) -> None:
        """Let another process have it."""
        self._lines.close()

    def _write(self, line: dict[str, object]) -> None:
        self._lines.append(line)
        self._enter(line)

    def _enter(self, line: Mapping[str, object]) -> None:
        if "folder" in line:
            folder = Path(str(line["folder"]))
            self._folders.add(str(folder))
            history = line["history"]
            if isinstance(history, dict):
                self._sights |= {str(folder / name): Sight(stamp_of(stamp)) for name, stamp in history.items()}
        else:
            self._sights[str(line["file"])] = Sight(stamp_of(line["stamp"]), str(line["sha256"]))


def stamp_of(value: object) -> Stamp:
    """Read a stamp as it stands in the file."""
    size, written = value if isinstance(value, list) else (-1, -1)
    return int(size), int(written)
