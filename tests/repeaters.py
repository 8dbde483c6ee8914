"""A new repeater before `chime_new_repeater`: bursts at a declination of date, DSA-110's status, what was proposed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ovro_alert import meridian
from ovro_alert.alerts import Alert
from ovro_alert.circumstances import Circumstances, PastBurst
from ovro_alert.commands import Command
from ovro_alert.scenarios.limits import Limits
from ovro_alert.statuses import KeptTelescopeStatus, Pointing
from ovro_alert.verdicts import Judgement
from tests.cases import LIMITS, R3_TIME, around, burst, commanded, judged

NOW = around().now
NUMBER, NAME = "60792403", "FRB 20990101A"


def new(dec_of_date_deg: float = 43.0, **changes: Any) -> Alert:
    """Return a burst of a source that CHIME has not published, at a declination of date."""
    place = meridian.icrs(120.0, dec_of_date_deg, NOW)
    fields = {"source": NUMBER, "ra_deg": place.ra_deg, "dec_deg": place.dec_deg}
    return burst(**(fields | changes))


def dsa(dec_of_date_deg: float = 16.3, age_s: float = 5, **changes: Any) -> dict[str, KeptTelescopeStatus]:
    """Return DSA-110's status as circumstances have it: pointing to a declination of date, `age_s` ago."""
    at = NOW - timedelta(seconds=age_s)
    place = meridian.icrs(meridian.sidereal_deg(NOW), dec_of_date_deg, NOW)
    fields = {
        "state": "observing",
        "pointing": Pointing(ra_deg=place.ra_deg, dec_deg=place.dec_deg, at=at),
        "detail": {"agents_enabled": True, "paused": False},
    }
    return {"dsa": KeptTelescopeStatus(**({"telescope": "dsa", "seq": 1, "at": at} | fields | changes))}


def known(**changes: Any) -> Circumstances:
    """Return what is known 13.2 s after the burst, DSA-110 pointing to 16.3° of date."""
    return around(**({"statuses": dsa()} | changes))


def said(alert: Alert | None = None, circumstances: Circumstances | None = None, limits: Limits = LIMITS) -> Judgement:
    """Return what `chime_new_repeater` says."""
    return judged(alert or new(), circumstances or known(), limits, "chime_new_repeater")


def proposal(days_ago: float = 0.0, state: str = "proposed", number: int = 41, **changes: Any) -> Command:
    """Return a proposal for a new source, made so long ago for another burst of it."""
    (draft,) = said().commands
    made = NOW - timedelta(days=days_ago)
    fields = {"event": f"chime:{number}", "deadline": draft.deadline - timedelta(days=days_ago)}
    return commanded(draft, made, number, state, **(fields | changes))


def past(*days_ago: float, time: Any = R3_TIME) -> dict[str, Any]:
    """Return earlier bursts of the same source as circumstances have them."""
    bursts = [PastBurst(time - timedelta(days=one), f"chime:{100 + n}", "no command") for n, one in enumerate(days_ago)]
    return {"last_bursts": tuple(bursts), "bursts": len(bursts)}
