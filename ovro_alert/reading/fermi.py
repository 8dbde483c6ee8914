"""Fermi's VOEvents on bursts: GBM (alert, flight, ground and final position, below threshold) and LAT.

The trigger's number is TrigID in all of them. GBM's first alert has zeros for a position. `Lo_Energy` is in eV whatever
its unit says, and `Delayed_Transmission` is raised in nearly all: neither is read.
"""

from __future__ import annotations

from typing import Any, Literal

from ovro_alert.alerts import Alert
from ovro_alert.notices import Ignored
from ovro_alert.reading.burst_figures import seconds_of, significance_of
from ovro_alert.reading.event_names import digest, name_among
from ovro_alert.reading.fermi_classes import likely_by_index
from ovro_alert.reading.figures import Asked, Figures
from ovro_alert.reading.gcn_voevent import (
    PacketType,
    Told,
    alert_of,
    figures_of,
    flag,
    name_of,
    packet_of,
    role_of,
    serial_of,
    tail_of,
)
from ovro_alert.reading.voevent import VOEvent

GBM, LAT = "Fermi GBM", "Fermi LAT"
FIRST = PacketType("ALERT", GBM, "detection")
BELOW = PacketType("SUBTHRESH", GBM, "detection")
TYPES = {
    110: FIRST,
    111: PacketType("FLT_POS", GBM, "update"),
    112: PacketType("GND_POS", GBM, "update"),
    114: PacketType("GND_POS_INT", GBM, "update"),
    115: PacketType("FIN_POS", GBM, "update"),
    116: PacketType("ALERT_INT", GBM, "detection"),
    117: PacketType("FLT_POS_INT", GBM, "update"),
    119: PacketType("TEST_POS", GBM, "detection"),
    131: BELOW,
    146: PacketType("FIN_POS_INT", GBM, "update"),
    120: PacketType("LAT_POS_INI", LAT, "detection"),
    121: PacketType("LAT_POS_UPD", LAT, "update"),
    122: PacketType("LAT_POS_DIAG", LAT, "update"),
    124: PacketType("LAT_POS_TEST", LAT, "detection"),
    127: PacketType("LAT_GND", LAT, "update"),
    128: PacketType("LAT_OFFLINE", LAT, "update"),
}
CONTAINMENT = 0.6827
"""Both instruments give 1-sigma radii (GCN, Fermi notices): r95 is 1.616 times as large."""
TIMESCALES = ("Trig_Timescale", "Trig_Dur", "Data_Integ", "Integ_Time")
SIGNIFICANCES = ("Data_Signif", "Trig_Signif", "Burst_Signif", "Trigger_Signif")
LENGTHS: dict[str, Literal["short", "long"]] = {"short": "short", "long": "long"}


def read(event: VOEvent) -> Alert | Ignored:
    """Read one notice of Fermi."""
    packet = TYPES.get(packet_of(event))
    if packet is None:
        return Ignored(why=f"{tail_of(event):.60} of Fermi: no burst, or a known source; nothing follows from it here")
    role = "test" if packet.name.endswith(("TEST", "TEST_POS")) else role_of(event)
    if isinstance(role, Ignored):
        return role
    figures = figures_of(event)
    # there is one first alert for a trigger, in whatever form it comes
    which = packet.name if packet is FIRST else serial_of(event, packet.name)
    told = Told("fermi", _trigger(event, packet), packet, role, which)
    return alert_of(told, event, figures, _gamma(event, figures), CONTAINMENT)


def _trigger(event: VOEvent, packet: PacketType) -> str:
    """Return the number of the trigger; what was below threshold has none of the spacecraft's."""
    if packet is BELOW:
        return name_among(event.params.get("TrigID")) or digest(event.ivorn)
    return name_of(event, "TrigID")


def _gamma(event: VOEvent, figures: Figures) -> dict[str, Any]:
    index, percent = (
        figures.number(Asked("Most_Likely_Index", 0, 1000)),
        figures.number(Asked("Most_Likely_Prob", 0, 100)),
    )
    length = (figures.words("Long_short") or figures.words("Duration_class") or "").lower()
    return {
        "timescale_s": seconds_of(figures, *TIMESCALES),
        "snr": significance_of(figures, *SIGNIFICANCES),
        "likely": None if index is None else likely_by_index(index),
        "likely_probability": None if percent is None else percent / 100,
        "length": LENGTHS.get(length),
        "catalogued": flag(event, "Target_in_Blk_Catalog"),
        "not_a_grb": flag(event, "Def_NOT_a_GRB"),
    }
