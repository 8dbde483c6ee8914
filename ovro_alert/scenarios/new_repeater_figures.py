"""The numbers that people are told of a new repeater and what following it costs. What is not known is left out.

| figure | what it is |
|---|---|
| `new` | why it is followed: `integer`, `name`, `storm`; or `match` with an earlier burst, `known`, `one-off` |
| `source`, `associated_by`, `chi2`, `chance` | to which source it belongs, and how that is known |
| `ra_deg`, `dec_deg`, `r95_deg`, `position_from` | where it is, ICRS |
| `bursts`, `bursts_lately`, `lately_days` | of this source here, this one counted: in all, and in the days of a storm |
| `transit`, `start`, `until`, `in_beam_s` | when DSA-110 could see it |
| `elevation_deg`, `elevation_now_deg`, `dec_now_deg` | of the dishes there and now; declination of date |
| `slew_s`, `arm_s`, `search_off_s`, `away_s`, `searching_at` | what it costs, and when all is as before |
| `deadline` | when the proposal runs out |
"""

from __future__ import annotations

from ovro_alert.meridian import dish_elevation_deg
from ovro_alert.scenarios.beam_figures import BY
from ovro_alert.scenarios.gates import known_figures
from ovro_alert.scenarios.new_repeater_case import Case
from ovro_alert.scenarios.repoint import RepointPlan
from ovro_alert.times import iso
from ovro_alert.verdicts import Figure


def new_repeater_figures(case: Case) -> dict[str, Figure]:
    """Return every number that is known."""
    return known_figures(_source(case) | _place(case) | (_transit(case.plan) if case.plan else {}))


def _source(case: Case) -> dict[str, Figure]:
    matching, likeness = case.association.matching, case.newness.match
    return {
        "new": case.newness.how,
        "source": case.association.name,
        "associated_by": BY.get(case.association.how) or ("own match" if likeness else None),
        "chi2": likeness.chi2 if likeness else matching.best.chi2 if matching else None,
        "chance": likeness.chance if likeness else matching.chance if matching else None,
        "bursts": 1 + max(case.circumstances.bursts, len(case.newness.events)) if case.newness.new else None,
        "bursts_lately": case.newness.lately if case.newness.new else None,
        "lately_days": case.limits.dsa.storm_days,
    }


def _place(case: Case) -> dict[str, Figure]:
    place = case.best.position
    if place is None:
        return {}
    return {
        "ra_deg": place.ra_deg,
        "dec_deg": place.dec_deg,
        "r95_deg": place.r95_deg,
        "position_from": f"the {place.origin}",
    }


def _transit(plan: RepointPlan) -> dict[str, Figure]:
    now_deg = plan.dec_now_deg
    return {
        "transit": iso(plan.transit),
        "start": iso(plan.start),
        "until": iso(plan.until),
        "in_beam_s": plan.in_beam_s,
        "elevation_deg": plan.elevation_deg,
        "elevation_now_deg": None if now_deg is None else dish_elevation_deg(now_deg),
        "dec_now_deg": now_deg,
        "slew_s": plan.slew_s,
        "arm_s": plan.arm_s,
        "search_off_s": plan.search_off_s,
        "away_s": plan.away_s,
        "searching_at": iso(plan.searching),
        "deadline": iso(plan.deadline),
    }
