"""Every threshold of the scenarios: its default, unit and source. `python -m ovro_alert settings` lists them."""

from __future__ import annotations

from ovro_alert.nouns import Form
from ovro_alert.scenarios.limits.chime import ChimeLimits
from ovro_alert.scenarios.limits.drills import DrillLimits
from ovro_alert.scenarios.limits.grb import GrbLimits
from ovro_alert.scenarios.limits.lvk import LvkLimits
from ovro_alert.scenarios.limits.lwa import LwaLimits

__all__ = ["ChimeLimits", "DrillLimits", "GrbLimits", "Limits", "LvkLimits", "LwaLimits"]


class Limits(Form):
    """All of them."""

    lwa: LwaLimits = LwaLimits()
    chime: ChimeLimits = ChimeLimits()
    lvk: LvkLimits = LvkLimits()
    grb: GrbLimits = GrbLimits()
    drills: DrillLimits = DrillLimits()
