"""CHIME/FRB on GCN: JSON by the schema gcn/notices/chime/frb (nasa-gcn/gcn-schema), joined to the stream `chime`.

Nothing in that schema is required. `trigger_time` is topocentric at 400 MHz; `ra_dec_error` is the pair of 95 % errors
along RA and Dec, whichever is larger. Retraction and update carry an id and words alone.
"""

from __future__ import annotations

import re

from ovro_alert.alerts import BURSTS, Alert, statement_of
from ovro_alert.notices import Ignored
from ovro_alert.observatory import CHIME_REFERENCE_MHZ
from ovro_alert.reading.chime_events import event_named
from ovro_alert.reading.core_schema import Notice, axes_of, is_of, kind_of, named, nameless, role_of, time_of
from ovro_alert.reading.event_names import digest
from ovro_alert.reading.figures import Asked, Figures

CHIME = re.compile(r"\bchime\b", re.IGNORECASE)
OWN_KEYS = frozenset({"trigger_time_inf_freq", "trigger_time_inf_freq_error", "dm_gal_ne_2001_max"})
"""Keys that only CHIME's schema has."""

NUMBERS = {
    "time_error_s": Asked("trigger_time_error", 0, 86400),
    "time_inf_error_s": Asked("trigger_time_inf_freq_error", 0, 86400),
    "dm_pc_cm3": Asked("dm", 0, 20000),
    "dm_error_pc_cm3": Asked("dm_error", 0, 20000),
    "dm_gal_pc_cm3": Asked("dm_gal_ne_2001_max", 0, 20000),
    "snr": Asked("snr", 0, 1e9),
    "importance": Asked("importance", 0, 1),
    "association_probability": Asked("association_probability", 0, 1),
}


CONTAINMENT = 0.95
"""What the errors of a position hold, where the notice does not say."""


def is_chime(notice: Notice) -> bool:
    """Say whether a GCN notice is CHIME's: by its name, or where it has none by keys of its own."""
    return is_of(notice, CHIME) if named(notice) else not OWN_KEYS.isdisjoint(notice)


def read(notice: Notice, body: bytes) -> Alert | Ignored:
    """Read one notice of CHIME/FRB, already taken apart."""
    kind = kind_of(notice)
    role = role_of(notice, kind)
    if isinstance(role, Ignored):
        return role
    name = _name(notice)
    time, time_note = time_of(notice)
    figures = Figures(notice)
    fields = figures.numbers(NUMBERS) | axes_of(notice, figures, CONTAINMENT)._asdict()
    fields["time_inf"] = figures.moment("trigger_time_inf_freq")
    fields["issued"] = figures.moment("alert_datetime")
    fields["source"] = figures.words("known_source")
    if kind not in BURSTS:
        fields["words"] = figures.words("update_message", 2000) or figures.words("description", 2000)
    return Alert(
        stream="chime",
        event=name,
        kind=kind,
        role=role,
        statement=statement_of(name, kind, role, _which(figures, body) if kind == "update" else None),
        time=time,
        time_ref_mhz=CHIME_REFERENCE_MHZ if time else None,
        time_note=time_note,
        remarks=figures.remark,
        **fields,
    )


def _name(notice: Notice) -> str:
    given = notice.get("id")
    name = event_named(*given) if isinstance(given, list) else event_named(given)
    if name is None:
        raise nameless(notice)
    return name


def _which(figures: Figures, body: bytes) -> str:
    """Tell one update of an event from another: by its words, so that it is the same if sent again."""
    return digest(figures.words("update_message", 2000) or body)
