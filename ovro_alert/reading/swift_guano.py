"""Swift BAT-GUANO: what a search of BAT's kept events found around somebody else's trigger, minutes to hours later.

The first notice has no position; an update has one, or a sky map.
"""

from __future__ import annotations

import re

from ovro_alert.alerts import Alert
from ovro_alert.gamma_rays import GammaRays
from ovro_alert.notices import Ignored
from ovro_alert.reading.burst_figures import seconds_of
from ovro_alert.reading.core_schema import Notice, id_of, kind_of, role_of
from ovro_alert.reading.figures import Figures
from ovro_alert.reading.gamma_json import Told, alert_of, likely_of, snr_of, trigger_of, which_of

GUANO = re.compile(r"guano", re.IGNORECASE)


def read(notice: Notice, body: bytes) -> Alert | Ignored:
    """Read one notice of GUANO, already taken apart."""
    kind = kind_of(notice)
    role = role_of(notice, kind)
    if isinstance(role, Ignored):
        return role
    figures = Figures(notice)
    gamma = GammaRays(
        instrument="Swift BAT-GUANO",
        notice_type="GUANO",
        duration_s=seconds_of(figures, "rate_duration"),
        trigger=trigger_of(figures),
        **likely_of(notice),
    )
    which = None if kind == "retraction" else which_of(figures, "GUANO", body)
    told = Told("swift", id_of(notice), kind, role, which)
    return alert_of(told, notice, figures, gamma, snr=snr_of(figures), words=_words(figures))


def _words(figures: Figures) -> str | None:
    about = figures.words("follow_up_event")
    return f"found around {about}" if about else None
