"""Which files of a watched folder were handed in: it outlives the process, so that none is handed in for new twice."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ovro_alert.errors import CannotStartError
from ovro_alert.keeping.lines import Line, Lines

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
        self._folders: dict[str, dict[str, Sight]] = {}
        try:
            for line in self._lines.kept:
                self._enter(line)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self._lines.close()
            message = f"{path} is not a list of files that were seen ({error!r}); move it away"
            raise CannotStartError(message) from error

    def of(self, folder: Path) -> Mapping[str, Sight] | None:
        """Return what was seen there, by name; None if that folder was never looked into."""
        return self._folders.get(str(folder))

    def begin(self, folder: Path, history: Mapping[str, Stamp]) -> None:
        """Write that a folder is watched from now on; what lay there by these names is history."""
        self._write({"folder": str(folder), "history": {name: list(stamp) for name, stamp in history.items()}})

    def add(self, folder: Path, name: str, sight: Sight) -> None:
        """Write that a file needs no further look as long as it is like this."""
        self._write({"folder": str(folder), "file": name, "stamp": list(sight.stamp), "sha256": sight.sha256})

    def close(self) -> None:
        """Let another process have it."""
        self._lines.close()

    def _write(self, line: Line) -> None:
        self._lines.append(line)
        self._enter(line)

    def _enter(self, line: Line) -> None:
        sights = self._folders.setdefault(line["folder"], {})
        if "file" in line:
            sights[line["file"]] = Sight(stamp_of(line["stamp"]), line["sha256"])
        else:
            sights |= {name: Sight(stamp_of(stamp)) for name, stamp in line["history"].items()}


def stamp_of(pair: list[int]) -> Stamp:
    """Read a stamp as it stands in the file."""
    size_bytes, written_ns = pair
    return size_bytes, written_ns
