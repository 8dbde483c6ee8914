"""One burst of DSA-110, all that was found out about it, and every gate that it had to pass."""

from __future__ import annotations

from typing import NamedTuple

from ovro_alert.alerts import Alert
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import WAITING, Command
from ovro_alert.scenarios.beam import Sweep, Terms, lead_s
from ovro_alert.scenarios.beam_figures import beam_figures
from ovro_alert.scenarios.beam_gates import Findings, Wish, beam_gates
from ovro_alert.scenarios.burst import Burst, known_burst
from ovro_alert.scenarios.dsa_class import Class, class_gate, class_of, confirms, label_gate, named_beams, trigger_of
from ovro_alert.scenarios.dsa_gates import burst_gates
from ovro_alert.scenarios.dsa_pointing import looking
from ovro_alert.scenarios.dsa_position import where
from ovro_alert.scenarios.earlier_commands import Better, better_than, former_beam, once_gate, own_commands
from ovro_alert.scenarios.gates import checked, known_figures
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.position import BestPosition
from ovro_alert.scenarios.roles import clock_gate, role_gate
from ovro_alert.times import age_s
from ovro_alert.triggers import Trigger
from ovro_alert.verdicts import Figure, Gate

DSA_BEAM = "dsa_beam"


class Case(NamedTuple):
    """One burst, all that was found out about it, and every gate.

    `own` are the commands in its own role; `real` those that were made for the event as a real one.
    """

    alert: Alert
    circumstances: Circumstances
    limits: Limits
    burst: Burst
    trigger: Trigger
    known_class: Class
    best: BestPosition
    sweep: Sweep | None
    own: tuple[Command, ...]
    real: tuple[Command, ...]
    better: Better | None
    findings: Findings
    gates: tuple[Gate, ...]

    @property
    def failures(self) -> list[Gate]:
        """Every gate that it does not pass, in order."""
        return [gate for gate in self.gates if gate.failed]

    @property
    def waits(self) -> bool:
        """Whether a beam on it waits."""
        return any(one.state in WAITING for one in self.real)

    @property
    def runs(self) -> bool:
        """Whether a beam on it runs."""
        return any(one.state == "acting" for one in self.real)

    def said(self, what: str) -> bool:
        """Say whether people heard that T3 `confirmed` or `condemned` it."""
        before = self.circumstances.beam_before or {}
        return bool(before.get(what))

    def heard(self, refusal: Gate) -> bool:
        """Say whether people heard of this refusal before, when it was classified as it is now."""
        before = self.circumstances.beam_before or {}
        return before.get("refused") == refusal.gate and before.get("classified") == self.known_class.says()

    @property
    def confirmed(self) -> bool:
        """Whether T3 is nearly sure that it is a burst."""
        return confirms(self.known_class, self.limits.dsa)

    @property
    def figures(self) -> dict[str, Figure]:
        """Every number that people are told."""
        found = beam_figures(self.circumstances, None, self.best, self.sweep, self.findings.plan)
        own: dict[str, Figure] = {
            "classified": self.known_class.says(),
            "probability": self.known_class.probability,
            "snr": self.burst.snr,
            "width_ms": self.trigger.width_ms or self.alert.width_ms,
            "search_beams": named_beams(self.trigger),
            "both_arms": self.trigger.both_arms,
            "confirmed": (self.said("confirmed") or self.confirmed) or None,
            "condemned": self.said("condemned") or None,
            "age_s": age_s(self.burst.time, self.circumstances.now) if self.burst.time else None,
        }
        return found | known_figures(own)


def look_at(alert: Alert, circumstances: Circumstances, limits: Limits) -> Case:
    """Find out everything about a burst, and put every question to it."""
    burst = known_burst(alert, circumstances.earlier, circumstances.now)
    trigger, known_class = trigger_of(burst.tellers), class_of(alert, circumstances.earlier)
    every = own_commands(DSA_BEAM, alert.event, circumstances)
    own = tuple(one for one in every if (one.action == "test") is not (alert.role == "real"))
    former = former_beam(own[-1]) if own else None
    best = where(burst, trigger, looking(circumstances, limits.dsa.pointing_fresh_s), limits.dsa, former)
    sweep = burst.sweep(None, limits.lwa.dm_error_pc_cm3)
    better = better_than(own[-1], best.position, sweep, limits.lwa) if own else None
    terms = Terms(limits.lwa, lead_s(limits.lwa, circumstances.beam_leads_s), limits.lwa.max_beam_s)
    wish = Wish(DSA_BEAM, best, sweep, limits.dsa.max_r95_deg, terms, tuple(one.id for one in own))
    findings = beam_gates(wish, circumstances)
    gates = (
        role_gate("D1 role", alert),
        label_gate(known_class),
        checked("not_retracted", passes=not circumstances.retracted, says=_retracted(circumstances)),
        clock_gate("D2 clock", burst.time, circumstances.now, limits.dsa.max_ahead_s, alert.time_note),
        *burst_gates(burst, trigger, limits.dsa),
        class_gate(known_class, limits.dsa),
        once_gate(own, better),
        *(_placed(gate) for gate in findings.gates),
    )
    real = tuple(one for one in every if one.action != "test")
    return Case(
        alert, circumstances, limits, burst, trigger, known_class, best, sweep, own, real, better, findings, gates
    )


def _retracted(circumstances: Circumstances) -> str:
    return "retracted before it came" if circumstances.retracted else "not retracted"


def _placed(gate: Gate) -> Gate:
    """Call the first gate of a beam D7: where a burst of DSA-110 was is a question of its own."""
    return gate.model_copy(update={"gate": "D7 position"}) if gate.gate == "B1 position" else gate
