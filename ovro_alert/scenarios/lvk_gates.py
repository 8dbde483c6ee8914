"""L1 to L11: whether this is a merger with a neutron star, real, new, and without a dump of ours."""

from __future__ import annotations

import re

from ovro_alert.alerts import Alert, KeptAlert
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import Command, State
from ovro_alert.mergers import Coincidence, Merger
from ovro_alert.scenarios.gates import SLACK, at_least, at_most, checked, known, missing
from ovro_alert.scenarios.limits import LvkLimits
from ovro_alert.times import iso
from ovro_alert.verdicts import Gate

SUPEREVENT = re.compile(r"(MS|TS|S)\d{6}[a-z]+")
REAL = "S"
UNBEGUN_ENDS: frozenset[State] = frozenset({"failed", "refused", "expired"})
"""A command that ended so before its telescope was told left the ring as it was."""


def id_gate(alert: Alert) -> Gate:
    """L1: it has the name of a superevent, and a mock's name is never taken for real."""
    name = alert.event.partition(":")[2]
    found = SUPEREVENT.fullmatch(name)
    if found is None:
        return checked("L1 id", passes=False, says=f"{name[:80]!r} is no name of a superevent", value=name[:80])
    mistaken = alert.role == "real" and found[1] != REAL
    says = f"{name} is a mock, whatever its role" if mistaken else name
    return checked("L1 id", passes=not mistaken, says=says, value=name)


def kind_gate(alert: Alert, circumstances: Circumstances, limits: LvkLimits) -> Gate:
    """L2: a statement that may lead to a dump, and the newest one of its event."""
    dated = (one for one in statements(alert, circumstances) if one.issued is not None)
    newest = max((one.stated(one.made) for one in dated), default=None)
    if newest is not None and alert.issued is not None and newest > alert.issued:
        says = f"{alert.kind}, overtaken by what was issued {iso(newest)}"
        return checked("L2 kind", passes=False, says=says, value=alert.kind)
    if alert.kind == "early_warning" and limits.early_warning == "message":
        says = "early warning: the preliminary comes while the ring still holds everything (lvk.early_warning)"
        return checked("L2 kind", passes=False, says=says, value=alert.kind)
    return checked("L2 kind", passes=True, says=alert.kind.replace("_", " "), value=alert.kind)


def statements(alert: Alert, circumstances: Circumstances) -> tuple[KeptAlert, ...]:
    """Return what was stated before of the same event in the same role, oldest first; a retraction states nothing."""
    return tuple(one for one in circumstances.earlier if one.kind != "retraction" and one.role == alert.role)


def retracted_gate(circumstances: Circumstances) -> Gate:
    """L3: it was never retracted, whichever came first."""
    gone = circumstances.retracted
    return checked("L3 not_retracted", passes=not gone, says="retracted" if gone else "not retracted")


def group_gate(merger: Merger) -> Gate:
    """L4: searched for as a compact binary; bursts have neither classes nor HasNS."""
    if merger.group is None:
        return missing("L4 group", "group not given", "CBC")
    passes = merger.group.upper() == "CBC"
    return checked("L4 group", passes=passes, says=f"group {merger.group}", value=merger.group, limit="CBC")


def search_gate(merger: Merger) -> Gate:
    """L5: not a search for objects lighter than the Sun."""
    light = is_subsolar(merger)
    says = f"search {merger.search}" if merger.search else "search not given"
    says = f"{says}: lighter than the Sun, for people to look at" if light else says
    return checked("L5 search", passes=not light, says=says, value=merger.search)


def is_subsolar(merger: Merger) -> bool:
    """Say whether it was found by a search for objects lighter than the Sun."""
    return "SSM" in (merger.search or "").upper()


def far_gate(merger: Merger, limits: LvkLimits) -> Gate:
    """L7: rare enough as a false alarm; beside a gamma-ray burst it may be more frequent."""
    burst = beside(merger.coincidence, limits)
    limit_hz = max(limits.max_far_hz, limits.coincident_far_hz) if burst else limits.max_far_hz
    found = at_most("L7 far", known(merger.far_hz, 0), limit_hz, "Hz", "FAR", slack=SLACK * limit_hz)
    return found.model_copy(update={"says": f"{found.says}, beside {burst}"}) if burst else found


def beside(coincidence: Coincidence | None, limits: LvkLimits) -> str | None:
    """Say beside which gamma-ray burst it was seen, where that is not by chance."""
    if coincidence is None or (coincidence.search or "").upper() != "GRB":
        return None
    joint = known(coincidence.time_far_hz if coincidence.sky_far_hz is None else coincidence.sky_far_hz, 0)
    if joint is None or joint > limits.joint_far_hz * (1 + SLACK):
        return None
    return f"a gamma-ray burst of {coincidence.observatory or 'somebody'} (joint FAR {joint:.3g} Hz)"


def terrestrial_gate(merger: Merger, limits: LvkLimits) -> Gate:
    """L8: it is hardly noise."""
    noise = probability(merger.classification, "Terrestrial")
    return at_most("L8 terrestrial", noise, limits.max_terrestrial, "", "terrestrial")


def has_ns_gate(merger: Merger, limits: LvkLimits) -> Gate:
    """L9: it holds a neutron star; without that property its classes stand for it."""
    has_ns, ns = probability(merger.properties, "HasNS"), ns_classes(merger)
    if has_ns is None and ns is not None:
        return at_least("L9 has_ns", ns, limits.min_has_ns, "", "HasNS not given; BNS + NSBH")
    return at_least("L9 has_ns", has_ns, limits.min_has_ns, "", "HasNS")


def ns_class_gate(merger: Merger) -> Gate:
    """L10: it may be one with a neutron star at all."""
    ns = ns_classes(merger)
    if ns is None:
        return missing("L10 ns_class", "neither BNS nor NSBH given", 0.0)
    return checked("L10 ns_class", passes=ns > 0, says=f"BNS + NSBH {ns:.4g}", value=ns, limit=0.0)


def once_gate(commands: tuple[Command, ...]) -> Gate:
    """L11: one dump for a superevent, ever; what ended before the telescope was told of it may be tried again."""
    stands = [one for one in commands if one.begun or one.state not in UNBEGUN_ENDS]
    if stands:
        last = stands[-1]
        says = f"already commanded: {last.action} {last.id} ({last.state})"
        return checked("L11 once", passes=False, says=says, value=last.id)
    if commands:
        last = commands[-1]
        says = f"once more: {last.action} {last.id} ended ({last.state}) before it began"
        return checked("L11 once", passes=True, says=says, value=last.id)
    return checked("L11 once", passes=True, says="nothing commanded for this superevent yet")


def probability(table: dict[str, float], name: str) -> float | None:
    """Return a probability of a table; what cannot be one is not given."""
    return known(table.get(name), 0, 1)


def ns_classes(merger: Merger) -> float | None:
    """Return BNS + NSBH, of what is given of them."""
    given = [one for name in ("BNS", "NSBH") if (one := probability(merger.classification, name)) is not None]
    return sum(given) if given else None
