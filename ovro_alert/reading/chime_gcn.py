"""CHIME/FRB on GCN: JSON by the schema gcn/notices/chime/frb (nasa-gcn/gcn-schema), joined to the stream `chime`.

Nothing in that schema is required. `trigger_time` is topocentric at 400 MHz; `ra_dec_error` is the pair of 95 % errors
along RA and Dec, whichever is larger. Retraction and update carry an id and words alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime

from ovro_alert.alerts import BURSTS, Alert, Kind, Role, statement_of
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import Ignored
from ovro_alert.observatory import CHIME_REFERENCE_MHZ
from ovro_alert.reading.chime_events import event_named
from ovro_alert.reading.figures import Asked, Figures, moment
from ovro_alert.reading.places import Place, place, scale_to_95

KINDS: dict[str, Kind] = {
    "initial": "detection",
    "subsequent": "subsequent",
    "update": "update",
    "retraction": "retraction",
}
ROLES: dict[str, Role] = {"current": "real", "test": "test", "injection": "test"}
NOT_NOW = frozenset({"commanded", "planned", "archival"})
"""Tenses of what did not happen just now in the sky."""

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


def is_chime(notice: Mapping[str, object]) -> bool:
    """Say whether a GCN notice is CHIME's: by its schema whatever the version, by its mission, by keys of its own."""
    named = [notice[key] for key in ("$schema", "mission", "instrument") if isinstance(notice.get(key), str)]
    if named:
        return any(CHIME.search(str(name)) for name in named)
    return not OWN_KEYS.isdisjoint(notice)


def read(notice: Mapping[str, object], body: bytes) -> Alert | Ignored:
    """Read one notice of CHIME/FRB, already taken apart."""
    kind = _kind(notice)
    tense = _tense(notice)
    if tense in NOT_NOW and kind in BURSTS:
        return Ignored(why=f"alert_tense is {tense}: nothing that happened just now")
    role = ROLES.get(tense, "real")
    name = _name(notice)
    time, time_note = _time(notice)
    figures = Figures(notice)
    fields = figures.numbers(NUMBERS) | _place(notice, figures)._asdict()
    fields["time_inf"] = figures.moment("trigger_time_inf_freq")
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


def _kind(notice: Mapping[str, object]) -> Kind:
    given = notice.get("alert_type")
    kind = KINDS.get(given.strip().lower()) if isinstance(given, str) else None
    if kind is None:
        message = f"its alert_type is {given!r:.60}, not one of {', '.join(KINDS)}"
        raise UnreadableNoticeError(message)
    return kind


def _tense(notice: Mapping[str, object]) -> str:
    given = notice.get("alert_tense")
    if given is None:
        return "current"
    tense = given.strip().lower() if isinstance(given, str) else ""
    if tense not in ROLES and tense not in NOT_NOW:
        message = f"its alert_tense is {given!r:.60}, not one of {', '.join((*ROLES, *sorted(NOT_NOW)))}"
        raise UnreadableNoticeError(message)
    return tense


def _name(notice: Mapping[str, object]) -> str:
    given = notice.get("id")
    name = event_named(*given) if isinstance(given, list) else event_named(given)
    if name is None:
        message = f"its id is {given!r:.60}, so nobody can say of which event it speaks"
        raise UnreadableNoticeError(message)
    return name


def _time(notice: Mapping[str, object]) -> tuple[datetime | None, str | None]:
    try:
        return moment(notice.get("trigger_time")), None
    except ValueError as error:
        return None, f"no time: {error}"


def _place(notice: Mapping[str, object], figures: Figures) -> Place:
    """Return where it was; errors are 95 % unless a containment is given."""
    given = notice.get("ra_dec_error")
    axes = list(given[:2]) if isinstance(given, list) else [given]
    axes = axes * 2 if len(axes) == 1 else axes or [None, None]
    containment = figures.number(Asked("containment_probability", 0.001, 0.9999))
    scale = 1.0 if containment is None else scale_to_95(containment)
    return _turned(given, place(notice.get("ra"), notice.get("dec"), axes, scale=scale))


def _turned(given: object, found: Place) -> Place:
    """Return the place of an ellipse: one that is turned has no half axes along RA and Dec but its larger one."""
    if isinstance(given, list) and len(given) > 2 and given[2] and found.r95_deg is not None:
        return found._replace(ra_error_deg=found.r95_deg, dec_error_deg=found.r95_deg)
    return found


def _which(figures: Figures, body: bytes) -> str:
    """Tell one update of an event from another: by its words, so that it is the same if sent again."""
    said = figures.words("update_message", 2000)
    return hashlib.sha256(said.encode() if said else body).hexdigest()[:12]
