"""MAXI GSC's JSON: flares of known and of unknown X-ray sources, and retractions of both."""

from __future__ import annotations

import re

from ovro_alert.alerts import Alert
from ovro_alert.gamma_rays import GammaRays
from ovro_alert.notices import Ignored
from ovro_alert.reading.burst_figures import seconds_of
from ovro_alert.reading.core_schema import CONTAINMENT, Notice, id_of, kind_of, role_of
from ovro_alert.reading.event_names import digest
from ovro_alert.reading.figures import Figures, number
from ovro_alert.reading.gamma_json import Told, alert_of
from ovro_alert.reading.places import scale_to_95
from ovro_alert.sky import separation_deg

MAXI = re.compile(r"\bmaxi\b", re.IGNORECASE)
KNOWN = re.compile(r"\bgsc\.known\b", re.IGNORECASE)


def read(notice: Notice, body: bytes) -> Alert | Ignored:
    """Read one notice of MAXI, already taken apart."""
    kind = kind_of(notice)
    role = role_of(notice, kind)
    if isinstance(role, Ignored):
        return role
    known = KNOWN.search(str(notice.get("$schema"))) is not None
    figures = Figures(notice)
    in_seconds = notice.get("detection_timescale_units", "s") == "s"
    gamma = GammaRays(
        instrument="MAXI GSC",
        notice_type="GSC known" if known else "GSC unknown",
        timescale_s=seconds_of(figures, "detection_timescale") if in_seconds else None,
        catalogued=True if known else None,
    )
    told = Told("maxi", id_of(notice), kind, role, digest(body) if kind == "update" else None)
    source = figures.words("event_name") if isinstance(notice.get("event_name"), str) else None
    alert = alert_of(told, notice, figures, gamma, source=source)
    return _within_box(alert, notice)


def _within_box(alert: Alert, notice: Notice) -> Alert:
    """Give a position in a rectangle the error by which the farthest corner lies from it."""
    corners = notice.get("rectangular_error_corners")
    if alert.ra_deg is None or alert.dec_deg is None or alert.r95_deg is not None or not isinstance(corners, list):
        return alert
    try:
        far = [separation_deg(alert.ra_deg, alert.dec_deg, *_corner(corner)) for corner in corners[:4]]
    except ValueError as error:
        return alert.model_copy(update={"position_note": f"its error is unknown: {error}"})
    radius = max(far, default=180) * scale_to_95(CONTAINMENT)
    return alert.model_copy(update={"r95_deg": radius} if radius < 180 else {})


def _corner(given: object) -> tuple[float, float]:
    pair = given if isinstance(given, list) and len(given) == 2 else [None, None]
    ra_deg, dec_deg = number(pair[0], 0, 360), number(pair[1], -90, 90)
    if ra_deg is None or dec_deg is None:
        message = f"{given!r:.60} is no corner of a box"
        raise ValueError(message)
    return ra_deg, dec_deg
