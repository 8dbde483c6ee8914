"""SVOM's JSON, by the schema gcn/notices/svom/trigger: one statement with the VOEvent of the same notice."""

from __future__ import annotations

import re

from ovro_alert.alerts import Alert
from ovro_alert.gamma_rays import GammaRays
from ovro_alert.notices import Ignored
from ovro_alert.reading.burst_figures import seconds_of
from ovro_alert.reading.core_schema import Notice, id_of, kind_of, role_of
from ovro_alert.reading.figures import Figures
from ovro_alert.reading.gamma_json import Told, alert_of, snr_of, trigger_of
from ovro_alert.reading.gcn_voevent import PacketType
from ovro_alert.reading.svom import CATALOGUE, RETRACTION, TYPES

SCHEMA = re.compile(r"\bsvom\b", re.IGNORECASE)


def read(notice: Notice, body: bytes) -> Alert | Ignored:  # noqa: ARG001 - as every reader of JSON
    """Read one notice of SVOM, already taken apart."""
    packet = _packet(notice)
    role = role_of(notice, packet.kind)
    if isinstance(role, Ignored):
        return role
    figures = Figures(notice)
    gamma = GammaRays(
        instrument=packet.instrument,
        notice_type=packet.name,
        timescale_s=seconds_of(figures, "rate_duration", "image_duration"),
        trigger=trigger_of(figures),
        catalogued=True if packet is CATALOGUE else None,
    )
    which = None if packet is RETRACTION else packet.name
    told = Told("svom", id_of(notice), packet.kind, role, which)
    return alert_of(told, notice, figures, gamma, snr=snr_of(figures))


def _packet(notice: Notice) -> PacketType:
    """Return which of the VOEvents it would be: the schema has no word for it, but each type has its signs."""
    kind = kind_of(notice)
    if kind == "retraction":
        return RETRACTION
    if kind == "update":
        return TYPES[204] if notice.get("slew_status") == "accepted" else TYPES[205]
    if str(notice.get("instrument")).upper() == "GRM":
        return TYPES[201]
    return CATALOGUE if notice.get("event_name") else TYPES[202]
