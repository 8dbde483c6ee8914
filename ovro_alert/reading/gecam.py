"""GECAM's VOEvents: the position found in flight and the one found on the ground."""

from __future__ import annotations

from typing import Any

from ovro_alert.alerts import Alert, Role
from ovro_alert.notices import Ignored
from ovro_alert.reading.burst_figures import seconds_of, significance_of
from ovro_alert.reading.fermi_classes import likely_by_word
from ovro_alert.reading.figures import Asked, Figures
from ovro_alert.reading.gcn_voevent import (
    PacketType,
    Told,
    alert_of,
    figures_of,
    name_of,
    packet_of,
    role_of,
    serial_of,
    tail_of,
)
from ovro_alert.reading.voevent import VOEvent

TYPES = {188: PacketType("FLT", "GECAM", "detection"), 189: PacketType("GND", "GECAM", "update")}
CONTAINMENT = 0.6827
"""Not documented: the wider reading."""
TESTS_FROM = 100_000_000
"""A trigger of this number or above is a test, whatever the role says."""


def read(event: VOEvent) -> Alert | Ignored:
    """Read one notice of GECAM."""
    packet = TYPES.get(packet_of(event))
    if packet is None:
        return Ignored(why=f"{tail_of(event):.60} of GECAM: a type of notice that has no reader")
    figures = figures_of(event)
    role = _role(event, figures)
    if isinstance(role, Ignored):
        return role
    told = Told("gecam", name_of(event, "Trigger_Number"), packet, role, serial_of(event, packet.name))
    return alert_of(told, event, figures, _gamma(figures), CONTAINMENT)


def _role(event: VOEvent, figures: Figures) -> Role | Ignored:
    trigger = figures.number(Asked("Trigger_Number"))
    return "test" if trigger is not None and trigger >= TESTS_FROM else role_of(event)


def _gamma(figures: Figures) -> dict[str, Any]:
    likely = figures.words("SRC_CLASS")
    return {
        "timescale_s": seconds_of(figures, "TRIGGER_DUR"),
        "duration_s": seconds_of(figures, "BURST_DUR"),
        "snr": significance_of(figures, "TRIGGER_SIGNIF"),
        "likely": likely and likely_by_word(likely),
    }
