"""One superevent before its scenario: a statement changed at will, what is known around it, a sky map of any share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np

from ovro_alert import sky
from ovro_alert.alerts import Alert
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import Command
from ovro_alert.mergers import MapSummary, Merger
from ovro_alert.sky_maps import SkyMap
from ovro_alert.times import seconds
from tests.cases import commanded, judged, kept

MERGER_TIME = datetime(2026, 11, 20, 12, 0, 0, 167000, tzinfo=UTC)
EVENT = "lvk:S261120a"
ARRIVAL = MERGER_TIME + seconds(174)
ALERT_TYPES = {"early_warning": "EARLYWARNING"}


def merger_alert(**changes: Any) -> Alert:
    """Return what deserves a dump, with any field of the alert or of its merger changed."""
    kind, event = changes.get("kind", "preliminary"), changes.get("event", EVENT)
    merger = {
        "alert_type": ALERT_TYPES.get(kind, kind.upper()),
        "far_hz": 1.98e-10,
        "significant": True,
        "group": "CBC",
        "pipeline": "pycbc",
        "search": "AllSky",
        "instruments": ("L1",),
        "classification": {"BNS": 0.31, "NSBH": 0.62, "BBH": 0.0, "Terrestrial": 0.07},
        "properties": {"HasNS": 1.0, "HasRemnant": 0.12, "HasMassGap": 0.98},
        "page": f"https://gracedb.ligo.org/superevents/{event.partition(':')[2]}/view/",
    }
    merger |= {name: value for name, value in changes.items() if name in Merger.model_fields}
    fields = {
        "stream": "lvk",
        "event": event,
        "kind": kind,
        "role": "real" if event.startswith("lvk:S") else "test",
        "statement": f"{event}/{kind}/{changes.get('issued')}",
        "time": MERGER_TIME,
        "issued": MERGER_TIME + seconds(28),
        "merger": None if kind == "retraction" else Merger(**merger),
    }
    return Alert(**(fields | {name: value for name, value in changes.items() if name in Alert.model_fields}))


def classes(bns: float | None = None, nsbh: float | None = None, terrestrial: float | None = 0.0) -> dict[str, float]:
    """Return a classification with what is given."""
    given = {"BNS": bns, "NSBH": nsbh, "Terrestrial": terrestrial}
    return {name: value for name, value in given.items() if value is not None}


def after(age_s: float = 28, **changes: Any) -> Circumstances:
    """Return what is known so many seconds after the merger."""
    return Circumstances(**({"now": MERGER_TIME + seconds(age_s)} | changes))


def told(*alerts: Alert, level: str = "loud", **changes: Any) -> dict[str, Any]:
    """Return the circumstances of an event of which people heard by these statements."""
    earlier = tuple(kept(one, number) for number, one in enumerate(alerts, 1))
    return {"earlier": earlier, "told": {"lvk_dump": level}} | changes


def dump(state: str = "pending", made_s: float = 28, **changes: Any) -> Command:
    """Return the dump that the first preliminary made."""
    (draft,) = judged(merger_alert(), after(made_s)).commands
    begun = {"begun": state in ("acting", "done")}
    return commanded(draft, MERGER_TIME + seconds(made_s), state=state, **(begun | changes))


def sky_map(up: float, total: float = 1.0, at: datetime = ARRIVAL) -> SkyMap:
    """Return a map with that share near the zenith of OVRO-LWA at that moment, and all else near the nadir."""
    zenith = _zenith(at)
    ra, dec = np.array([zenith[0], (zenith[0] + 180) % 360]), np.array([zenith[1], -zenith[1]])
    return SkyMap(ra, dec, np.array([up, total - up]))


def summary(**changes: Any) -> MapSummary:
    """Return what the alert itself keeps of a map."""
    fields = {"pixels": 2, "total": 1.0, "area90_deg2": 1240.0, "distance_mpc": 197.0, "distance_error_mpc": 41.0}
    return MapSummary(**(fields | changes))


def _zenith(at: datetime) -> tuple[float, float]:
    declination_deg = 37.24
    return max(
        ((float(ra), declination_deg) for ra in range(360)), key=lambda place: sky.elevation_deg(*place, moment=at)
    )
