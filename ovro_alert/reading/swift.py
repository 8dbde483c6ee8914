"""Swift BAT's VOEvents on bursts: the position that is acknowledged, the quick look before it, and tests of both.

Far more notices than of bursts are sent of known sources and of what is far below threshold, all of them as
observations: they are ignored by their type.
"""

from __future__ import annotations

from typing import Any, Literal

from ovro_alert.alerts import Alert
from ovro_alert.notices import Ignored
from ovro_alert.reading.burst_figures import seconds_of, significance_of
from ovro_alert.reading.figures import Figures
from ovro_alert.reading.gcn_voevent import (
    PacketType,
    Told,
    alert_of,
    any_flag,
    figures_of,
    flag,
    name_of,
    packet_of,
    role_of,
    serial_of,
    tail_of,
)
from ovro_alert.reading.voevent import VOEvent

BAT = "Swift BAT"
TYPES = {
    60: PacketType("BAT_GRB_ALERT", BAT, "detection"),
    61: PacketType("BAT_GRB_POS_ACK", BAT, "detection"),
    82: PacketType("BAT_GRB_POS_TEST", BAT, "detection"),
    97: PacketType("BAT_QL_POS", BAT, "detection"),
}
CATALOGUES = ("Target_in_Flt_Catalog", "Target_in_Gnd_Catalog", "Target_in_Blk_Catalog")
CONTAINMENT = 0.9


def read(event: VOEvent) -> Alert | Ignored:
    """Read one notice of Swift."""
    packet = TYPES.get(packet_of(event))
    if packet is None:
        return Ignored(
            why=f"{tail_of(event):.60} of Swift: no new burst, or a known source; nothing follows from it here"
        )
    role = "test" if packet.name.endswith("TEST") else role_of(event)
    if isinstance(role, Ignored):
        return role
    figures = figures_of(event)
    told = Told("swift", name_of(event, "TrigID"), packet, role, serial_of(event, packet.name))
    return alert_of(told, event, figures, _gamma(event, figures), CONTAINMENT)


def _gamma(event: VOEvent, figures: Figures) -> dict[str, Any]:
    trigger = _trigger(event)
    by = ("Image_Signif", "Rate_Signif") if trigger == "image" else ("Rate_Signif", "Image_Signif")
    return {
        "timescale_s": seconds_of(figures, "Integ_Time"),
        "snr": significance_of(figures, *by),
        "trigger": trigger,
        "identified": flag(event, "GRB_Identified"),
        "catalogued": any_flag(event, *CATALOGUES),
        "star_tracker_lost": flag(event, "StarTrack_Lost_Lock"),
        "not_a_grb": flag(event, "Def_NOT_a_GRB"),
    }


def _trigger(event: VOEvent) -> Literal["rate", "image"] | None:
    if flag(event, "Target_Rate_Trig"):
        return "rate"
    return "image" if flag(event, "Target_Imag_Trig") else None
