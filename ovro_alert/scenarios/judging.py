"""All scenarios, and how one alert is judged by every one that it concerns."""

from __future__ import annotations

import traceback

from ovro_alert.alerts import Alert
from ovro_alert.circumstances import Circumstances
from ovro_alert.scenarios.chime_new_repeater import CHIME_NEW_REPEATER
from ovro_alert.scenarios.chime_repeater import CHIME_REPEATER
from ovro_alert.scenarios.codetection import CODETECTION
from ovro_alert.scenarios.dsa_beam import DSA_BEAM
from ovro_alert.scenarios.dsa_guano import DSA_GUANO
from ovro_alert.scenarios.flarescope import FLARESCOPE
from ovro_alert.scenarios.grex import GREX
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.lvk_dump import LVK_DUMP
from ovro_alert.scenarios.optical_sprite import OPTICAL_SPRITE
from ovro_alert.scenarios.scenario import Scenario
from ovro_alert.scenarios.short_grb import SHORT_GRB
from ovro_alert.verdicts import Judgement

SCENARIOS: tuple[Scenario, ...] = (
    CHIME_REPEATER,
    CHIME_NEW_REPEATER,
    LVK_DUMP,
    SHORT_GRB,
    DSA_BEAM,
    DSA_GUANO,
    FLARESCOPE,
    GREX,
    OPTICAL_SPRITE,
    CODETECTION,
)


def judge_all(alert: Alert, circumstances: Circumstances, limits: Limits) -> tuple[Judgement, ...]:
    """Return one judgement from every scenario that this alert concerns; never raises.

    A scenario that breaks answers `failed`, loud, with what happened; the others are not disturbed.
    """
    return tuple(
        _judged(scenario, alert, circumstances, limits)
        for scenario in SCENARIOS
        if alert.stream in scenario.streams and alert.kind in scenario.kinds
    )


def judge_one(name: str, alert: Alert, circumstances: Circumstances, limits: Limits) -> Judgement:
    """Return the judgement of the scenario with this name; it must be one of them."""
    scenario = next(one for one in SCENARIOS if one.id == name)
    return _judged(scenario, alert, circumstances, limits)


def _judged(scenario: Scenario, alert: Alert, circumstances: Circumstances, limits: Limits) -> Judgement:
    try:
        return scenario.judge(alert, circumstances, limits)
    except Exception as error:  # noqa: BLE001 - whatever it is, a person hears of it and the other scenarios go on
        last = traceback.extract_tb(error.__traceback__)[-1]
        summary = f"scenario broke: {type(error).__name__}: {error} ({last.name}, line {last.lineno})"
        return Judgement(scenario=scenario.id, answer="failed", summary=summary[:500], level="loud")
