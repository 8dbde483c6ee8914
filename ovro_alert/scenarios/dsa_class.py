"""What DSA-110 takes a burst for: T2 found it and has not classified it, T3 says how probably it is astrophysical."""

from __future__ import annotations

from typing import NamedTuple

from ovro_alert.alerts import BURSTS, Alert, KeptAlert
from ovro_alert.scenarios.gates import SLACK, at_least, checked, known
from ovro_alert.scenarios.limits import DsaLimits
from ovro_alert.triggers import Trigger
from ovro_alert.verdicts import Gate

NOT_REAL = frozenset({"rfi", "instrumental"})
"""Labels of what was nothing in the sky; `injection` makes it one."""


class Class(NamedTuple):
    """The newest word on what it is, of all statements of its event; `stage` T2 is before any classification."""

    stage: str = "T2"
    probability: float | None = None
    label: str | None = None
    real: bool | None = None
    injected: bool = False

    def says(self) -> str:
        """Say it in short: `T3, p = 0.98`."""
        if self.stage == "T2":
            return "T2, not classified"
        parts = ("T3", self.probability is not None and f"p = {self.probability:.3g}", self.label)
        return ", ".join(part for part in parts if part)


def class_of(alert: Alert, earlier: tuple[KeptAlert, ...]) -> Class:
    """Return what is known of a statement's event; to a real one also that another calls it an injection."""
    others = [other for other in reversed(earlier) if other.kind in BURSTS]
    among = ("real", "injection") if alert.role == "real" else (alert.role,)
    said = [alert, *(other for other in others if other.role in among)]
    newest = next((one for one in said if _classified(one)), None)
    injected = alert.role == "real" and any(one.role == "injection" for one in said)
    if newest is None:
        return Class(injected=injected)
    trigger = newest.trigger or Trigger()
    probability = known(newest.importance if newest.importance is not None else trigger.probability, 0, 1)
    return Class("T3", probability, trigger.label, trigger.real, injected)


def trigger_of(tellers: tuple[Alert, ...]) -> Trigger:
    """Return what the statements of an event say of its trigger together, the newest first."""
    said = [teller.trigger for teller in tellers if teller.trigger is not None]
    whole = said[0] if said else Trigger()
    for earlier in said[1:]:
        whole = whole.filled_with(earlier)
    # which beams saw it, and which of them best, is one thing
    seen = next(((one.ibeam, one.beams) for one in said if one.beams), (whole.ibeam, whole.beams))
    return whole.model_copy(update={"ibeam": seen[0], "beams": seen[1]})


def _classified(alert: Alert) -> bool:
    return alert.importance is not None or (alert.trigger is not None and alert.trigger.stage == "T3")


# ── gates ──


def label_gate(known_class: Class) -> Gate:
    """D1, what is no drill either: somebody has seen that it was nothing in the sky, or that it was put there."""
    if known_class.injected:
        return checked("D1 label", passes=False, says="an injection, DSA-110 says in another notice", value="injection")
    label = known_class.label
    unreal = label in NOT_REAL
    says = f"label {label}: not real" if unreal else f"label {label}" if label else "no label"
    return checked("D1 label", passes=not unreal, says=says, value=label)


def class_gate(known_class: Class, limits: DsaLimits) -> Gate:
    """D6: what T3 has classified must probably be astrophysical; T2's 0.0 is no probability."""
    limit = limits.min_probability
    if known_class.stage == "T2":
        return checked("D6 class", passes=True, says="T2, not classified", limit=limit)
    if known_class.probability is None:
        passes = known_class.real is not False
        says = f"{known_class.says()}: no probability" if passes else "T3 says that it is not real"
        return checked("D6 class", passes=passes, says=says, limit=limit)
    gate = at_least("D6 class", known_class.probability, limit, "", "T3's probability")
    if gate.result == "pass" and known_class.real is False:
        says = f"T3 says that it is not real, p = {known_class.probability:.3g}"
        return checked("D6 class", passes=False, says=says, value=known_class.probability, limit=limit)
    return gate


def confirms(known_class: Class, limits: DsaLimits) -> bool:
    """Say whether T3 is as sure as people want to hear of."""
    return known_class.probability is not None and known_class.probability >= limits.confirmed - SLACK


def named_beams(trigger: Trigger) -> str | None:
    """Name the search beams that saw it, five at most; the strongest if it names no others."""
    if not trigger.beams:
        return None if trigger.ibeam is None else str(trigger.ibeam)
    return ", ".join(str(beam.number) for beam in trigger.beams[:5])
