"""The numbers that people are told of a merger and its dump. What is not known is left out.

| figure | what it is |
|---|---|
| `age_s` | from the merger to the decision |
| `captured` | share of 50.15-86.90 MHz, mean over the DMs from `dm_min_pc_cm3` to `dm_max_pc_cm3` |
| `ring_s` | how much of the past the ring surely holds |
| `dump_s`, `lookback_s`, `files`, `dump_tb` | length from the oldest sample, what the ring must hold, size |
| `done_at`, `deadline` | when its last file is full; until when it is worth beginning |
| `visible_5` … `visible_30`, `visible_at` | probability of the sky map above so many degrees, and when |
| `map_sum` | the sum of the sky map |
| `far_before_hz`, `has_ns_before` … | the same as the statement before this one had it |
"""

from __future__ import annotations

from ovro_alert.mergers import Merger
from ovro_alert.scenarios.dump import DumpPlan, Ring
from ovro_alert.scenarios.gates import known_figures
from ovro_alert.scenarios.lvk_visibility import SHOWN_DEG, Visibility
from ovro_alert.times import iso
from ovro_alert.verdicts import Figure

CLASSES = {"BNS": "bns", "NSBH": "nsbh", "BBH": "bbh", "Terrestrial": "terrestrial"}
PROPERTIES = {"HasNS": "has_ns", "HasRemnant": "has_remnant", "HasMassGap": "has_mass_gap"}


def lvk_figures(
    ring: Ring, age_s: float | None, plan: DumpPlan | None, visibility: Visibility | None, former: Merger | None
) -> dict[str, Figure]:
    """Return every number that is known."""
    figures: dict[str, Figure] = {"ring_s": ring.least_s}
    figures |= {"dm_min_pc_cm3": ring.dms_pc_cm3[0], "dm_max_pc_cm3": ring.dms_pc_cm3[-1]}
    if age_s is not None:
        figures |= {"age_s": age_s, "captured": ring.captured(age_s)}
    if plan is not None:
        figures |= _dump(plan)
    if visibility is not None:
        figures |= {f"visible_{deg}": share for deg, share in zip(SHOWN_DEG, visibility.shown, strict=True)}
        figures |= {"visible_at": iso(visibility.at), "map_sum": visibility.total}
    if former is not None:
        figures |= _before(former)
    return known_figures(figures)


def _dump(plan: DumpPlan) -> dict[str, Figure]:
    return {
        "dump_s": plan.duration_s,
        "lookback_s": plan.lookback_s,
        "files": plan.files,
        "dump_tb": plan.size_tb,
        "done_at": iso(plan.done),
        "deadline": iso(plan.deadline),
    }


def _before(former: Merger) -> dict[str, Figure]:
    return {
        "far_before_hz": former.far_hz,
        "distance_before_mpc": former.map.distance_mpc if former.map else None,
        "area_before_deg2": former.map.area90_deg2 if former.map else None,
        **{f"{name}_before": former.classification.get(key) for key, name in CLASSES.items()},
        **{f"{name}_before": former.properties.get(key) for key, name in PROPERTIES.items()},
    }
