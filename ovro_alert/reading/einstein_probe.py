"""Einstein Probe WXT's JSON: X-ray transients without a duration.

It says neither what the notice is to its event nor when it was made.
"""

from __future__ import annotations

import re

from ovro_alert.alerts import Alert
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.gamma_rays import GammaRays
from ovro_alert.notices import Ignored
from ovro_alert.reading.core_schema import Notice, id_of, kind_of, role_of, time_of
from ovro_alert.reading.event_names import digest
from ovro_alert.reading.figures import Figures
from ovro_alert.reading.gamma_json import Told, alert_of, snr_of

WXT = re.compile(r"\beinstein[_ ]probe\b|^WXT$", re.IGNORECASE)


def read(notice: Notice, body: bytes) -> Alert | Ignored:
    """Read one alert of Einstein Probe, already taken apart."""
    kind = kind_of(notice, unsaid="detection")
    role = role_of(notice, kind)
    if isinstance(role, Ignored):
        return role
    figures = Figures(notice)
    gamma = GammaRays(instrument="Einstein Probe WXT", notice_type="alert")
    told = Told("ep", _name(notice), kind, role, digest(body) if kind == "update" else None)
    return alert_of(told, notice, figures, gamma, snr=snr_of(figures))


def _name(notice: Notice) -> str:
    """Return the first id; before version 4.1 of the schema there was none, and the time of the trigger names it."""
    if notice.get("id") not in (None, []):
        return id_of(notice)
    time, _ = time_of(notice)
    if time is None:
        raise UnreadableNoticeError("it has neither an id nor a time, so nobody can say of which event it speaks")
    return f"{time:%Y%m%dT%H%M%S.%f}"
