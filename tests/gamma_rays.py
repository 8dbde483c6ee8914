"""Gamma-ray bursts composed for tests: one statement of each telescope, with any field changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from ovro_alert import sky
from ovro_alert.alerts import Alert, statement_of
from ovro_alert.circumstances import Circumstances
from ovro_alert.gamma_rays import GammaRays
from ovro_alert.observatory import OVRO_LWA
from ovro_alert.scenarios import judge_all
from ovro_alert.scenarios.limits import Limits
from ovro_alert.times import seconds
from ovro_alert.verdicts import Judgement
from tests.cases import R3_TIME, around

FERMI_R95_DEG = 6.0
CLEAN = {"identified": True, "catalogued": False, "star_tracker_lost": False, "not_a_grb": False}
STATEMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "ALERT": ("fermi", {"instrument": "Fermi GBM", "timescale_s": 0.064}),
    "FLT_POS": (
        "fermi",
        {"instrument": "Fermi GBM", "timescale_s": 0.064, "likely": "GRB", "likely_probability": 0.95}
        | {"not_a_grb": False},
    ),
    "GND_POS": ("fermi", {"instrument": "Fermi GBM", "timescale_s": 0.064, "not_a_grb": False}),
    "FIN_POS": ("fermi", {"instrument": "Fermi GBM", "length": "short", "not_a_grb": False}),
    "SUBTHRESH": ("fermi", {"instrument": "Fermi GBM", "timescale_s": 0.064}),
    "LAT_POS_INI": ("fermi", {"instrument": "Fermi LAT"}),
    "BAT_GRB_POS_ACK": ("swift", {"instrument": "Swift BAT", "timescale_s": 0.128, "trigger": "rate"} | CLEAN),
    "GUANO": (
        "swift",
        {"instrument": "Swift BAT-GUANO", "duration_s": 1.024, "likely": "GRB", "likely_probability": 0.9},
    ),
    "grm-trigger": ("svom", {"instrument": "SVOM GRM", "timescale_s": 0.1}),
    "eclairs-wakeup": ("svom", {"instrument": "SVOM ECLAIRs", "timescale_s": 0.64, "trigger": "rate"}),
    "eclairs-catalog": ("svom", {"instrument": "SVOM ECLAIRs", "timescale_s": 0.64, "catalogued": True}),
    "slewing": ("svom", {"instrument": "SVOM ECLAIRs"}),
    "mxt-initial": ("svom", {"instrument": "SVOM MXT"}),
    "alert": ("ep", {"instrument": "Einstein Probe WXT"}),
    "FLT": ("gecam", {"instrument": "GECAM", "duration_s": 2.0, "likely": "GRB"}),
    "GND": ("gecam", {"instrument": "GECAM", "duration_s": 2.0, "likely": "GRB"}),
    "GSC unknown": ("maxi", {"instrument": "MAXI GSC"}),
}
"""By notice type: the stream, and what a statement says that makes a short burst where its kind can."""

R95_DEG = {"swift": 0.057, "svom": 0.114, "ep": 0.06, "gecam": 6.0, "fermi": FERMI_R95_DEG, "maxi": 0.3}


def grb_alert(notice_type: str = "BAT_GRB_POS_ACK", *, age_s: float = 20.0, **changes: Any) -> Alert:
    """Return a statement on a burst at `R3_TIME` that was made `age_s` later, high up at OVRO-LWA unless changed.

    A change goes to the alert or to its `gamma_rays`, wherever the field is.
    """
    stream, said = STATEMENTS[notice_type]
    said = said | {"notice_type": notice_type}
    said |= {name: changes.pop(name) for name in tuple(changes) if name in GammaRays.model_fields}
    ra_deg, dec_deg = standing(64.0, R3_TIME)
    kind, role = changes.get("kind", "detection"), changes.get("role", "real")
    fields: dict[str, Any] = {"stream": stream, "event": f"{stream}:1197027", "kind": kind, "role": role}
    fields |= {"time": R3_TIME, "issued": R3_TIME + seconds(age_s), "ra_deg": ra_deg, "dec_deg": dec_deg}
    fields |= {"r95_deg": R95_DEG[stream], "gamma_rays": GammaRays(**said)} | changes
    fields.setdefault("statement", statement_of(fields["event"], kind, role, f"{notice_type}-{age_s:g}"))
    return Alert(**fields)


def nowhere(notice_type: str, **changes: Any) -> Alert:
    """Return a statement that does not say where the burst was."""
    return grb_alert(notice_type, **({"ra_deg": None, "dec_deg": None, "r95_deg": None} | changes))


def standing(elevation_deg: float, moment: datetime) -> tuple[float, float]:
    """Return an ICRS direction that stands in the south at that elevation at that moment, within 0.2°."""
    dec_deg = elevation_deg - 90 + OVRO_LWA.lat_deg
    ra_deg = np.arange(0.0, 360.0, 0.1)
    elevations_deg = sky.elevations_deg(ra_deg, np.full_like(ra_deg, dec_deg), moment)
    return float(ra_deg[elevations_deg.argmax()]), dec_deg


def configured(command: str, **changes: Any) -> Limits:
    """Return limits under which a short burst may lead to that."""
    return Limits.model_validate({"grb": {"command": command} | changes})


def judged_after(
    age_s: float, alert: Alert, limits: Limits | None = None, known: Circumstances | None = None
) -> Judgement:
    """Return what the scenario says of a statement so long after the burst."""
    there = known or around(age_s, time=alert.time or R3_TIME)
    (judgement,) = judge_all(alert, there, limits or Limits())
    assert judgement.scenario == "short_grb"
    assert judgement.answer != "failed", judgement.summary
    return judgement
