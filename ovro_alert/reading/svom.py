"""SVOM's VOEvents: GRM, ECLAIRs, MXT and VT, and retractions, which come in the role of an observation.

The event is the Burst_Id; what follows it in the IVORN is the type of the notice (`sb26021102_eclairs-wakeup`). Most of
GRM's have no position at all, some one with the error −1; a retraction repeats what it retracts. MXT and VT look up to
an hour after the burst, and give the time of their own observation.
"""

from __future__ import annotations

from typing import Any, Literal

from ovro_alert.alerts import Alert
from ovro_alert.notices import Ignored
from ovro_alert.reading.burst_figures import seconds_of, significance_of
from ovro_alert.reading.event_names import name_among
from ovro_alert.reading.figures import Figures
from ovro_alert.reading.gcn_voevent import (
    PacketType,
    Told,
    alert_of,
    figures_of,
    name_of,
    packet_of,
    role_of,
    tail_of,
)
from ovro_alert.reading.voevent import VOEvent

GRM, ECLAIRS, MXT, VT = "SVOM GRM", "SVOM ECLAIRs", "SVOM MXT", "SVOM VT"
LATER = frozenset({MXT, VT})
CATALOGUE = PacketType("eclairs-catalog", ECLAIRS, "detection")
RETRACTION = PacketType("retraction", "SVOM", "retraction")
TYPES = {
    201: PacketType("grm-trigger", GRM, "detection"),
    202: PacketType("eclairs-wakeup", ECLAIRS, "detection"),
    203: CATALOGUE,
    204: PacketType("slewing", ECLAIRS, "update"),
    205: PacketType("not-slewing", ECLAIRS, "update"),
    209: PacketType("mxt-initial", MXT, "update"),
    210: PacketType("mxt-update", MXT, "update"),
    211: PacketType("vt-candidate", VT, "update"),
    219: RETRACTION,
}
CONTAINMENT = 0.9
TRIGGERS: dict[str, Literal["rate", "image"]] = {"crt": "rate", "count_rate": "rate", "imt": "image", "image": "image"}
"""Trigger_Type, as sent and as documented."""


def read(event: VOEvent) -> Alert | Ignored:
    """Read one notice of SVOM."""
    packet = TYPES.get(packet_of(event))
    if packet is None:
        return Ignored(why=f"{tail_of(event):.60} of SVOM: a type of notice that has no reader")
    name = name_of(event, "Burst_Id")
    if packet is RETRACTION:
        return _retraction(event, name)
    role = role_of(event)
    if isinstance(role, Ignored):
        return role
    figures = figures_of(event)
    told = Told("svom", name, packet, role, which(event, name, packet))
    alert = alert_of(told, event, figures, _gamma(figures, packet), CONTAINMENT)
    if packet.instrument in LATER:
        alert = alert.model_copy(update={"time": None, "time_note": "no time: given is that of the later observation"})
    source = figures.words("Source_Name")
    return alert.model_copy(update={"source": source, "remarks": figures.remark}) if source else alert


def which(event: VOEvent, name: str, packet: PacketType) -> str:
    """Return the notice within its event: what the IVORN calls it, and its number if it is not the first."""
    called = name_among(tail_of(event).removeprefix(f"{name}_")) or ""
    serial = name_among(event.params.get("Pkt_Ser_Num")) or "1"
    called = called if called.startswith(packet.name) else packet.name
    return called if serial == "1" else f"{called}-{serial}"


def _gamma(figures: Figures, packet: PacketType) -> dict[str, Any]:
    return {
        "timescale_s": seconds_of(figures, "Timescale"),
        "snr": significance_of(figures, "SNR"),
        "trigger": TRIGGERS.get((figures.words("Trigger_Type") or "").lower()),
        "catalogued": True if packet is CATALOGUE else None,
    }


def _retraction(event: VOEvent, name: str) -> Alert:
    """Read a retraction, whatever its role says; the position that it repeats is none."""
    figures = figures_of(event)
    told = Told("svom", name, RETRACTION, "test" if event.role == "test" else "real", None)
    cited = [citation.ivorn for citation in event.citations if citation.how == "retraction"]
    words = Figures({"why": event.why_cited}).words("why", 2000)
    nowhere = event._replace(where=event.where._replace(ra=None, dec=None, radius=None))
    alert = alert_of(told, nowhere, figures, {}, CONTAINMENT)
    return alert.model_copy(update={"cites": cited[0] if cited else None, "words": words})
