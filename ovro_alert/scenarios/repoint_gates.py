"""N3 to N6 and N8: whether DSA-110 may and should be turned to this source."""

from __future__ import annotations

from ovro_alert.circumstances import Circumstances
from ovro_alert.scenarios.dsa_pointing import TELESCOPE, Looking
from ovro_alert.scenarios.gates import SLACK, at_most, checked, missing
from ovro_alert.scenarios.limits import DsaLimits
from ovro_alert.scenarios.position import BestPosition
from ovro_alert.scenarios.repoint import RepointPlan, response
from ovro_alert.times import age_s, iso
from ovro_alert.verdicts import Gate

HOUR_S = 3600.0


def position_gate(best: BestPosition, limits: DsaLimits) -> Gate:
    """N3: the source is surely within half power."""
    if best.position is None:
        return missing("N3 position", best.why, limits.max_repoint_r95_deg, "deg")
    return at_most("N3 position", best.position.r95_deg, limits.max_repoint_r95_deg, "deg", "position error (r95)")


def envelope_gate(plan: RepointPlan | None, limits: DsaLimits) -> Gate:
    """N4: the dishes may be driven there."""
    if plan is None:
        return missing("N4 envelope", "no position", limits.el_max_deg, "deg")
    el = plan.elevation_deg
    passes = limits.el_min_deg - SLACK <= el <= limits.el_max_deg + SLACK
    within = f"{limits.el_min_deg:g}° to {limits.el_max_deg:g}°"
    says = f"elevation {el:.2f}° of the dishes is {'within' if passes else 'outside'} {within}"
    limit = limits.el_min_deg if el < limits.el_min_deg else limits.el_max_deg
    gate = checked("N4 envelope", passes=passes, says=says, value=el, limit=limit)
    return gate.model_copy(update={"unit": "deg"})


def elsewhere_gate(plan: RepointPlan | None, looking: Looking, limits: DsaLimits) -> Gate:
    """N5: it does not point there already; what is not known does not stand in the way."""
    if plan is None:
        return missing("N5 not_there_already", "no position", limits.same_pointing_deg, "deg")
    if looking.dec_deg is None:
        return checked("N5 not_there_already", passes=True, says=looking.says, limit=limits.same_pointing_deg)
    offset = abs(plan.dec_deg - looking.dec_deg)
    passes = offset > limits.same_pointing_deg + SLACK
    says = f"{looking.says}, {offset:.2f}° away"
    if not passes:
        says = (
            f"DSA-110 already points there: response {response(offset):.0%} at {offset:.2f}°, "
            f"next transit {iso(plan.transit)}"
        )
    gate = checked("N5 not_there_already", passes=passes, says=says, value=offset, limit=limits.same_pointing_deg)
    return gate.model_copy(update={"unit": "deg"})


def time_gate(plan: RepointPlan | None, circumstances: Circumstances, limits: DsaLimits) -> Gate:
    """N6: people have time to decide. The transit was chosen so that they have."""
    if plan is None:
        return missing("N6 time", "no position", limits.proposal_least_s, "s")
    left_s = -age_s(plan.deadline, circumstances.now)
    says = f"runs out {iso(plan.deadline)}, in {left_s / HOUR_S:.1f} h; transit {iso(plan.transit)}"
    return Gate(gate="N6 time", value=left_s, limit=limits.proposal_least_s, unit="s", result="pass", says=says)


def operators_gate(circumstances: Circumstances) -> Gate:
    """N8: those who run it have not held it back; their last word counts, however old it is."""
    status = circumstances.statuses.get(TELESCOPE)
    if status is None:
        return checked("N8 operators", passes=True, says="what DSA-110's operators allow is not known")
    if status.detail.get("agents_enabled") is False:
        says = f"DSA-110's operators let nobody else drive it (agents_enabled is false, {iso(status.at)})"
        return checked("N8 operators", passes=False, says=says, value="disabled")
    if status.detail.get("paused"):
        says = f"DSA-110 is paused by its operators ({iso(status.at)})"
        return checked("N8 operators", passes=False, says=says, value="paused")
    unknown = not {"agents_enabled", "paused"} & status.detail.keys()
    says = "what DSA-110's operators allow is not known" if unknown else "not held back by its operators"
    return checked("N8 operators", passes=True, says=says)
