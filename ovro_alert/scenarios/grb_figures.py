"""The numbers that people are told of a gamma-ray burst, beside those of a beam. What is not known is left out.

| figure | what it is |
|---|---|
| `length`, `length_says` | no, candidate, confirmed or withdrawn, and the word that decided it |
| `age_s` | from the burst to the decision |
| `elevation_deg`, `visible`, `point` | of its position; probability to be up; whether it is a point |
| `on_after_s`, `whole_from_dm` | where a beam makes sense: on so long after the burst, whole from this DM on |
| `captured`, `captured_least` | what a dump would still capture, and the least that is worth one |
| `dump_s`, `dump_files`, `dump_tb` | length and size of a dump |
"""

from __future__ import annotations

import math

from ovro_alert import sky
from ovro_alert.scenarios.beam import TOP_MHZ, BeamPlan
from ovro_alert.scenarios.beam_figures import beam_figures
from ovro_alert.scenarios.gates import SLACK, known_figures
from ovro_alert.scenarios.grb_case import Case
from ovro_alert.times import age_s
from ovro_alert.verdicts import Figure


def grb_figures(case: Case, plan: BeamPlan | None) -> dict[str, Figure]:
    """Return every number that is known."""
    figures: dict[str, Figure] = {
        "length": case.length.how,
        "length_says": case.length.says,
        "age_s": case.age_s,
        "captured": case.captured,
        "captured_least": case.limits.grb.min_captured,
    }
    if case.visible is not None:
        figures["elevation_deg"] = case.visible.elevation_deg
        figures["visible"], figures["point"] = case.visible.share, case.visible.point
    if case.time is not None and plan is not None and _worth_a_beam(case, plan):
        on_after_s = age_s(case.time, plan.on)
        figures["on_after_s"] = on_after_s
        figures["whole_from_dm"] = math.ceil(max(0.0, on_after_s) / sky.delay_s(1.0, TOP_MHZ))
    if (dump := case.dump) is not None:
        figures |= {"dump_s": dump.duration_s, "dump_files": dump.files, "dump_tb": dump.size_tb}
    return beam_figures(case.circumstances, None, case.best, None, plan) | known_figures(figures)


def _worth_a_beam(case: Case, plan: BeamPlan) -> bool:
    position, limits = case.best.position, case.limits.lwa
    if position is None or position.r95_deg is None or position.r95_deg > limits.max_r95_deg + SLACK:
        return False
    return plan.caught >= limits.min_caught - SLACK and plan.lowest_deg >= limits.min_elevation_deg - SLACK
