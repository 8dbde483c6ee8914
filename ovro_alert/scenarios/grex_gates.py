"""Every gate of a burst that GREX has seen: X1 to X4 for both, those of a dump, those of a beam."""

from __future__ import annotations

from typing import NamedTuple

from ovro_alert.actions import LONGEST_DUMP_S
from ovro_alert.commands import Command
from ovro_alert.scenarios.beam import Terms, lead_s
from ovro_alert.scenarios.beam_gates import Findings, Wish, beam_gates
from ovro_alert.scenarios.dump_gates import DumpWish, captured_gate, ready_gate
from ovro_alert.scenarios.earlier_commands import Better, better_than, once_gate
from ovro_alert.scenarios.gates import at_least, at_most, checked, missing
from ovro_alert.scenarios.grb_case import What
from ovro_alert.scenarios.grb_gates import Asked
from ovro_alert.scenarios.grex_case import GREX, Case, Standing
from ovro_alert.scenarios.roles import clock_gate, role_gate
from ovro_alert.verdicts import Gate

ROLE = "X1 role"


class Answers(NamedTuple):
    """What every question to a burst was answered with."""

    common: tuple[Gate, ...]
    dump: Asked
    beam: Asked
    findings: Findings
    better: Better | None

    @property
    def gates(self) -> tuple[Gate, ...]:
        """Every gate, in order."""
        return (*self.common, *self.dump.gates, *self.beam.gates)

    @property
    def failures(self) -> tuple[Gate, ...]:
        """What stands against any command at all, beside its role."""
        return tuple(gate for gate in self.common if gate.failed and gate.gate != ROLE)

    @property
    def granted(self) -> tuple[Asked, ...]:
        """What nothing stands against, beside its role."""
        return () if self.failures else tuple(one for one in (self.dump, self.beam) if not one.failures)

    def says(self, *ids: str) -> str:
        """Return what these gates say, in order, as the reason of a command."""
        return "; ".join(gate.says for gate in self.gates if gate.gate.split()[0] in ids)


def answers(case: Case) -> Answers:
    """Put every question to a burst that can be put."""
    dumps, beams = case.own("dump"), case.own("beam")
    better = better_than(beams[-1], case.best.position, case.sweep, case.limits.lwa) if beams else None
    findings = _findings(case, beams)
    dump = (_once("dump", case, dumps, None), _captured(case), _ready(case))
    beam = (_once("beam", case, beams, better), _place(case), *findings.gates)
    return Answers(_common(case), Asked("dump", dump, dumps), Asked("beam", beam, beams), findings, better)


def _common(case: Case) -> tuple[Gate, ...]:
    retracted = case.circumstances.retracted
    ahead_s, note = case.limits.grex.max_ahead_s, case.alert.remarks
    return (
        checked(
            "not_retracted", passes=not retracted, says="retracted before it came" if retracted else "not retracted"
        ),
        role_gate(ROLE, case.alert),
        clock_gate("X1 clock", case.burst.time, case.circumstances.now, ahead_s, note),
        _stations(case),
        _pulsar(case),
        _magnetar(case),
    )


def _stations(case: Case) -> Gate:
    gate, needed = "X2 stations", case.limits.grex.min_stations
    if not case.stations:
        return missing(gate, "stations not given", needed)
    seen = f"seen by {', '.join(case.stations)}"
    if not case.alone:
        return checked(gate, passes=True, says=seen, value=len(case.stations), limit=needed)
    bright = at_least(gate, case.burst.snr, case.limits.grex.min_snr_alone, "", "S/N")
    says = f"{seen} alone, {bright.says}{'' if bright.failed else ': a person must agree'}"
    return bright.model_copy(update={"says": says})


def _pulsar(case: Case) -> Gate:
    gate, limits = "X3 not_pulsar", case.limits.grex
    if case.burst.dm_pc_cm3 is None:
        return missing(gate, "DM not given", limits.pulsar_dm, "pc/cm³")
    up = next((one for one in case.pulsars if one.elevation_deg > 0), None)
    dm = f"DM {case.burst.dm_pc_cm3:g}"
    if up is not None:
        says = f"{dm} is that of the {up.star.name} ({up.star.dm_pc_cm3:g}), which is up at {up.elevation_deg:.1f}°"
        return checked(gate, passes=False, says=says, value=up.star.name, limit=limits.pulsar_dm)
    says = "; ".join(f"{dm} is that of the {one.star.name}, {_height(one)}" for one in case.pulsars)
    return checked(gate, passes=True, says=says or f"{dm} is that of no bright pulsar", limit=limits.pulsar_dm)


def _magnetar(case: Case) -> Gate:
    """Return the gate: a watched magnetar of this DM is not below the horizon; without one the DM alone decides."""
    gate, least = "X4 magnetar", case.limits.grex.min_magnetar_el_deg
    if not case.magnetars:
        return checked(gate, passes=True, says="DM of no watched magnetar", limit=least)
    one = case.magnetar or max(case.magnetars, key=lambda one: one.elevation_deg)
    says = f"DM of {one.star.name} ({one.star.dm_pc_cm3:g}), {_height(one)}"
    if case.magnetar is None and one.elevation_deg >= 0:
        says += f": too low to be taken (< {least:g}°)"
    passes = one.elevation_deg >= 0
    gate_of = checked(gate, passes=passes, says=says, value=one.elevation_deg, limit=least)
    return gate_of.model_copy(update={"unit": "deg"})


def _height(one: Standing) -> str:
    height = one.elevation_deg
    return f"which is up at {height:.1f}°" if height >= 0 else f"which is {-height:.1f}° below the horizon"


def _once(what: What, case: Case, own: tuple[Command, ...], better: Better | None) -> Gate:
    """Return the gate: once for each burst; but what waits for a person need not when more stations have seen it."""
    if own and own[-1].state == "proposed" and not case.alone:
        says = f"takes the place of proposal {own[-1].id}: seen by {', '.join(case.stations)}"
        return checked(f"once {what}", passes=True, says=says, value=own[-1].id)
    return once_gate(own, better).model_copy(update={"gate": f"once {what}"})


def _captured(case: Case) -> Gate:
    gate, least = "X5 dump", case.limits.grex.min_captured
    if case.ring is None:
        return missing(gate, "DM or time not known: what the ring still holds cannot be reckoned", least)
    found = captured_gate(gate, case.age_inf_s, case.ring, least)
    if case.dump is None or case.dump.duration_s <= LONGEST_DUMP_S:
        return found
    says = f"a dump until it has left the band takes {case.dump.duration_s:.0f} s > {LONGEST_DUMP_S:g} s, the longest"
    return checked(gate, passes=False, says=says, value=case.dump.duration_s, limit=LONGEST_DUMP_S)


def _ready(case: Case) -> Gate:
    return ready_gate("L13 ready", DumpWish(GREX, case.alert.event, case.dump), case.circumstances, case.limits.lwa)


def _place(case: Case) -> Gate:
    gate, limit_deg = "X6 beam", case.limits.lwa.max_r95_deg
    if case.magnetar is not None:
        return checked(gate, passes=True, says=f"at {case.magnetar.star.name}", value=case.magnetar.star.name)
    if case.best.position is None:
        return missing(gate, "nobody knows where: no position, no watched magnetar", limit_deg, "deg")
    return at_most(gate, case.best.position.r95_deg, limit_deg, "deg", "position error (r95)")


def _findings(case: Case, own: tuple[Command, ...]) -> Findings:
    limits = case.limits.lwa
    terms = Terms(limits, lead_s(limits, case.circumstances.beam_leads_s), limits.max_beam_s)
    wish = Wish(GREX, case.best, case.sweep, limits.max_r95_deg, terms, tuple(one.id for one in own))
    return beam_gates(wish, case.circumstances)
