"""One request for a beam in the future, all that was found out about it, and every gate that it had to pass."""

from __future__ import annotations

from typing import Any, NamedTuple

from ovro_alert.actions import LONGEST_BEAM_S, BeamArgs
from ovro_alert.alerts import Alert
from ovro_alert.circumstances import Circumstances
from ovro_alert.co_observing import BeamRequest
from ovro_alert.commands import WAITING, Command
from ovro_alert.scenarios.beam import lead_s
from ovro_alert.scenarios.earlier_commands import own_commands
from ovro_alert.scenarios.flarescope_gates import (
    elevation_gate,
    form_gates,
    free_gate,
    horizon_gate,
    lead_gate,
    room_gate,
)
from ovro_alert.scenarios.flarescope_plan import Plan, plan_recording
from ovro_alert.scenarios.gates import checked, known, known_figures
from ovro_alert.scenarios.limits import FlarescopeLimits, Limits
from ovro_alert.scenarios.occupancy import TELESCOPE
from ovro_alert.scenarios.position import Position, noticed
from ovro_alert.scenarios.roles import role_gate
from ovro_alert.scenarios.switches import held_back, switch_gate
from ovro_alert.times import iso, parse_utc, seconds
from ovro_alert.verdicts import Figure, Gate

FLARESCOPE = "flarescope"
ASKED = ("ra_deg", "dec_deg", "start", "stop", "mode", "beam", "integration_ms", "target")
"""What makes two commands the same wish; their length may differ, where one begins late."""
TINY_MS, LONGEST_MS = 1e-6, 1024.0
"""Between these an integration can be asked for at all."""


class Case(NamedTuple):
    """One request and every gate; `own` are its commands so far, `replaced` the one that it takes the place of."""

    alert: Alert
    request: BeamRequest
    circumstances: Circumstances
    limits: Limits
    position: Position | None
    plan: Plan | None
    own: tuple[Command, ...]
    replaced: Command | None
    gates: tuple[Gate, ...]

    @property
    def args(self) -> dict[str, Any] | None:
        """What the telescope would be asked; None where that cannot be said."""
        return _args(self.alert, self.request, self.position, self.plan)

    @property
    def figures(self) -> dict[str, Figure]:
        """Every number that people are told."""
        where = (self.position.ra_deg, self.position.dec_deg) if self.position else (None, None)
        figures: dict[str, Figure] = {"target": self.request.target, "ra_deg": where[0], "dec_deg": where[1]}
        figures |= {"mode": self.request.mode, "requested_by": self.request.requested_by}
        if self.plan is not None:
            figures |= {"on_at": iso(self.plan.on), "off_at": iso(self.plan.stop), "beam_s": self.plan.duration_s}
            figures |= {"late_s": self.plan.late_s, "how": self.plan.how, "beam": self.plan.beam}
        return known_figures(figures)


def look_at(alert: Alert, request: BeamRequest, circumstances: Circumstances, limits: Limits) -> Case:
    """Find out everything about a request, and put every question to it."""
    now, position = circumstances.now, noticed(alert)
    lead = lead_s(limits.lwa, circumstances.beam_leads_s)
    plan = plan_recording(request, now, lead, limits.flarescope)
    own = own_so_far(alert, circumstances)
    last = own[-1] if own else None
    replaced = last if last is not None and waits(last, circumstances, limits.flarescope) else None
    gates = (
        role_gate("role", alert),
        newest_gate(alert, circumstances),
        *form_gates(request, position, alert.position_note, limits),
        lead_gate(plan, now, limits.flarescope),
        horizon_gate(request.start, now, limits.flarescope),
        elevation_gate(plan, position, limits),
        _once(last, replaced, _args(alert, request, position, plan), circumstances),
        free_gate(plan, (replaced.id,) if replaced else (), lead, circumstances, limits.lwa),
        switch_gate("S6 ready", held_back(circumstances, FLARESCOPE, TELESCOPE)),
        room_gate(plan, replaced, circumstances, limits.lwa),
    )
    return Case(alert, request, circumstances, limits, position, plan, own, replaced, gates)


def newest_gate(alert: Alert, circumstances: Circumstances) -> Gate:
    """Return the gate: no request of this id that was sent later is known; where none says so, the last counts."""
    sent = [one.issued for one in circumstances.earlier if one.issued is not None and one.role == alert.role]
    if alert.issued is None or not sent:
        return checked("newest", passes=True, says="no later request of this id is known")
    passes, later = alert.issued >= max(sent), iso(max(sent))
    says = f"sent {iso(alert.issued)}, the one known before {later}"
    return checked("newest", passes=passes, says=says if passes else f"out of date: {says}", value=iso(alert.issued))


def own_so_far(alert: Alert, circumstances: Circumstances) -> tuple[Command, ...]:
    """Return what was commanded for this request: of a real one no drills, of a test drills alone; oldest first."""
    found = own_commands(FLARESCOPE, alert.event, circumstances)
    return tuple(one for one in found if (one.action == "test") is not (alert.role == "real"))


def waits(command: Command, circumstances: Circumstances, limits: FlarescopeLimits) -> bool:
    """Say whether it can still be taken back: the telescope was not told, or has it scheduled and not set up yet."""
    state = command.seen_at(circumstances.now).state
    start = command.args.get("start")
    if state != "acting" or start is None:
        return state in WAITING
    return circumstances.now < parse_utc(start) - seconds(limits.buffer_margin_s)


def _once(last: Command | None, replaced: Command | None, args: dict[str, Any] | None, around: Circumstances) -> Gate:
    """Return the gate: nothing was commanded for this request, or what was is over, or waits and can be replaced."""
    if last is None:
        return checked("once", passes=True, says="nothing commanded for this request yet")
    state = last.seen_at(around.now).state
    what = f"{last.action} {last.id} ({state})"
    if replaced is None:
        over = last.final or state == "expired"
        says = f"{what} is over" if over else f"{what} runs: a session that runs cannot be stopped or changed"
        return checked("once", passes=over, says=says, value=last.id)
    if last.action == "beam" and args is not None and _wish(last.args) == _wish(args):
        return checked("once", passes=False, says=f"already commanded: {what}", value=last.id)
    return checked("once", passes=True, says=f"replaces {what}", value=last.id)


def _wish(args: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(args.get(name) for name in ASKED)


def _args(alert: Alert, request: BeamRequest, position: Position | None, plan: Plan | None) -> dict[str, Any] | None:
    if position is None or plan is None or plan.duration_s <= 0:
        return None
    if plan.stop - plan.start > seconds(LONGEST_BEAM_S):
        return None
    args = BeamArgs(
        ra_deg=position.ra_deg,
        dec_deg=position.dec_deg,
        duration_s=plan.duration_s,
        start=plan.start,
        stop=plan.stop,
        mode=plan.mode,
        beam=plan.beam,
        integration_ms=known(request.integration_ms, TINY_MS, LONGEST_MS) if plan.mode == "power" else None,
        target=request.target[:200],
        event=alert.event,
    )
    return args.model_dump(mode="json", exclude_none=True)
