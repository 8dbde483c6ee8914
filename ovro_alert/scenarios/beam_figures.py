"""The numbers that people are told of a burst and its beam. What is not known is left out.

| figure | what it is |
|---|---|
| `dm_pc_cm3`, `dm_error_pc_cm3` | as the beam was planned |
| `age_s` | from the event to the decision |
| `associated_by`, `source`, `chi2`, `chance` | to which repeater it belongs, and how that is known |
| `position_from`, `ra_deg`, `dec_deg`, `r95_deg` | where the beam points |
| `notice_r95_deg`, `offset_deg` | the notice's own error, and how far from it the beam points |
| `top_in_s`, `bottom_in_s`, `top_at`, `bottom_at` | when the burst reaches 82.8 and 43.2 MHz |
| `on_in_s`, `on_at`, `off_at`, `deadline` | when the beam is on, off, and no longer worth beginning |
| `caught`, `cut_mhz` | share of the band, and down to which frequency if the beam is cut short |
| `elevation_on_deg`, `elevation_top_deg`, `elevation_off_deg` | at on, when the burst enters the band, at off |
| `beam_s`, `beam_gb` | length and size |
| `sun_deg`, `half_power_53`, `half_power_82_8` | distance of the Sun; probability to lie within half power |
| `bursts`, `beams`, `last_bursts` | of the same source, here |
"""

from __future__ import annotations

from ovro_alert import sky
from ovro_alert.circumstances import Circumstances
from ovro_alert.scenarios.association import Association
from ovro_alert.scenarios.beam import BOTTOM_MHZ, TOP_MHZ, BeamPlan, Sweep, in_half_power
from ovro_alert.scenarios.gates import known_figures
from ovro_alert.scenarios.position import BestPosition, Position
from ovro_alert.times import age_s, iso
from ovro_alert.verdicts import Figure

LAST_BURSTS = 3
HAD_A_BEAM = ("beam done", "beam acting")
BY = {"chime": "CHIME", "match": "own match", "candidate": "own match", "ambiguous": "own match"}


def beam_figures(
    circumstances: Circumstances,
    association: Association | None,
    best: BestPosition,
    sweep: Sweep | None,
    plan: BeamPlan | None,
) -> dict[str, Figure]:
    """Return every number that is known; `association` is None where no repeater is asked for."""
    figures = _bursts(circumstances) | (_source(association) if association else {})
    if best.position is not None:
        figures |= _place(best, best.position, circumstances)
    if sweep is not None:
        figures |= _sweep(sweep, circumstances)
    if plan is not None:
        figures |= _beam(plan, circumstances, best.position)
    return known_figures(figures)


def _source(association: Association) -> dict[str, Figure]:
    matching = association.matching
    return {
        "associated_by": BY.get(association.how),
        "source": association.name,
        "chi2": matching.best.chi2 if matching else None,
        "chance": matching.chance if matching else None,
    }


def _bursts(circumstances: Circumstances) -> dict[str, Figure]:
    last = circumstances.last_bursts
    known = 0 < circumstances.bursts <= len(last)
    shown = (f"{burst.time:%Y-%m-%d %H:%M} ({burst.outcome})" for burst in last[:LAST_BURSTS] if burst.time)
    return {
        "bursts": circumstances.bursts or None,
        "beams": sum(burst.outcome.startswith(HAD_A_BEAM) for burst in last) if known else None,
        "last_bursts": ", ".join(shown) or None,
    }


def _place(best: BestPosition, position: Position, circumstances: Circumstances) -> dict[str, Figure]:
    elsewhere = best.notice is not None and best.notice is not position
    return {
        "position_from": f"the {position.origin}",
        "ra_deg": position.ra_deg,
        "dec_deg": position.dec_deg,
        "r95_deg": position.r95_deg,
        "notice_r95_deg": best.notice.r95_deg if best.notice else None,
        "offset_deg": position.offset_deg(best.notice) if best.notice and elsewhere else None,
        "sun_deg": sky.sun_separation_deg(position.ra_deg, position.dec_deg, circumstances.now),
    }


def _sweep(sweep: Sweep, circumstances: Circumstances) -> dict[str, Figure]:
    top, bottom = sweep.at(TOP_MHZ), sweep.at(BOTTOM_MHZ)
    return {
        "dm_pc_cm3": sweep.dm_pc_cm3,
        "dm_error_pc_cm3": sweep.dm_error_pc_cm3,
        "top_in_s": -age_s(top, circumstances.now),
        "bottom_in_s": -age_s(bottom, circumstances.now),
        "top_at": iso(top),
        "bottom_at": iso(bottom),
    }


def _beam(plan: BeamPlan, circumstances: Circumstances, position: Position | None) -> dict[str, Figure]:
    figures: dict[str, Figure] = {
        "on_in_s": -age_s(plan.on, circumstances.now),
        "on_at": iso(plan.on),
        "off_at": iso(plan.off),
        "deadline": iso(plan.deadline) if plan.deadline else None,
        "caught": plan.caught,
        "cut_mhz": plan.cut_mhz,
        "elevation_on_deg": plan.elevation_on_deg,
        "elevation_top_deg": plan.elevation_top_deg,
        "elevation_off_deg": plan.elevation_off_deg,
        "beam_s": plan.duration_s,
        "beam_gb": plan.size_gb,
    }
    if position is not None and position.r95_deg is not None:
        figures["half_power_53"] = in_half_power(position.r95_deg, 53.0, plan.elevation_on_deg)
        figures["half_power_82_8"] = in_half_power(position.r95_deg, TOP_MHZ, plan.elevation_on_deg)
    return figures
