"""Paths: the ways by which the notices of one stream come in, each in a thread of its own, within one process.

To add a path, write a class with what `StreamPath` has and hand it to `Receiving.add` before `Receiving.run`:

- `run` is called in a thread of the path's own. It brings notices in until `stop`, and hands each to a `Delivering`
  (made by `Receiving.delivering`), which tries for ever; only what was delivered, or refused and set aside by
  `Receiving.refuse`, is confirmed to its source. An error that it lets out is logged and told, and `run` is called
  again after 10 s: so a path that cannot go on just raises, and must not lose anything by it.
- `stop` is called once, from another thread; `run` should return within a second. Whatever hangs then is left behind.
- `health` is asked every 10 s, from another thread, and joins the stream's status under the path's name.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from ovro_alert.errors import CannotStartError
from ovro_alert.streams.restraint import Restraint
from ovro_alert.times import Clock

log = logging.getLogger(__name__)

OFF = "off"
"""The state of a path that is left out."""

AGAIN_S = 10.0
"""How long after an error a path begins again."""


class Health(NamedTuple):
    """How a path is: `connected`, `connecting`, `disconnected`, `unauthorised`, `silent` or the like.

    `lag_s` is how long the oldest notice known to be there has waited; `detail` is anything that JSON can carry.
    """

    state: str = "connecting"
    last_notice: datetime | None = None
    last_heartbeat: datetime | None = None
    lag_s: float = 0.0
    detail: Mapping[str, Any] = {}


class StreamPath(Protocol):
    """One way in. Its name is what arrivals are marked with: `gcn-kafka`, `hop`."""

    @property
    def name(self) -> str:
        """Short, and unique within the process."""

    def run(self) -> None:
        """Bring notices in until `stop`."""

    def stop(self) -> None:
        """Have `run` return soon."""

    def health(self) -> Health:
        """Say how it is, at once."""


class Paths:
    """All paths of one stream, and what they are together."""

    def __init__(self, stream: str, tell: Callable[[str], None], clock: Clock) -> None:
        self._stream = stream
        self._tell = Restraint(tell, clock)
        self._clock = clock
        self._stopping = threading.Event()
        self._threads: dict[str, threading.Thread] = {}
        self._paths: list[StreamPath] = []
        self._off: dict[str, str] = {}

    def add(self, path: StreamPath) -> None:
        """Take one more in; it begins with `start`."""
        self._paths.append(path)
        thread = threading.Thread(target=self._run, args=(path,), name=f"{self._stream}-{path.name}", daemon=True)
        self._threads[path.name] = thread

    def leave_out(self, name: str, why: str) -> None:
        """Have the status say that a path is off, and why."""
        self._off[name] = why

    def demand_one(self) -> None:
        """Raise CannotStartError if every path there could be is left out."""
        if self._off and not self._paths:
            raise CannotStartError("; ".join(self._off.values()))

    def start(self) -> None:
        """Begin all."""
        for name, why in self._off.items():
            log.warning("the path %s is off: %s", name, why)
        for thread in self._threads.values():
            thread.start()

    def stop(self, within_s: float) -> None:
        """End all, in so many seconds at most; one that hangs is left to the end of the process."""
        self._stopping.set()
        for path in self._paths:
            path.stop()
        until = self._clock.monotonic() + within_s
        for name, thread in self._threads.items():
            thread.join(max(0.0, until - self._clock.monotonic()))
            if thread.is_alive():
                log.warning("the path %s does not end by itself", name)

    def health(self) -> dict[str, Health]:
        """Ask each path how it is."""
        off = {name: Health(OFF, detail={"why": why}) for name, why in self._off.items()}
        return {path.name: path.health() for path in self._paths} | off

    def _run(self, path: StreamPath) -> None:
        while not self._stopping.is_set():
            try:
                path.run()
            except Exception as error:
                log.exception("the path %s", path.name)
                self._tell(f"{self._stream} receiver: the path {path.name} failed and begins again: {error}")
            self._clock.wait(self._stopping, AGAIN_S)


def together(paths: Mapping[str, Health], here: Health) -> Health:
    """Join the healths of paths to what is known beside them: one state if all say the same, else each by name.

    A path that is off is named in the detail alone.
    """
    if not paths:
        return here
    on = {name: health.state for name, health in paths.items() if health.state != OFF}
    states = set(on.values())
    said = ", ".join(f"{name} {state}" for name, state in on.items())
    every = (here, *paths.values())
    return Health(
        state=states.pop() if len(states) == 1 else said[:80],
        last_notice=latest(health.last_notice for health in every),
        last_heartbeat=latest(health.last_heartbeat for health in every),
        lag_s=max(health.lag_s for health in every),
        detail={**here.detail, "paths": {name: {"state": one.state, **one.detail} for name, one in paths.items()}},
    )


def latest(moments: Iterable[datetime | None]) -> datetime | None:
    """Return the latest of those that are known."""
    return max((moment for moment in moments if moment is not None), default=None)
