"""A folder as a way in: each JSON file that comes, or is written anew, is a notice.

A file is handed in as soon as it is whole: JSON to its end, and the same before and after it was read. One that stays
torn is handed in as it is after a minute, so that the relay says so. It is in the spool before it is noted as seen.
Only files of that folder itself, with printable names that end in .json; links are not followed.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import stat
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from ovro_alert.keeping.seen import Seen, Sight, Stamp
from ovro_alert.notices import NOTICE_LIMIT_BYTES
from ovro_alert.streams.paths import Health
from ovro_alert.streams.reach import Reach
from ovro_alert.streams.receiving import Receiving
from ovro_alert.streams.restraint import Restraint
from ovro_alert.streams.whole_files import is_json, read_whole
from ovro_alert.times import Clock

log = logging.getLogger(__name__)

POLL_S = 1.0
REST_SHARE, REST_AT_MOST_S = 10.0, 30.0
"""How often to look; after a listing that took long, so many times as long is rested, but no longer than that."""

HISTORY_S = 600.0
"""What is older at the first look into a folder is history; DSA-110's last word on a burst comes within this time."""

TORN_S = 60.0
"""How long a file may be in the making without growing."""

STOP_S = 0.5
"""How long the receiver may take to end, beside a client; what it has not pushed waits in its spool."""

ENDING = ".json"


class Folder:
    """One watched folder, as a path of its stream."""

    name = "folder"

    def __init__(
        self,
        folder: Path,
        seen: Seen,
        keep: Callable[[bytes, str, str], str],
        changed: Callable[[], None],
        tell: Callable[[str], None],
        clock: Clock,
    ) -> None:
        self._folder = folder.absolute()
        self._seen = seen
        self._keep = keep
        self._changed = changed
        self._tell = Restraint(tell, clock)
        self._clock = clock
        self._reach = Reach(f"the folder {self._folder}", tell, clock)
        self._stopping = threading.Event()
        self._state = "connecting"
        self._last_notice: datetime | None = None
        self._files = 0
        self._rest_s = POLL_S
        self._torn: dict[str, tuple[Stamp, float]] = {}
        self._complained: dict[str, Stamp] = {}

    def run(self) -> None:
        """Look again and again until `stop`."""
        while not self._stopping.is_set():
            self.look()
            self._clock.wait(self._stopping, self._rest_s)

    def stop(self) -> None:
        """Have `run` return soon."""
        self._stopping.set()

    def health(self) -> Health:
        """Say how it is."""
        detail = {"folder": str(self._folder), "files": self._files, "torn": len(self._torn)}
        return Health(self._state, self._last_notice, detail=detail)

    def look(self) -> None:
        """Hand in what is new since the last look."""
        began = self._clock.monotonic()
        try:
            found = dict(self._listed())
        except OSError as error:
            self._say("no folder")
            self._reach.missed(f"{error.strerror}")
            return
        # not by what was handed in: a storm of files must not keep the next one waiting
        self._rest_s = max(POLL_S, min(REST_SHARE * (self._clock.monotonic() - began), REST_AT_MOST_S))
        self._say("connected")
        self._reach.reached()
        self._tell.remind()
        seen = self._seen.of(self._folder)
        if seen is None:
            seen = self._begin(found)
        self._files = len(found)
        self._torn = {name: torn for name, torn in self._torn.items() if name in found}
        news = [(stamp, name) for name, stamp in found.items() if name not in seen or seen[name].stamp != stamp]
        for stamp, name in sorted(news, key=lambda one: (one[0][1], one[1])):
            if self._stopping.is_set():
                return
            self._consider(name, stamp, seen.get(name))

    def _listed(self) -> Iterator[tuple[str, Stamp]]:
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if not entry.name.endswith(ENDING) or entry.name.startswith(".") or not entry.name.isprintable():
                    continue
                try:
                    found = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                stamp = found.st_size, found.st_mtime_ns
                if stat.S_ISREG(found.st_mode):
                    yield entry.name, stamp
                elif stat.S_ISLNK(found.st_mode):
                    self._complain(entry.name, stamp, "is a link: not followed")

    def _begin(self, found: dict[str, Stamp]) -> Mapping[str, Sight]:
        now_ns = self._clock.now().timestamp() * 1e9
        history = {name: stamp for name, stamp in found.items() if now_ns - stamp[1] > HISTORY_S * 1e9}
        self._seen.begin(self._folder, history)
        log.info("%s is watched from now on; %d files in it are history", self._folder, len(history))
        return self._seen.of(self._folder) or {}

    def _consider(self, name: str, stamp: Stamp, before: Sight | None) -> None:
        """Hand in a file that is new or was written anew, unless it is not whole yet."""
        file = self._folder / name
        known, since = self._torn.get(name, (None, 0.0))
        if known == stamp and self._clock.monotonic() - since < TORN_S:
            return
        if stamp[0] > NOTICE_LIMIT_BYTES:
            self._tell(f"{file} has {stamp[0]} bytes, and a notice {NOTICE_LIMIT_BYTES} at most: not handed in")
            self._seen.add(self._folder, name, Sight(stamp))
            return
        try:
            body = read_whole(file, stamp)
        except FileNotFoundError:
            return
        except OSError as error:
            self._complain(name, stamp, f"cannot be read, and is tried on: {error.strerror}")
            return
        if body is None or not (is_json(body) or known == stamp):
            self._torn[name] = (stamp, self._clock.monotonic())
            return
        self._torn.pop(name, None)
        sha256 = hashlib.sha256(body).hexdigest()
        if not body:
            self._tell(f"{file} is empty: not handed in")
        elif before is None or before.sha256 != sha256:
            self._keep(body, "application/json", self.name)
            self._last_notice = self._clock.now()
        self._seen.add(self._folder, name, Sight(stamp, sha256))

    def _say(self, state: str) -> None:
        if state != self._state:
            self._state = state
            self._changed()

    def _complain(self, name: str, stamp: Stamp, why: str) -> None:
        """Tell people, once for each file as it is."""
        if self._complained.get(name) != stamp:
            self._complained[name] = stamp
            self._tell(f"{self._folder / name} {why}")


@contextlib.contextmanager
def watch_folder(
    folder: Path | None, home: Path, receiving: Receiving, tell: Callable[[str], None], clock: Clock
) -> Iterator[None]:
    """Receive from a folder meanwhile; from none without one."""
    if folder is None:
        yield
        return
    seen = Seen(home / "seen" / f"{receiving.stream}.jsonl")
    receiving.add(Folder(folder, seen, receiving.keep, receiving.heartbeat.soon, tell, clock))
    receiving.start()
    try:
        yield
    finally:
        receiving.stop(STOP_S)
