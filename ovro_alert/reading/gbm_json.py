"""Fermi GBM's JSON: the same notices as its VOEvents, by the schema gcn/notices/fermi/gbm/trigger.

The first alert is one statement in both forms. The notices that follow are numbered differently in each, so that they
are two statements on one event there.
"""

from __future__ import annotations

import re
from typing import Literal

from ovro_alert.alerts import Alert
from ovro_alert.gamma_rays import GammaRays
from ovro_alert.notices import Ignored
from ovro_alert.reading.burst_figures import seconds_of
from ovro_alert.reading.core_schema import Notice, id_of, role_of
from ovro_alert.reading.fermi import BELOW, CONTAINMENT, FIRST, GBM, LENGTHS, TYPES
from ovro_alert.reading.figures import Figures
from ovro_alert.reading.gamma_json import Told, alert_of, likely_of, snr_of, trigger_of, which_of

SCHEMA = re.compile(r"\bfermi/gbm\b|^GBM$", re.IGNORECASE)
SUBTYPES = {
    "INITIAL_ALERT": FIRST,
    "FLIGHT_POSITION": TYPES[111],
    "GROUND_POSITION": TYPES[112],
    "FINAL_POSITION": TYPES[115],
}


def read(notice: Notice, body: bytes) -> Alert | Ignored:
    """Read one notice of Fermi GBM, already taken apart; without a subtype it was found below the threshold."""
    figures = Figures(notice)
    packet = SUBTYPES.get((figures.words("subtype") or "").upper(), BELOW)
    kind = "retraction" if figures.words("alert_type") == "retraction" else packet.kind
    role = role_of(notice, kind)
    if isinstance(role, Ignored):
        return role
    which = packet.name if packet is FIRST else which_of(figures, packet.name, body)
    gamma = GammaRays(
        instrument=GBM,
        notice_type=packet.name,
        timescale_s=seconds_of(figures, "rate_duration"),
        trigger=trigger_of(figures),
        length=_length(figures),
        **likely_of(notice),
    )
    told = Told("fermi", _trigger(notice), kind, role, None if kind == "retraction" else which)
    return alert_of(told, notice, figures, gamma, snr=snr_of(figures), containment=CONTAINMENT)


def _trigger(notice: Notice) -> str:
    """Return the trigger's number, by which VOEvents name the event; it has a name beside it, `bn230718188`."""
    given = notice.get("id")
    numbers = [one for one in given if str(one).isdecimal()] if isinstance(given, list) else []
    return id_of({"id": numbers} if numbers else notice)


def _length(figures: Figures) -> Literal["short", "long"] | None:
    return LENGTHS.get((figures.words("duration_class") or "").lower())
