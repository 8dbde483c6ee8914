"""A simulated OVRO-LWA behind the door of the real one."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ovro_alert.commands import Command
from ovro_alert.doors import Progress
from ovro_alert.errors import TelescopeRefusedError
from ovro_alert.keeping.lines import Lines
from ovro_alert.statuses import Moves, TelescopeStatus
from ovro_alert.telescopes import lwa
from ovro_alert.telescopes.simulated.beams import Beams
from ovro_alert.telescopes.simulated.faults import NO_FAULTS, Faults
from ovro_alert.telescopes.simulated.pace import Pace
from ovro_alert.telescopes.simulated.record import Record
from ovro_alert.telescopes.simulated.ring import Ring


class Instrument(Protocol):
    """What carries out one action; `progress` and `stop` answer None if it was never told."""

    def refusal(self, command: Command, now: datetime) -> str | None:
        """Say why it cannot."""

    def begin(self, command: Command, now: datetime) -> Progress:
        """Be told."""

    def progress(self, command: Command, now: datetime) -> Progress | None:
        """Say how far it is."""

    def stop(self, command: Command, now: datetime) -> Progress | None:
        """Stop what can be stopped."""


class Drills:
    """A drill is done as soon as it is begun."""

    def __init__(self, record: Record, pace: Pace) -> None:
        self._record = record
        self._done = Progress("done", None, {"says": pace.says("a drill: every step was gone through, nothing moved")})

    def refusal(self, command: Command, now: datetime) -> str | None:  # noqa: ARG002 - of a drill there is none
        """Return None: a drill can always be."""
        return None

    def begin(self, command: Command, now: datetime) -> Progress:
        """Write it down."""
        self._record.write(now, command, "drill", "told", "a drill")
        return self._done

    def progress(self, command: Command, now: datetime) -> Progress | None:  # noqa: ARG002 - it takes no time
        """Say that it is done, if it was."""
        return self._done if any(line["key"] == command.key for line in self._record.of("drill")) else None

    stop = progress


class SimulatedLwa:
    """Its state is its record: an instrument remembers, whoever drives it comes and goes."""

    def __init__(self, path: Path, speed: float = 1.0, faults: Faults = NO_FAULTS) -> None:
        self._pace = Pace(speed)
        self._faults = faults
        self._lock = threading.Lock()
        self._lines = Lines(path)
        record = Record(self._lines, self._pace)
        self._beams = Beams(record, self._pace, faults)
        self._ring = Ring(record, self._pace, faults)
        self._instruments: dict[str, Instrument] = {
            "beam": self._beams,
            "dump": self._ring,
            "test": Drills(record, self._pace),
        }

    @property
    def moves(self) -> Moves:
        """Nothing but a simulator."""
        return "simulator"

    def due(self, command: Command, now: datetime) -> datetime:
        """When to claim it."""
        return lwa.due(command, now)

    def intention(self, command: Command, now: datetime) -> str:
        """Say what the telescope would be told."""
        return self._pace.says(lwa.intention(command, now))

    def refusal(self, command: Command, now: datetime) -> str | None:
        """Say why the telescope cannot."""
        with self._lock:
            refused = self._of(command).refusal(command, now)
        return refused and self._pace.says(refused)

    def begin(self, command: Command, now: datetime) -> Progress:
        """Tell the telescope."""
        with self._lock:
            return self._of(command).begin(command, now)

    def progress(self, command: Command, now: datetime) -> Progress | None:
        """Say what came of it: a simulator knows also what it was never told."""
        if self._faults.forgets:
            return None
        with self._lock:
            return self._of(command).progress(command, now) or self._never_told()

    def stop(self, command: Command, now: datetime) -> Progress:
        """Stop what can be stopped."""
        with self._lock:
            return self._of(command).stop(command, now) or self._never_told()

    def status(self, now: datetime) -> TelescopeStatus:
        """Describe it."""
        with self._lock:
            recordings, sessions = self._beams.live(now), [*self._beams.sessions(now), *self._ring.sessions(now)]
            pointing = self._beams.pointing(now)
        recording = any("on" in one.did for one in recordings)
        return TelescopeStatus(
            state="observing" if sessions else "idle",
            moves=self.moves,
            until=max((session.stop for session in sessions), default=None),
            pointing=pointing,
            schedule=tuple(sorted(sessions, key=lambda session: session.start)),
            detail={
                "says": self._pace.says("OVRO-LWA"),
                "op_type": "recording" if recording else "waiting" if recordings else "idle",
                "ring_s": self._faults.ring_promised_s,
                "speed": self._pace.speed,
            },
        )

    def close(self) -> None:
        """Let another process drive it."""
        self._lines.close()

    def _of(self, command: Command) -> Instrument:
        instrument = self._instruments.get(command.action)
        if instrument is None:
            raise TelescopeRefusedError(self._pace.says(f"OVRO-LWA knows no {command.action!r}"))
        return instrument

    def _never_told(self) -> Progress:
        says = self._pace.says("the telescope was never told of it")
        return Progress("failed", None, {"says": says, "outcome": "not begun"})
