"""What all JSON notices of GCN share: the core of the unified schema (nasa-gcn/gcn-schema, gcn/notices/core).

Times without Z are UTC. An error of the position is a number, or one to three: the half axes, and the angle by which
the ellipse is turned; it holds 90 % unless said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from ovro_alert.alerts import Kind, Role
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import Ignored
from ovro_alert.reading.event_names import name_among
from ovro_alert.reading.figures import Asked, Figures, moment
from ovro_alert.reading.places import Place, place, scale_to_95

Notice = Mapping[str, object]

KINDS: dict[str, Kind] = {
    "initial": "detection",
    "subsequent": "subsequent",
    "update": "update",
    "retraction": "retraction",
}
ROLES: dict[str, Role] = {"current": "real", "test": "test", "injection": "test"}
NOT_NOW = frozenset({"commanded", "planned", "archival"})
"""Tenses of what did not happen just now in the sky."""
CONTAINMENT = 0.9
"""What an error holds where the notice does not say."""


def is_of(notice: Notice, whose: re.Pattern[str]) -> bool:
    """Say whether a notice is of somebody: by its schema whatever the version, by its mission or its instrument."""
    return any(whose.search(name) for name in _names(notice))


def named(notice: Notice) -> bool:
    """Say whether a notice names its schema, its mission or its instrument at all."""
    return bool(_names(notice))


def kind_of(notice: Notice, unsaid: Kind | None = None) -> Kind:
    """Return what the notice is to its event; `unsaid` stands where its schema has no word for that."""
    given = notice.get("alert_type")
    if given is None and unsaid is not None:
        return unsaid
    kind = KINDS.get(given.strip().lower()) if isinstance(given, str) else None
    if kind is None:
        message = f"its alert_type is {given!r:.60}, not one of {', '.join(KINDS)}"
        raise UnreadableNoticeError(message)
    return kind


def role_of(notice: Notice, kind: Kind) -> Role | Ignored:
    """Return the role by the tense, current unless said; of what is not happening now only a retraction is read.

    An update may have figures, on which somebody would act.
    """
    given = notice.get("alert_tense")
    tense = "current" if given is None else given.strip().lower() if isinstance(given, str) else ""
    if tense in NOT_NOW:
        why = f"alert_tense is {tense}: nothing that happened just now"
        return "real" if kind == "retraction" else Ignored(why=why)
    if tense not in ROLES:
        message = f"its alert_tense is {given!r:.60}, not one of {', '.join((*ROLES, *sorted(NOT_NOW)))}"
        raise UnreadableNoticeError(message)
    return ROLES[tense]


def id_of(notice: Notice) -> str:
    """Return the first name that `id` gives, alone or in a list."""
    given = notice.get("id")
    name = name_among(*given) if isinstance(given, list) else name_among(given)
    if name is None:
        raise nameless(notice)
    return name


def nameless(notice: Notice) -> UnreadableNoticeError:
    """Return the refusal of a notice that names no event."""
    return UnreadableNoticeError(f"its id is {notice.get('id')!r:.60}, so nobody can say of which event it speaks")


def time_of(notice: Notice) -> tuple[datetime | None, str | None]:
    """Return the time of the event, or None with the reason."""
    try:
        return moment(notice.get("trigger_time")), None
    except ValueError as error:
        return None, f"no time: {error}"


def place_of(notice: Notice, figures: Figures, containment: float = CONTAINMENT) -> Place:
    """Return where it was; an ellipse lies at any angle, so its larger half axis stands for both."""
    found = axes_of(notice, figures, containment)
    if found.ra_deg is None and found.position_note is None and ("healpix_file" in notice or "healpix_url" in notice):
        return Place(position_note="no position: a sky map stands for it, which is not read")
    return _round(found)


def axes_of(notice: Notice, figures: Figures, containment: float) -> Place:
    """Return where it was; the half axes of the error are along RA and Dec, unless the ellipse is turned."""
    given = notice.get("ra_dec_error")
    axes = list(given[:2]) if isinstance(given, list) else [given]
    axes = axes * 2 if len(axes) == 1 else axes or [None, None]
    said = figures.number(Asked("containment_probability", 0.001, 0.9999))
    scale = scale_to_95(containment if said is None else said)
    found = place(notice.get("ra"), notice.get("dec"), axes, scale=scale)
    return _round(found) if isinstance(given, list) and len(given) > 2 and given[2] else found


def _round(found: Place) -> Place:
    if found.r95_deg is None:
        return found
    return found._replace(ra_error_deg=found.r95_deg, dec_error_deg=found.r95_deg)


def _names(notice: Notice) -> list[str]:
    given = (notice.get(key) for key in ("$schema", "mission", "instrument"))
    return [name for name in given if isinstance(name, str)]
