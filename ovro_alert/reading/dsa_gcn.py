"""DSA-110 on GCN: JSON by the schema gcn/notices/dsa110/frb, joined to the stream `dsa`.

Its kinds are CHIME's. `trigger_time` is at 1530 MHz, the top of the band; the errors of the position hold 90 %.
"""

from __future__ import annotations

import re

from ovro_alert.alerts import BURSTS, Alert, Role, statement_of
from ovro_alert.notices import Ignored
from ovro_alert.observatory import DSA_REFERENCE_MHZ, DSA_SAMPLE_MS
from ovro_alert.reading.core_schema import CONTAINMENT, Notice, axes_of, id_of, kind_of, role_of, time_of
from ovro_alert.reading.event_names import digest
from ovro_alert.reading.figures import Asked, Figures
from ovro_alert.triggers import Trigger

DSA = re.compile(r"\bdsa-?_?110\b", re.IGNORECASE)
NUMBERS = {
    "time_error_s": Asked("trigger_time_error", 0, 86400),
    "dm_pc_cm3": Asked("dm", 0, 20000),
    "dm_error_pc_cm3": Asked("dm_error", 0, 20000),
    "snr": Asked("snr", 0, 1e9),
    "width_ms": Asked("event_duration", 0, 1e6),
    "importance": Asked("importance", 0, 1),
}


def read(notice: Notice, body: bytes) -> Alert | Ignored:
    """Read one notice of DSA-110, already taken apart."""
    kind = kind_of(notice)
    tense = role_of(notice, kind)
    if isinstance(tense, Ignored):
        return tense
    name = id_of(notice)
    role = injected(name, tense)
    time, time_note = time_of(notice)
    figures = Figures(notice)
    fields = figures.numbers(NUMBERS) | axes_of(notice, figures, CONTAINMENT)._asdict()
    trigger = classified(fields["width_ms"], fields["importance"]) if kind in BURSTS else None
    words = None if kind in BURSTS else figures.words("description", 2000)
    which = digest(words or body) if kind == "update" else None
    return Alert(
        stream="dsa",
        event=f"dsa:{name}",
        kind=kind,
        role=role,
        statement=statement_of(f"dsa:{name}", kind, role, which),
        time=time,
        time_ref_mhz=DSA_REFERENCE_MHZ if time else None,
        time_note=time_note,
        issued=figures.moment("alert_datetime"),
        source=figures.words("known_source"),
        words=words,
        trigger=trigger,
        remarks=figures.remark,
        **fields,
    )


def classified(width_ms: float | None, importance: float | None) -> Trigger:
    """Return what T3 made of it: its probability is sent as the importance, its boxcar as the duration."""
    return Trigger(ibox=None if width_ms is None else round(width_ms / DSA_SAMPLE_MS), probability=importance)


def injected(name: str, role: Role) -> Role:
    """Return the role of what has this name: DSA-110 names what it injects itself `…_inj…`."""
    return "injection" if "_inj" in name and role == "real" else role
