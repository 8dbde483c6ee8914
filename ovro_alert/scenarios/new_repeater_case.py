"""One CHIME burst that may be of a new repeater: all that was found out, and every gate before DSA-110 is asked for."""

from __future__ import annotations

from typing import NamedTuple

from ovro_alert.alerts import Alert
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import Command
from ovro_alert.scenarios.association import Association, associate, pulsar_gate
from ovro_alert.scenarios.burst import Burst, known_burst
from ovro_alert.scenarios.chime_case import alert_gates
from ovro_alert.scenarios.dsa_pointing import TELESCOPE, looking
from ovro_alert.scenarios.earlier_commands import Better, once_gate, own_commands, turned_from
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.newness import Newness, newness, newness_gate
from ovro_alert.scenarios.position import BestPosition, best_position
from ovro_alert.scenarios.proposals import asked_before, budget_gate, others, quiet_gate
from ovro_alert.scenarios.repoint import RepointPlan, plan_repoint
from ovro_alert.scenarios.repoint_gates import (
    elsewhere_gate,
    envelope_gate,
    operators_gate,
    position_gate,
    time_gate,
)
from ovro_alert.scenarios.switches import held_back, switch_gate
from ovro_alert.verdicts import Gate

NEW_REPEATER = "chime_new_repeater"


class Case(NamedTuple):
    """One burst, what it is, and every gate.

    `own` was commanded for its event, in the same role; `before` is the proposal for its source by an earlier burst.
    """

    alert: Alert
    circumstances: Circumstances
    limits: Limits
    burst: Burst
    association: Association
    newness: Newness
    best: BestPosition
    plan: RepointPlan | None
    own: tuple[Command, ...]
    better: Better | None
    before: Command | None
    gates: tuple[Gate, ...]

    @property
    def failures(self) -> list[Gate]:
        """Every gate that it does not pass, in order."""
        return [gate for gate in self.gates if gate.failed]

    @property
    def name(self) -> str:
        """What people call the source, or else the event."""
        return self.association.name or self.alert.event


def look_at(alert: Alert, circumstances: Circumstances, limits: Limits) -> Case:
    """Find out everything about a burst, and put every question to it."""
    dsa, now = limits.dsa, circumstances.now
    burst = known_burst(alert, circumstances.earlier, now)
    association = associate(burst, circumstances.repeaters, limits.lwa.dm_error_pc_cm3, limits.chime)
    found = newness(burst, association, circumstances, limits)
    row = association.repeater if association.known else None
    best = best_position(burst.tellers, row, limits.chime.position_chi2_max)
    points = looking(circumstances, dsa.pointing_fresh_s)
    place = best.position
    plan = None if place is None else plan_repoint(place.ra_deg, place.dec_deg, points.dec_deg, now, dsa)
    own = own_commands(NEW_REPEATER, alert.event, circumstances)
    own = tuple(one for one in own if (one.action == "test") is not (alert.role == "real"))
    better = turned_from(own[-1], place, limits.lwa) if own else None
    proposed = others(alert.event, circumstances, dsa)
    before = asked_before(proposed, found, dsa)
    gates = (
        *alert_gates(alert, burst, association, circumstances, limits.chime),
        pulsar_gate(burst),
        newness_gate(found, limits),
        once_gate(own, better),
        position_gate(best, dsa),
        envelope_gate(plan, dsa),
        elsewhere_gate(plan, points, dsa),
        time_gate(plan, circumstances, dsa),
        quiet_gate(proposed, before, circumstances, dsa),
        budget_gate(proposed, dsa),
        switch_gate("switch", held_back(circumstances, NEW_REPEATER, TELESCOPE)),
        operators_gate(circumstances),
    )
    return Case(alert, circumstances, limits, burst, association, found, best, plan, own, better, before, gates)
