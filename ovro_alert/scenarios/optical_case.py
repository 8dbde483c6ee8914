"""One optical transient, all that was found out about it, and every gate that it had to pass."""

from __future__ import annotations

from typing import NamedTuple

from ovro_alert.alerts import Alert
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import Command
from ovro_alert.scenarios.earlier_commands import own_commands
from ovro_alert.scenarios.gates import known_figures
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.optical_gates import (
    TELESCOPE,
    age_gate,
    class_gate,
    next_window,
    once_gate,
    place_gates,
    probability_gate,
    visible_gate,
)
from ovro_alert.scenarios.position import Position, noticed
from ovro_alert.scenarios.roles import clock_gate, role_gate
from ovro_alert.scenarios.switches import held_back, switch_gate
from ovro_alert.scenarios.windows import Window
from ovro_alert.times import iso
from ovro_alert.transients import Transient
from ovro_alert.verdicts import Figure, Gate

OPTICAL_SPRITE = "optical_sprite"


class Case(NamedTuple):
    """One transient and every gate; `own` are the proposals made of its event so far."""

    alert: Alert
    transient: Transient
    circumstances: Circumstances
    limits: Limits
    position: Position | None
    window: Window | None
    own: tuple[Command, ...]
    gates: tuple[Gate, ...]

    @property
    def name(self) -> str:
        """What its survey calls it, or else the event."""
        return _name(self.alert)

    @property
    def figures(self) -> dict[str, Figure]:
        """Every number that people are told."""
        place, window = self.position, self.window
        figures: dict[str, Figure] = {"error_arcsec": self.transient.error_arcsec}
        if place is not None:
            figures |= {"ra_deg": place.ra_deg, "dec_deg": place.dec_deg}
        if window is not None:
            figures |= {"up_from": iso(window.start), "up_until": iso(window.stop), "up_s": window.length_s}
        return known_figures(figures)


def look_at(alert: Alert, transient: Transient, circumstances: Circumstances, limits: Limits) -> Case:
    """Find out everything about a transient, and put every question to it."""
    now, optical, position = circumstances.now, limits.optical, noticed(alert)
    window = next_window(position, now, optical)
    own = own_commands(OPTICAL_SPRITE, alert.event, circumstances)
    own = tuple(one for one in own if (one.action == "test") is not (alert.role == "real"))
    gates = (
        role_gate("O1 role", alert),
        clock_gate("O1 clock", alert.time, now, optical.max_ahead_s, alert.time_note),
        class_gate(transient, optical),
        probability_gate(transient, optical),
        age_gate(alert.time, transient, now, optical),
        *place_gates(alert, transient, position, optical),
        visible_gate(window, position, optical),
        once_gate(_name(alert), alert.event, circumstances, optical),
        switch_gate("switch", held_back(circumstances, OPTICAL_SPRITE, TELESCOPE)),
    )
    return Case(alert, transient, circumstances, limits, position, window, own, gates)


def _name(alert: Alert) -> str:
    return alert.source or alert.event
