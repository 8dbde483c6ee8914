"""Fast radio bursts of others than CHIME, in the form of the FRB VOEvent standard (Petroff and others, 2017).

DSA-110 writes its name for the burst into Why; its times are at 1530 MHz. At which frequency the others mean theirs the
form does not say.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ovro_alert.alerts import BURSTS, Alert, Kind, Role, statement_of
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import Ignored
from ovro_alert.observatory import DSA_REFERENCE_MHZ
from ovro_alert.reading.dsa_gcn import classified, injected
from ovro_alert.reading.event_names import digest, name_among
from ovro_alert.reading.figures import Asked, Figures
from ovro_alert.reading.gcn_voevent import MADE, role_of, tail_of
from ovro_alert.reading.voevent import VOEvent
from ovro_alert.reading.where_when import place_of, time_of

CITING: dict[str, Kind] = {"retraction": "retraction", "supersedes": "update", "followup": "subsequent"}
CONTAINMENT = 0.9
NUMBERS = {
    "dm_pc_cm3": Asked("dm", 0, 20000),
    "dm_error_pc_cm3": Asked("dm_error", 0, 20000),
    "snr": Asked("snr", 0, 1e9),
    "width_ms": Asked("width", 0, 1e6),
}


class Discoverer(NamedTuple):
    """Who tells of bursts in this form: the authority of its IVORNs, its stream, the frequency of its times in MHz."""

    authority: re.Pattern[str]
    stream: str
    reference_mhz: float | None


DISCOVERERS = (
    Discoverer(re.compile(r"dsa-?110", re.IGNORECASE), "dsa", DSA_REFERENCE_MHZ),
    Discoverer(re.compile(r"^realfast\b", re.IGNORECASE), "realfast", None),
    Discoverer(re.compile(r"^au\.csiro\.atnf$", re.IGNORECASE), "parkes", None),
)


def discoverer_of(event: VOEvent) -> Discoverer | None:
    """Return whose burst it is, among these."""
    return next((one for one in DISCOVERERS if one.authority.search(event.authority)), None)


def read(event: VOEvent, discoverer: Discoverer) -> Alert | Ignored:
    """Read one VOEvent on a fast radio burst."""
    kind = _kind(event)
    role = _role(event, kind)
    if isinstance(role, Ignored):
        return role
    figures = Figures({**event.params, MADE: event.date, "importance": event.importance})
    name = _name(event)
    role = injected(name, role)
    time, time_note = time_of(event.where)
    if time and discoverer.reference_mhz is None:
        figures.remarks.append("at which frequency its time is meant is not said")
    fields = figures.numbers(NUMBERS) | place_of(event.where, containment=CONTAINMENT)._asdict()
    importance = figures.number(Asked("importance", 0, 1)) if kind in BURSTS else None
    of_dsa = discoverer.stream == "dsa" and kind in BURSTS
    cited = [citation.ivorn for citation in event.citations]
    stated = f"{discoverer.stream}:{name}"
    return Alert(
        stream=discoverer.stream,
        event=stated,
        kind=kind,
        role=role,
        statement=statement_of(stated, kind, role, digest(event.ivorn) if kind == "update" else None),
        time=time,
        time_ref_mhz=discoverer.reference_mhz if time else None,
        time_note=time_note,
        importance=importance,
        trigger=classified(fields["width_ms"], importance) if of_dsa else None,
        issued=figures.moment(MADE),
        ivorn=event.ivorn,
        cites=cited[0] if cited and kind != "detection" else None,
        remarks=figures.remark,
        **fields,
    )


def _kind(event: VOEvent) -> Kind:
    cited = {citation.how for citation in event.citations}
    return next((kind for how, kind in CITING.items() if how in cited), "detection")


def _role(event: VOEvent, kind: Kind) -> Role | Ignored:
    """Return the role; later words on a burst come as utility."""
    return "real" if kind not in BURSTS and event.role == "utility" else role_of(event)


def _name(event: VOEvent) -> str:
    """Return what Why calls it, else the end of the IVORN without the date that may follow."""
    name = name_among(event.name, tail_of(event).partition("/")[0])
    if name is None:
        raise UnreadableNoticeError("neither Why nor its IVORN names the burst")
    return name
