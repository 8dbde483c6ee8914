"""Gates U2–U8: is a discovery of DSA-110 worth asking Swift, and can Swift be asked? And how its position is known."""

from __future__ import annotations

from ovro_alert.circumstances import Circumstances, Used
from ovro_alert.scenarios.dsa_class import Class
from ovro_alert.scenarios.gates import SLACK, at_most, checked, known, missing
from ovro_alert.scenarios.limits import GuanoLimits
from ovro_alert.scenarios.position import Position
from ovro_alert.scenarios.switches import held_back, switch_gate
from ovro_alert.times import age_s
from ovro_alert.triggers import EAST_WEST_BEAMS, SearchBeam
from ovro_alert.verdicts import Gate

TELESCOPE = "swift"
DSA_GUANO = "dsa_guano"
OF_THE_BURST = frozenset({"U2 probability", "U3 ibox", "U4 snr", "U5 arms"})
"""Gates that say what it is; they and its age are not asked again of a VOEvent that cites an earlier one."""
NOT_OF_A_CITING_ONE = OF_THE_BURST | {"U7 time"}


def probability_gate(known_class: Class, limits: GuanoLimits) -> Gate:
    """Return the gate: T3 is nearly sure that it is astrophysical."""
    if known_class.stage == "T2":
        return missing("U2 probability", "T2, not classified: Swift is not asked before T3", limits.min_probability)
    return _above("U2 probability", known_class.probability, limits.min_probability, "probability")


def ibox_gate(ibox: int | None, limits: GuanoLimits) -> Gate:
    """Return the gate: it is short."""
    if ibox is None:
        return missing("U3 ibox", "width not given", limits.max_ibox, "samples")
    passes = ibox < limits.max_ibox
    says = f"width {ibox} samples {'<' if passes else '≥'} {limits.max_ibox}"
    return checked("U3 ibox", passes, says, ibox, limits.max_ibox).model_copy(update={"unit": "samples"})


def snr_gate(snr: float | None, limits: GuanoLimits) -> Gate:
    """Return the gate: it is strong."""
    return _above("U4 snr", known(snr, 0), limits.min_snr, "S/N")


def _above(gate: str, value: float | None, limit: float, what: str) -> Gate:
    """Return the gate value > limit, strictly."""
    if value is None:
        return missing(gate, f"{what} not given", limit)
    passes = value > limit + SLACK
    return checked(gate, passes, f"{what} {value:.6g} {'>' if passes else '≤'} {limit:g}", value, limit)


def arms_gate(beams: tuple[SearchBeam, ...]) -> Gate:
    """Return the gate: not in the beams of the same number in both arms, where injections sit."""
    named = tuple(beam.number for beam in beams[:2] if beam.snr > 0)
    if len(named) < len(("first", "second")):
        return checked("U5 arms", passes=True, says="fewer than two beams given")
    first, second = named
    equal = first % EAST_WEST_BEAMS == second % EAST_WEST_BEAMS
    says = f"beams {first} and {second}" + (", the same in both arms: there injections are" if equal else "")
    return checked("U5 arms", not equal, says, f"{first}, {second}")


def position_gate(position: Position | None, why: str, error_deg: float) -> Gate:
    """Return the gate: the notice itself gives a position; where DSA-110 pointed is not enough."""
    if position is None:
        return missing("U6 position", why or "no position")
    says = f"RA {position.ra_deg:.3f}° Dec {position.dec_deg:+.3f}°, error {error_deg:.3f}°"
    return checked("U6 position", passes=True, says=says, value=error_deg)


def time_gate(event_age_s: float | None, limits: GuanoLimits) -> Gate:
    """Return the gate: Swift's ring buffer may still hold it."""
    if event_age_s is None:
        return missing("U7 time", "time of the event not known", limits.max_age_s, "s")
    gate = at_most("U7 time", event_age_s, limits.max_age_s, "s", "age")
    late = not gate.failed and event_age_s > limits.late_s
    return gate.model_copy(update={"says": f"{gate.says}; late: data may be gone"}) if late else gate


def ready_gate(circumstances: Circumstances, limits: GuanoLimits, *, citing: bool) -> Gate:
    """Return the gate: nothing is switched off, a host is configured and its client is there, the budget allows it.

    A VOEvent that cites an earlier one has a day: it waits for a client that is away.
    """
    switch = switch_gate("U8 ready", held_back(circumstances, DSA_GUANO, TELESCOPE))
    found = (switch, _host(circumstances, limits, citing=citing), _budget(circumstances, limits))
    against = [one for one in found if one.failed]
    if against:
        return against[0].model_copy(update={"says": "; ".join(one.says for one in against)})
    return found[1].model_copy(update={"says": "; ".join(one.says for one in found[1:])})


def host_of(circumstances: Circumstances) -> str | None:
    """Return the host to which its client would send, as its last status names it."""
    status = circumstances.statuses.get(TELESCOPE)
    host = None if status is None else status.detail.get("host")
    return host[:200] if isinstance(host, str) and host.strip() else None


def _host(circumstances: Circumstances, limits: GuanoLimits, *, citing: bool) -> Gate:
    host, status = host_of(circumstances), circumstances.statuses.get(TELESCOPE)
    if status is None or host is None:
        says = "no host: Swift's client names none" if status is not None else "no host: Swift has no client"
        return checked("U8 ready", passes=False, says=says, limit="host")
    silent_s = age_s(status.at, circumstances.now)
    away = None
    if silent_s > limits.status_fresh_s + SLACK:
        away = f"Swift's client was last heard {silent_s:.0f} s ago"
    elif status.state == "unavailable":
        away = "Swift's client says it is unavailable"
    if away is None:
        return checked("U8 ready", passes=True, says=f"host {host}", value=host)
    return checked("U8 ready", passes=citing, says=f"host {host}, but {away}", value=host)


def _budget(circumstances: Circumstances, limits: GuanoLimits) -> Gate:
    number = circumstances.used.get(TELESCOPE, Used()).guano + 1
    says = f"with this one {number} of {limits.per_day} requests in 24 h"
    passes = number <= limits.per_day
    says = says if passes else f"over budget: {says}; raise guano.per_day to allow it"
    return checked("U8 ready", passes, says, number, limits.per_day)
