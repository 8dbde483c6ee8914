"""Is a scenario or a telescope held back by a person? A maintenance window is a switch with an end."""

from __future__ import annotations

from ovro_alert.circumstances import Circumstances
from ovro_alert.statuses import Switch
from ovro_alert.times import iso
from ovro_alert.verdicts import Gate


def held_back(circumstances: Circumstances, *names: str) -> Switch | None:
    """Return the first of these switches that is not on; one whose end has passed is on."""
    for name in names:
        switch = circumstances.switches.get(name)
        if switch is not None and switch.state != "on" and (switch.until is None or switch.until > circumstances.now):
            return switch
    return None


def switch_gate(gate: str, switch: Switch | None) -> Gate:
    """Return the gate: everything is switched on."""
    if switch is None:
        return Gate(gate=gate, value="on", limit="on", result="pass", says="switched on")
    why = f": {switch.why}" if switch.why else ""
    until = f" until {iso(switch.until)}" if switch.until else ""
    says = f"{switch.name} is {switch.state}{until} by {switch.by or 'a person'}{why}"
    return Gate(gate=gate, value=switch.state, limit="on", result="fail", says=says)
