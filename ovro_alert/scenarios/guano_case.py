"""One statement of DSA-110 as Swift may be asked about it: all that was found out, and every gate."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ovro_alert import sky
from ovro_alert.alerts import Alert
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import Command
from ovro_alert.scenarios import guano_gates as gates_of
from ovro_alert.scenarios.burst import Burst, known_burst
from ovro_alert.scenarios.dsa_class import Class, class_gate, class_of, label_gate, trigger_of
from ovro_alert.scenarios.earlier_commands import own_commands
from ovro_alert.scenarios.gates import checked, known_figures
from ovro_alert.scenarios.guano_gates import DSA_GUANO, NOT_OF_A_CITING_ONE
from ovro_alert.scenarios.guano_sent import Better, better_than, is_out, latest, once_gate
from ovro_alert.scenarios.limits import DsaLimits, GuanoLimits, Limits
from ovro_alert.scenarios.position import Position, best_position
from ovro_alert.scenarios.roles import clock_gate, role_gate
from ovro_alert.times import age_s, iso_us
from ovro_alert.triggers import Trigger
from ovro_alert.verdicts import Figure, Gate


class Case(NamedTuple):
    """One statement, and what all of its event and role tell; `own` was asked in the same role."""

    alert: Alert
    circumstances: Circumstances
    limits: Limits
    burst: Burst
    trigger: Trigger
    known_class: Class
    position: Position | None
    error_deg: float
    own: tuple[Command, ...]
    better: Better | None
    gates: tuple[Gate, ...]

    @property
    def failures(self) -> list[Gate]:
        """Every gate that it does not pass, in order."""
        return [gate for gate in self.gates if gate.failed]

    @property
    def time(self) -> tuple[datetime | None, float | None]:
        """When gamma rays came (at infinite frequency); without a DM, when DSA-110 saw it, and at how many MHz."""
        burst = self.burst
        if burst.time is None or burst.dm_pc_cm3 is None:
            return burst.time, burst.time_ref_mhz
        return sky.time_at_infinity(burst.time, burst.dm_pc_cm3, burst.time_ref_mhz), None

    @property
    def figures(self) -> dict[str, Figure]:
        """Every number that people are told beside what the notice says."""
        (time, ref_mhz), burst_time = self.time, self.burst.time
        position = self.position
        return known_figures(
            {
                "stage": self.known_class.stage,
                "probability": self.known_class.probability,
                "width_ms": self.trigger.width_ms or self.alert.width_ms,
                "both_arms": self.trigger.both_arms,
                "position_from": position and f"the {position.origin}",
                "ra_deg": position and position.ra_deg,
                "dec_deg": position and position.dec_deg,
                "error_deg": position and self.error_deg,
                "dm_pc_cm3": self.burst.dm_pc_cm3,
                "gamma_rays_at": None if time is None or ref_mhz else iso_us(time),
                "age_s": None if burst_time is None else age_s(burst_time, self.circumstances.now),
                "late_s": self.limits.guano.late_s,
                "host": gates_of.host_of(self.circumstances),
            }
        )


def condemned(alert: Alert, known_class: Class, limits: DsaLimits) -> str | None:
    """Say why DSA-110 itself takes it for no burst after all; None if it does not."""
    if alert.role == "injection":
        return "an injection"
    against = (label_gate(known_class), class_gate(known_class, limits)) if alert.role == "real" else ()
    return next((gate.says for gate in against if gate.failed), None)


def look_at(alert: Alert, circumstances: Circumstances, limits: Limits) -> Case:
    """Find out everything about a statement, and put every question to it."""
    burst = known_burst(alert, circumstances.earlier, circumstances.now)
    trigger, known_class = trigger_of(burst.tellers), class_of(alert, circumstances.earlier)
    best = best_position(burst.tellers, None, limits.chime.position_chi2_max)
    error_deg = _error_deg(trigger, best.position, limits.guano)
    own = own_commands(DSA_GUANO, alert.event, circumstances)
    own = tuple(one for one in own if (one.action == "test") is not (alert.role == "real"))
    last = latest(own)
    better = None if last is None else better_than(last, best.position, error_deg, limits.guano)
    age = None if burst.time is None else age_s(burst.time, circumstances.now)
    citing = alert.role == "real" and any(is_out(one) for one in own)
    gates = (
        role_gate("U1 role", alert),
        label_gate(known_class).model_copy(update={"gate": "U1 label"}),
        clock_gate("U1 clock", burst.time, circumstances.now, limits.dsa.max_ahead_s, alert.time_note),
        checked("not_retracted", not circumstances.retracted, _retracted(circumstances)),
        gates_of.probability_gate(known_class, limits.guano),
        gates_of.ibox_gate(trigger.ibox, limits.guano),
        gates_of.snr_gate(burst.snr, limits.guano),
        gates_of.arms_gate(trigger.beams),
        gates_of.position_gate(best.position, best.why, error_deg),
        once_gate(own, better),
        gates_of.time_gate(age, limits.guano),
        gates_of.ready_gate(circumstances, limits.guano, citing=citing),
    )
    asked = tuple(_not_asked(gate) for gate in gates) if citing else gates
    return Case(alert, circumstances, limits, burst, trigger, known_class, best.position, error_deg, own, better, asked)


def _retracted(circumstances: Circumstances) -> str:
    return "retracted before it came" if circumstances.retracted else "not retracted"


def _not_asked(gate: Gate) -> Gate:
    """Return a gate that a VOEvent which cites an earlier one need not pass."""
    if gate.gate not in NOT_OF_A_CITING_ONE or not gate.failed:
        return gate
    return gate.model_copy(update={"result": "off", "says": f"not asked of one that cites another: {gate.says}"})


def _error_deg(trigger: Trigger, position: Position | None, limits: GuanoLimits) -> float:
    """Return the error that is sent, degrees: by its arms, unless it was placed better than search beams can.

    Where no beam is named, the notice's own error stands.
    """
    stated = position and position.r95_deg
    if stated and (trigger.both_arms is None or stated < limits.error_both_arms_deg):
        return stated
    return limits.error_both_arms_deg if trigger.both_arms else limits.error_one_arm_deg
