"""A simulated DSA-110 behind the door of the real one."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

from ovro_alert import meridian
from ovro_alert.commands import Command
from ovro_alert.doors import Progress
from ovro_alert.keeping.lines import Lines
from ovro_alert.statuses import Moves, Pointing, TelescopeStatus
from ovro_alert.telescopes import dsa
from ovro_alert.telescopes.simulated.dishes import Dishes
from ovro_alert.telescopes.simulated.faults import SOUND_DISHES, DishFaults
from ovro_alert.telescopes.simulated.instruments import Drills, Instrument, Instruments
from ovro_alert.telescopes.simulated.operators import read_operators
from ovro_alert.telescopes.simulated.pace import Pace
from ovro_alert.telescopes.simulated.record import Record
from ovro_alert.telescopes.simulated.repointing import Repointing

OPERATORS = "operators.json"
"""Beside the record: what its operators allow."""


class SimulatedDsa:
    """Its state is its record: the dishes are where they were left, whoever drives them comes and goes."""

    def __init__(
        self, path: Path, speed: float = 1.0, move: dsa.Move = "at once", faults: DishFaults = SOUND_DISHES
    ) -> None:
        self._pace = Pace(speed)
        self._move = move
        self._lines = Lines(path)
        self._operators = partial(read_operators, path.with_name(OPERATORS))
        record = Record(self._lines, self._pace)
        self._dishes = Dishes(self._pace, faults)
        self._repointing = Repointing(record, self._pace, self._dishes, self._operators)
        by_action: dict[str, Instrument] = {"repoint": self._repointing, "test": Drills(record, self._pace)}
        self._instruments = Instruments("DSA-110", by_action, self._pace, forgets=faults.forgets)

    @property
    def moves(self) -> Moves:
        """Nothing but a simulator."""
        return "simulator"

    def due(self, command: Command, now: datetime) -> datetime:
        """When to claim it."""
        return dsa.due(command, now, self._move)

    def intention(self, command: Command, now: datetime) -> str:
        """Say what the telescope would be told."""
        return self._pace.says(dsa.intention(command, now))

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
        """Halt the dishes."""
        return self._instruments.stop(command, now)

    def status(self, now: datetime) -> TelescopeStatus:
        """Describe it."""
        operators = self._operators()
        with self._instruments.lock:
            sessions = self._repointing.sessions(now)
            el_deg, shown = self._dishes.el_deg(now), self._dishes.shown(now)
        dec_deg = None if el_deg is None else meridian.dish_declination_deg(el_deg)
        return TelescopeStatus(
            state="observing" if sessions else "idle",
            moves=self.moves,
            until=max((session.stop for session in sessions), default=None),
            pointing=None if dec_deg is None else self._pointing(dec_deg, now),
            schedule=tuple(sorted(sessions, key=lambda session: session.start)),
            detail={
                "says": self._pace.says("DSA-110"),
                "agents_enabled": operators.agents_enabled,
                "paused": operators.paused,
                "holder": operators.holder,
                "dec_of_date_deg": None if dec_deg is None else round(dec_deg, 4),
                "el_deg": None if el_deg is None else round(el_deg, 3),
                "antennas": len(self._dishes.numbers),
                "antennas_by_state": dsa.by_state(shown),
                "begins": self._move,
                "speed": self._pace.speed,
            },
        )

    def close(self) -> None:
        """Let another process drive it."""
        self._lines.close()

    def _pointing(self, dec_of_date_deg: float, now: datetime) -> Pointing:
        there = meridian.icrs(meridian.sidereal_deg(now), dec_of_date_deg, now)
        return Pointing(ra_deg=round(there.ra_deg, 4), dec_deg=round(there.dec_deg, 4), at=now)
