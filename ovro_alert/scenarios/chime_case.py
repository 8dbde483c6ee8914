"""One CHIME burst, all that was found out about it, and every gate that it had to pass."""

from __future__ import annotations

from typing import NamedTuple

from ovro_alert.alerts import Alert
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import Command
from ovro_alert.scenarios.association import Association, associate, importance_gate, pulsar_gate, repeater_gate
from ovro_alert.scenarios.beam import Sweep, Terms, lead_s
from ovro_alert.scenarios.beam_figures import beam_figures
from ovro_alert.scenarios.beam_gates import Findings, Wish, beam_gates
from ovro_alert.scenarios.burst import Burst, known_burst
from ovro_alert.scenarios.earlier_commands import Better, better_than, once_gate, own_commands
from ovro_alert.scenarios.gates import checked
from ovro_alert.scenarios.limits import ChimeLimits, Limits
from ovro_alert.scenarios.one_offs import near_gates
from ovro_alert.scenarios.pairing import co_detected
from ovro_alert.scenarios.position import BestPosition, Position, best_position
from ovro_alert.scenarios.roles import clock_gate, role_gate
from ovro_alert.times import age_s
from ovro_alert.verdicts import Figure, Gate

CHIME_REPEATER = "chime_repeater"
SECONDS_A_DAY = 86400.0


class Case(NamedTuple):
    """One burst, all that was found out about it, and every gate."""

    alert: Alert
    circumstances: Circumstances
    limits: Limits
    burst: Burst
    association: Association
    best: BestPosition
    sweep: Sweep | None
    own: tuple[Command, ...]
    better: Better | None
    findings: Findings
    gates: tuple[Gate, ...]

    @property
    def figures(self) -> dict[str, Figure]:
        """Every number that people are told."""
        found = beam_figures(self.circumstances, self.association, self.best, self.sweep, self.findings.plan)
        return found | ({"age_s": age_s(self.burst.time, self.circumstances.now)} if self.burst.time else {})

    @property
    def name(self) -> str:
        """What people call the source, or else the event."""
        return self.association.name or self.alert.event


def look_at(alert: Alert, circumstances: Circumstances, limits: Limits) -> Case:
    """Find out everything about a burst, and put every question to it."""
    burst = known_burst(alert, circumstances.earlier, circumstances.now)
    association = associate(burst, circumstances.repeaters, limits.lwa.dm_error_pc_cm3, limits.chime)
    row = association.repeater if association.known else None
    beside = co_detected(alert, circumstances, limits)
    best = best_position(burst.tellers, row, limits.chime.position_chi2_max, beside)
    sweep = burst.sweep(row.dm_pc_cm3 if row else None, limits.lwa.dm_error_pc_cm3)
    own = own_commands(CHIME_REPEATER, alert.event, circumstances)
    own = tuple(one for one in own if (one.action == "test") is not (alert.role == "real"))
    better = better_than(own[-1], best.position, sweep, limits.lwa) if own else None
    near = association.how == "one-off" and limits.chime.one_offs == "near"
    max_beam_s = min(limits.lwa.max_beam_s, limits.chime.near_max_beam_s) if near else limits.lwa.max_beam_s
    terms = Terms(limits.lwa, lead_s(limits.lwa, circumstances.beam_leads_s), max_beam_s)
    wish = Wish(CHIME_REPEATER, best, sweep, limits.lwa.max_r95_deg, terms, tuple(one.id for one in own))
    findings = beam_gates(wish, circumstances)
    gates = (
        *alert_gates(alert, burst, association, circumstances, limits.chime),
        repeater_gate(burst, association, limits.chime),
        *(_near(burst, best.position, circumstances, limits) if near else ()),
        pulsar_gate(burst),
        once_gate(own, better),
        *findings.gates,
    )
    return Case(alert, circumstances, limits, burst, association, best, sweep, own, better, findings, gates)


def alert_gates(
    alert: Alert, burst: Burst, association: Association, circumstances: Circumstances, limits: ChimeLimits
) -> tuple[Gate, ...]:
    """C1 to C4: whether a burst of CHIME's may be acted on at all, wherever it came from."""
    return (
        checked("C1 kind", passes=True, says=alert.kind, value=alert.kind),
        checked("not_retracted", passes=not circumstances.retracted, says=_retracted(circumstances)),
        role_gate("C2 role", alert),
        clock_gate("C3 clock", burst.time, circumstances.now, limits.max_ahead_s, alert.time_note),
        importance_gate(burst, association, limits),
    )


def _retracted(circumstances: Circumstances) -> str:
    return "retracted before it came" if circumstances.retracted else "not retracted"


def _near(burst: Burst, position: Position | None, circumstances: Circumstances, limits: Limits) -> tuple[Gate, ...]:
    last = circumstances.last_beam_of_one_off
    days = None if last is None else age_s(last, circumstances.now) / SECONDS_A_DAY
    return near_gates(burst, position and position.r95_deg, days, limits.chime)
