"""When it is a beam's turn: now, after another one, or not at all. There is one voltage beam, and none is cut short."""

from __future__ import annotations

from typing import NamedTuple

from ovro_alert.observatory import BEAM_WIDTH_AZ_DEG_MHZ
from ovro_alert.scenarios.beam import BOTTOM_MHZ, TOP_MHZ, BeamPlan, Sweep, Terms, plan_beam
from ovro_alert.scenarios.gates import SLACK, checked
from ovro_alert.scenarios.occupancy import Occupancy, Occupant
from ovro_alert.scenarios.position import Position
from ovro_alert.times import iso, seconds
from ovro_alert.verdicts import Gate


class Turn(NamedTuple):
    """The two gates that say so, and the plan with its later start if it has to wait."""

    covered: Gate
    free: Gate
    later: BeamPlan | None = None


def same_beam_deg(widths: float) -> float:
    """Return how near two positions are one beam: so many half-power widths at the top of the band, 0.27° for 0.25."""
    return widths * BEAM_WIDTH_AZ_DEG_MHZ / TOP_MHZ


def turn_of(plan: BeamPlan, sweep: Sweep, position: Position, terms: Terms, held: Occupancy) -> Turn:
    """Say whether a beam of ours is on it already, and otherwise when the beam is free."""
    cover = _cover(plan, position, terms, held.occupants)
    if cover is not None and cover.stop >= sweep.at(BOTTOM_MHZ):
        return Turn(_covered(cover, sweep), _free("the beam that is on it is ours", held))
    blocks, later = _later(plan, sweep, position, terms, held.occupants)
    if later is None:
        return Turn(_uncovered(), _free(held.unknown or "beam free", held))
    fits = _worth(later, terms)
    if cover is not None:
        says = f"{cover.who} ends at {iso(cover.stop)}; follows on at {iso(later.on)} and catches {later.caught:.0%}"
        b6 = checked("B6 covered", passes=True, says=says) if fits else _covered(cover, sweep)
        return Turn(b6, _free("after the beam that is on it", held), later if fits else None)
    last = blocks[-1]
    if fits:
        return Turn(_uncovered(), _free(f"begins {iso(later.on)}, after {last.who}", held), later)
    says = f"busy until {iso(last.stop)}: {last.who}"
    return Turn(_uncovered(), checked("B7 free", passes=False, says=says, value=iso(last.stop)))


def _cover(plan: BeamPlan, position: Position, terms: Terms, occupants: tuple[Occupant, ...]) -> Occupant | None:
    """Return the beam of ours that points there at that time, the longest if there are several."""
    within_deg = same_beam_deg(terms.limits.covered_widths)
    guard = seconds(terms.limits.beam_guard_s)
    near = [
        one
        for one in occupants
        if one.near(position.ra_deg, position.dec_deg, within_deg)
        and one.start < plan.off
        and one.stop + guard > plan.on
    ]
    return max(near, key=lambda one: one.stop, default=None)


def _later(
    plan: BeamPlan, sweep: Sweep, position: Position, terms: Terms, occupants: tuple[Occupant, ...]
) -> tuple[list[Occupant], BeamPlan | None]:
    """Return who has to end first, in order, and the plan that begins after them; None if nobody is in the way."""
    guard = seconds(terms.limits.beam_guard_s)
    blocks: list[Occupant] = []
    for _ in occupants:
        ahead = [one for one in occupants if one.start < plan.off + guard and one.stop + guard > plan.on]
        if not ahead:
            break
        blocks.append(max(ahead, key=lambda one: one.stop))
        plan = plan_beam(sweep, position.ra_deg, position.dec_deg, blocks[-1].stop + guard, terms)
    return blocks, plan if blocks else None


def _worth(plan: BeamPlan, terms: Terms) -> bool:
    limits = terms.limits
    return plan.caught >= limits.min_caught - SLACK and plan.lowest_deg >= limits.min_elevation_deg - SLACK


def _covered(cover: Occupant, sweep: Sweep) -> Gate:
    share = sweep.caught(cover.start, cover.stop)
    says = f"covered: {cover.who} is on it until {iso(cover.stop)} and catches {share:.0%}"
    return checked("B6 covered", passes=False, says=says, value=share)


def _uncovered() -> Gate:
    return checked("B6 covered", passes=True, says="no beam of ours is on it")


def _free(says: str, held: Occupancy) -> Gate:
    if held.stands_in_the_way:
        return checked("B7 free", passes=False, says=held.stands_in_the_way)
    return checked("B7 free", passes=True, says=says)
