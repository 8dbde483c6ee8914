"""Missions whose JSON is read for what GCN's core schema says and no more: when, where, how long, how significant."""

from __future__ import annotations

import re
from typing import NamedTuple

from ovro_alert.alerts import Alert
from ovro_alert.gamma_rays import GammaRays
from ovro_alert.notices import Ignored
from ovro_alert.reading.burst_figures import seconds_of
from ovro_alert.reading.core_schema import Notice, id_of, is_of, kind_of, role_of
from ovro_alert.reading.figures import Figures
from ovro_alert.reading.gamma_json import (
    Told,
    alert_of,
    likely_of,
    snr_of,
    trigger_of,
    which_of,
)


class Mission(NamedTuple):
    """How its notices are known, the stream of its events, and its name if it sees gamma rays."""

    known_by: re.Pattern[str]
    stream: str
    sees_gamma_rays: str | None


MISSIONS = (
    Mission(re.compile(r"\bicecube/single_neutrino|^icecube$", re.IGNORECASE), "icecube", None),
    Mission(re.compile(r"\bkm3net\b", re.IGNORECASE), "km3net", None),
    Mission(re.compile(r"\bsuperk\b|\bsuper-kamiokande\b", re.IGNORECASE), "superk", None),
    Mission(re.compile(r"\bglowbug\b", re.IGNORECASE), "glowbug", "Glowbug"),
    Mission(re.compile(r"\bburstcube\b", re.IGNORECASE), "burstcube", "BurstCube"),
)
TEST_SCHEMA = re.compile(r"/test\.schema\.json$")
"""Such a notice is a test, whatever its tense says."""

NO_EVENT = (
    (re.compile(r"lvk_nu_track_search"), "neutrinos around a superevent: it tells of no event of its own"),
    (re.compile(r"\bfermi/lat/flare\b"), "the daily flux of a known source: no burst"),
    (re.compile(r"\bboom/"), "optical candidates: no reader yet"),
    (re.compile(r"\bheasarc/"), "data that came into an archive: nothing that happened just now"),
)


def why_ignored(notice: Notice) -> str | None:
    """Return why a notice of a known kind is none of ours."""
    return next((why for known_by, why in NO_EVENT if is_of(notice, known_by)), None)


def mission_of(notice: Notice) -> Mission | None:
    """Return whose notice it is, among these."""
    return next((mission for mission in MISSIONS if is_of(notice, mission.known_by)), None)


def read(notice: Notice, body: bytes, mission: Mission) -> Alert | Ignored:
    """Read one notice of such a mission, already taken apart."""
    kind = kind_of(notice)
    role = role_of(notice, kind)
    if isinstance(role, Ignored):
        return role
    if TEST_SCHEMA.search(str(notice.get("$schema"))):
        role = "test"
    figures = Figures(notice)
    gamma = None
    if mission.sees_gamma_rays:
        gamma = GammaRays(
            instrument=mission.sees_gamma_rays,
            notice_type="alert",
            timescale_s=seconds_of(figures, "rate_duration"),
            duration_s=seconds_of(figures, "t90"),
            trigger=trigger_of(figures),
            **likely_of(notice),
        )
    which = which_of(figures, "alert", body) if kind == "update" else None
    told = Told(mission.stream, id_of(notice), kind, role, which)
    return alert_of(told, notice, figures, gamma, snr=snr_of(figures))
