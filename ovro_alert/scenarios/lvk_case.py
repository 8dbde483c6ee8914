"""One statement on a superevent, all that was found out about it, and every gate that it had to pass."""

from __future__ import annotations

from typing import NamedTuple

from ovro_alert.alerts import Alert
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import Command
from ovro_alert.mergers import Merger
from ovro_alert.messages import Level
from ovro_alert.scenarios import lvk_gates as gates_of
from ovro_alert.scenarios.burst import LONG_AGO_S
from ovro_alert.scenarios.dump import DumpPlan, Ring, ring_of
from ovro_alert.scenarios.dump_gates import DumpWish, captured_gate, ready_gate
from ovro_alert.scenarios.earlier_commands import own_commands
from ovro_alert.scenarios.limits import Limits
from ovro_alert.scenarios.lvk_figures import lvk_figures
from ovro_alert.scenarios.lvk_visibility import Visibility, visibility, visible_gate
from ovro_alert.scenarios.roles import clock_gate, role_gate
from ovro_alert.times import age_s
from ovro_alert.verdicts import Figure, Gate

LVK_DUMP = "lvk_dump"
OF_A_NEUTRON_STAR = frozenset({"L4 group", "L7 far", "L8 terrestrial", "L9 has_ns", "L10 ns_class"})
"""What passes these is loud, whether it can be dumped or not."""


class Case(NamedTuple):
    """One statement; `statements` are those before it, `own` what was commanded for its event, in the same role."""

    alert: Alert
    merger: Merger
    circumstances: Circumstances
    limits: Limits
    age_s: float | None
    ring: Ring
    plan: DumpPlan | None
    visibility: Visibility | None
    own: tuple[Command, ...]
    statements: tuple[Alert, ...]
    gates: tuple[Gate, ...]

    @property
    def failures(self) -> list[Gate]:
        """Every gate that it does not pass, in order."""
        return [gate for gate in self.gates if gate.failed]

    @property
    def level(self) -> Level:
        """How loudly people hear of it, if they never heard of it before."""
        if self.alert.role != "real":
            return "quiet"
        if not OF_A_NEUTRON_STAR & {gate.gate for gate in self.failures}:
            return "loud"
        if self.alert.kind == "early_warning":
            return "quiet"  # every real one until 2023 was retracted
        ns = gates_of.ns_classes(self.merger) or 0.0
        worth = ns > self.limits.lvk.told_ns or gates_of.is_subsolar(self.merger)
        return "normal" if self.merger.significant and worth else "quiet"

    @property
    def first_after_warnings(self) -> bool:
        """Whether early warnings alone came before it: it is the first that decides."""
        warned = bool(self.statements) and all(one.kind == "early_warning" for one in self.statements)
        return warned and not self.own

    @property
    def figures(self) -> dict[str, Figure]:
        """Every number that people are told beside what the notice says."""
        former = self.statements[-1].merger if self.statements else None
        return lvk_figures(self.ring, self.age_s, self.plan, self.visibility, former)


def look_at(alert: Alert, circumstances: Circumstances, limits: Limits) -> Case:
    """Find out everything about a statement, and put every question to it."""
    merger, lvk = alert.merger or Merger(alert_type="PRELIMINARY"), limits.lvk
    ring, time, age = ring_of(limits.lwa, lvk), alert.time, None
    if time is not None and abs(age := age_s(time, circumstances.now)) > LONG_AGO_S:
        time = age = None
    plan = None if time is None else ring.plan(time, circumstances.now, lvk.min_captured)
    visible = visibility(circumstances.sky_map, time, lvk)
    own = own_commands(LVK_DUMP, alert.event, circumstances)
    own = tuple(one for one in own if (one.action == "test") is not (alert.role == "real"))
    ahead_s = lvk.early_warning_ahead_s if alert.kind == "early_warning" else lvk.max_ahead_s
    gates = (
        gates_of.id_gate(alert),
        role_gate("role", alert),
        gates_of.kind_gate(alert, circumstances, lvk),
        gates_of.retracted_gate(circumstances),
        gates_of.group_gate(merger),
        gates_of.search_gate(merger),
        clock_gate("clock", time, circumstances.now, ahead_s, alert.time_note),
        captured_gate("L6 time", age, ring, lvk.min_captured),
        gates_of.far_gate(merger, lvk),
        gates_of.terrestrial_gate(merger, lvk),
        gates_of.has_ns_gate(merger, lvk),
        gates_of.ns_class_gate(merger),
        gates_of.once_gate(own),
        visible_gate(visible, merger, lvk),
        ready_gate("L13 ready", DumpWish(LVK_DUMP, alert.event, plan), circumstances, limits.lwa),
    )
    statements = gates_of.statements(alert, circumstances)
    return Case(alert, merger, circumstances, limits, age, ring, plan, visible, own, statements, gates)
