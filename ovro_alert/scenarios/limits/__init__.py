"""Every threshold of the scenarios: its default, unit and source. `python -m ovro_alert settings` lists them."""

from __future__ import annotations

from ovro_alert.nouns import Form
from ovro_alert.scenarios.limits.chime import ChimeLimits
from ovro_alert.scenarios.limits.codetection import CodetectionLimits
from ovro_alert.scenarios.limits.drills import DrillLimits
from ovro_alert.scenarios.limits.dsa import DsaLimits
from ovro_alert.scenarios.limits.flarescope import FlarescopeLimits
from ovro_alert.scenarios.limits.grb import GrbLimits
from ovro_alert.scenarios.limits.grex import GrexLimits
from ovro_alert.scenarios.limits.guano import GuanoLimits
from ovro_alert.scenarios.limits.lvk import LvkLimits
from ovro_alert.scenarios.limits.lwa import LwaLimits
from ovro_alert.scenarios.limits.optical import OpticalLimits

__all__ = [
    "ChimeLimits",
    "CodetectionLimits",
    "DrillLimits",
    "DsaLimits",
    "FlarescopeLimits",
    "GrbLimits",
    "GrexLimits",
    "GuanoLimits",
    "Limits",
    "LvkLimits",
    "LwaLimits",
    "OpticalLimits",
]


class Limits(Form):
    """All of them."""

    lwa: LwaLimits = LwaLimits()
    chime: ChimeLimits = ChimeLimits()
    dsa: DsaLimits = DsaLimits()
    codetection: CodetectionLimits = CodetectionLimits()
    lvk: LvkLimits = LvkLimits()
    grb: GrbLimits = GrbLimits()
    guano: GuanoLimits = GuanoLimits()
    flarescope: FlarescopeLimits = FlarescopeLimits()
    grex: GrexLimits = GrexLimits()
    optical: OpticalLimits = OpticalLimits()
    drills: DrillLimits = DrillLimits()
