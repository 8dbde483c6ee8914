"""Every gate of a gamma-ray burst: its own, those of a beam, those of a dump. What is not configured is `off`."""

from __future__ import annotations

from typing import NamedTuple

from ovro_alert.commands import Command
from ovro_alert.scenarios.beam import Terms, lead_s
from ovro_alert.scenarios.beam_gates import Findings, Wish, beam_gates
from ovro_alert.scenarios.dump_gates import DumpWish, captured_gate, ready_gate
from ovro_alert.scenarios.earlier_commands import Better, better_than, once_gate
from ovro_alert.scenarios.gates import checked
from ovro_alert.scenarios.grb_case import SHORT_GRB, Case, What
from ovro_alert.scenarios.grb_length import short_gate
from ovro_alert.scenarios.grb_visibility import visible_gate
from ovro_alert.scenarios.limits import GrbLimits
from ovro_alert.scenarios.roles import clock_gate, role_gate
from ovro_alert.verdicts import Gate

CONFIGURED: dict[str, tuple[What, ...]] = {"none": (), "beam": ("beam",), "dump": ("dump",), "both": ("beam", "dump")}
"""What each value of `grb.command` may lead to."""


class Asked(NamedTuple):
    """A beam or a dump that may be made: its gates, and what was commanded of it before for this burst."""

    what: What
    gates: tuple[Gate, ...]
    own: tuple[Command, ...]

    @property
    def failures(self) -> tuple[Gate, ...]:
        """What stands against it."""
        return tuple(gate for gate in self.gates if gate.failed)


class Answers(NamedTuple):
    """What every question to a burst was answered with; `wanted` is what is configured."""

    common: tuple[Gate, ...]
    beam: Asked
    dump: Asked
    findings: Findings
    better: Better | None
    wanted: tuple[Asked, ...]

    @property
    def gates(self) -> tuple[Gate, ...]:
        """Every gate, in order."""
        return (*self.common, *self.beam.gates, *self.dump.gates)

    @property
    def failures(self) -> tuple[Gate, ...]:
        """What stands against any command at all, beside its role."""
        return tuple(gate for gate in self.common if gate.failed and gate.gate != "G1 role")


def answers(case: Case) -> Answers:
    """Put every question to a burst that can be put."""
    beams = case.own("beam")
    better = better_than(beams[-1], case.best.position, case.sweep, case.limits.lwa) if beams else None
    findings = _findings(case, beams)
    beam = _asked("beam", (_once("beam", beams, better), *findings.gates), beams, case.limits.grb)
    dump = _asked("dump", _dump_gates(case), case.own("dump"), case.limits.grb)
    wanted = tuple(one for one in (beam, dump) if one.what in CONFIGURED[case.limits.grb.command])
    return Answers(_common(case), beam, dump, findings, better, wanted)


def _common(case: Case) -> tuple[Gate, ...]:
    limits, retracted = case.limits, case.circumstances.retracted
    return (
        checked(
            "not_retracted", passes=not retracted, says="retracted before it came" if retracted else "not retracted"
        ),
        role_gate("G1 role", case.alert),
        clock_gate("G1 clock", case.time, case.circumstances.now, limits.grb.max_ahead_s, case.alert.time_note),
        short_gate("G2 short", case.length),
        visible_gate("G3 visible", case.visible, limits.lwa.min_elevation_deg, limits.grb.min_visible_command),
        _configured(limits.grb),
    )


def _configured(limits: GrbLimits) -> Gate:
    on = bool(CONFIGURED[limits.command])
    says = f"{'' if on else 'message only '}(grb.command = {limits.command})"
    return Gate(gate="G4 configured", value=limits.command, result="pass" if on else "off", says=says)


def _findings(case: Case, own: tuple[Command, ...]) -> Findings:
    limits = case.limits.lwa
    terms = Terms(limits, lead_s(limits, case.circumstances.beam_leads_s), limits.max_beam_s)
    own_ids = tuple(one.id for one in own)
    return beam_gates(Wish(SHORT_GRB, case.best, case.sweep, limits.max_r95_deg, terms, own_ids), case.circumstances)


def _dump_gates(case: Case) -> tuple[Gate, ...]:
    wish = DumpWish(SHORT_GRB, case.alert.event, case.dump)
    return (
        _once("dump", case.own("dump"), None),
        captured_gate("G6 dump", case.age_s, case.ring, case.limits.grb.min_captured),
        ready_gate("L13 ready", wish, case.circumstances, case.limits.lwa),
    )


def _once(what: What, own: tuple[Command, ...], better: Better | None) -> Gate:
    return once_gate(own, better).model_copy(update={"gate": f"once {what}"})


def _asked(what: What, gates: tuple[Gate, ...], own: tuple[Command, ...], limits: GrbLimits) -> Asked:
    if what not in CONFIGURED[limits.command]:
        gates = tuple(gate.model_copy(update={"result": "off"}) for gate in gates)
    return Asked(what, gates, own)
