"""D3 to D5: whether what DSA-110 triggered on is a burst that OVRO-LWA should follow."""

from __future__ import annotations

from ovro_alert.scenarios.burst import Burst
from ovro_alert.scenarios.gates import at_least, checked, known
from ovro_alert.scenarios.limits import DsaLimits
from ovro_alert.triggers import Trigger
from ovro_alert.verdicts import Gate


def burst_gates(burst: Burst, trigger: Trigger, limits: DsaLimits) -> tuple[Gate, ...]:
    """Return every gate that its figures have to pass."""
    return (
        _dm(burst, limits),
        at_least("D4 snr", burst.snr, limits.min_snr_beam, "", "S/N"),
        _under("D5 width", trigger.ibox, limits.max_ibox, "samples", "width"),
        _under("D5 beams", trigger.cntb, limits.max_cntb, "beams", "cluster"),
    )


def _dm(burst: Burst, limits: DsaLimits) -> Gate:
    galactic = known(burst.dm_gal_pc_cm3, 0)
    least = max(limits.min_dm_pc_cm3, limits.min_dm_share * (galactic or 0.0))
    gate = at_least("D3 dm", burst.dm_pc_cm3, least, "pc/cm³", "DM")
    if galactic is None:
        return gate
    return gate.model_copy(update={"says": f"{gate.says}; the Milky Way has {galactic:.4g}"})


def _under(gate: str, value: int | None, limit: int, unit: str, what: str) -> Gate:
    """Return the gate value < limit, strictly; what is not given passes."""
    if value is None:
        return checked(gate, passes=True, says=f"{what} not given")
    passes = value < limit
    says = f"{what} {value} {unit} {'<' if passes else '≥'} {limit}"
    return checked(gate, passes=passes, says=says, value=value, limit=limit).model_copy(update={"unit": unit})
