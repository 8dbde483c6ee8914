"""A simulated OVRO-LWA behind the door of the real one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ovro_alert.commands import Command
from ovro_alert.doors import Progress
from ovro_alert.keeping.lines import Lines
from ovro_alert.statuses import Moves, TelescopeStatus
from ovro_alert.telescopes import lwa
from ovro_alert.telescopes.simulated.beams import Beams
from ovro_alert.telescopes.simulated.faults import NO_FAULTS, Faults
from ovro_alert.telescopes.simulated.instruments import Drills, Instrument, Instruments
from ovro_alert.telescopes.simulated.pace import Pace
from ovro_alert.telescopes.simulated.record import Record
from ovro_alert.telescopes.simulated.ring import Ring


class SimulatedLwa:
    """Its state is its record: an instrument remembers, whoever drives it comes and goes."""

    def __init__(self, path: Path, speed: float = 1.0, faults: Faults = NO_FAULTS) -> None:
        self._pace = Pace(speed)
        self._faults = faults
        self._lines = Lines(path)
        record = Record(self._lines, self._pace)
        self._beams = Beams(record, self._pace, faults)
        self._ring = Ring(record, self._pace, faults)
        by_action: dict[str, Instrument] = {
            "beam": self._beams,
            "dump": self._ring,
            "test": Drills(record, self._pace),
        }
        self._instruments = Instruments("OVRO-LWA", by_action, self._pace, forgets=faults.forgets)

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
        return self._instruments.refusal(command, now)

    def begin(self, command: Command, now: datetime) -> Progress:
        """Tell the telescope."""
        return self._instruments.begin(command, now)

    def progress(self, command: Command, now: datetime) -> Progress | None:
        """Say what came of it."""
        return self._instruments.progress(command, now)

    def stop(self, command: Command, now: datetime) -> Progress:
        """Stop what can be stopped."""
        return self._instruments.stop(command, now)

    def status(self, now: datetime) -> TelescopeStatus:
        """Describe it."""
        with self._instruments.lock:
            recordings, dumps = self._beams.live(now), self._ring.sessions(now)
            sessions = [*self._beams.sessions(now), *dumps]
            ends = [*self._beams.ends(now), *(dump.stop for dump in dumps)]
            pointing = self._beams.pointing(now)
        recording = any("on" in one.did for one in recordings)
        return TelescopeStatus(
            state="observing" if ends else "idle",
            moves=self.moves,
            until=max(ends, default=None),
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
