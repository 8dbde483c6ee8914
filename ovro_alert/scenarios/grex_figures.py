"""The numbers that people are told of a burst of GREX's, beside those of a beam. What is not known is left out.

| figure | what it is |
|---|---|
| `age_s` | from the burst at GREX's reference frequency to the decision |
| `stations` | who saw it |
| `magnetar`, `magnetar_elevation_deg` | the watched magnetar of its DM, and how high that stands |
| `captured`, `captured_least` | what a dump would still capture of this DM, and the least that is worth one |
| `dump_s`, `dump_files`, `dump_tb` | length and size of a dump |
"""

from __future__ import annotations

from ovro_alert.scenarios.beam import BeamPlan
from ovro_alert.scenarios.beam_figures import beam_figures
from ovro_alert.scenarios.gates import known_figures
from ovro_alert.scenarios.grex_case import Case
from ovro_alert.times import age_s
from ovro_alert.verdicts import Figure


def grex_figures(case: Case, plan: BeamPlan | None) -> dict[str, Figure]:
    """Return every number that is known."""
    figures: dict[str, Figure] = {
        "age_s": None if case.burst.time is None else age_s(case.burst.time, case.circumstances.now),
        "stations": ", ".join(case.stations) or None,
    }
    if one := case.magnetar or next(iter(case.magnetars), None):
        figures |= {"magnetar": one.star.name, "magnetar_elevation_deg": one.elevation_deg}
    if case.ring is not None and case.age_inf_s is not None:
        figures["captured"] = case.ring.captured(case.age_inf_s)
        figures["captured_least"] = case.limits.grex.min_captured
    if (dump := case.dump) is not None:
        figures |= {"dump_s": dump.duration_s, "dump_files": dump.files, "dump_tb": dump.size_tb}
    return beam_figures(case.circumstances, None, case.best, case.sweep, plan) | known_figures(figures)
