"""One burst before the scenarios: circumstances composed at will, and what one scenario said of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ovro_alert import sky
from ovro_alert.alerts import Alert, KeptAlert
from ovro_alert.catalogue.repeaters import load_repeaters
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import Command, CommandDraft
from ovro_alert.scenarios import judge_all
from ovro_alert.scenarios.limits import Limits
from ovro_alert.statuses import KeptTelescopeStatus, Session, Switch
from ovro_alert.times import seconds
from ovro_alert.verdicts import Gate, Judgement
from tests.notices import chime_alert

REPEATERS = load_repeaters()
RN3 = tuple(row for row in REPEATERS if "acc6c1" in row.reference)
"""The 39 sources of the CHIME/FRB 2023 paper alone."""

R3_TIME = datetime(2026, 12, 1, 5, 18, 14, 500000, tzinfo=UTC)
R3 = {"ra_deg": 29.50313, "dec_deg": 65.71675, "dm_pc_cm3": 348.8, "dm_error_pc_cm3": 0.8, "source": "FRB 20180916B"}
"""A burst of FRB 20180916B at its transit of CHIME."""

LIMITS = Limits()


def burst(**changes: Any) -> Alert:
    """Return a subsequent of FRB 20180916B with any field changed."""
    return chime_alert(**({"time": R3_TIME, "ra_error_deg": 0.5, "dec_error_deg": 0.5} | R3 | changes))


def detection(**changes: Any) -> Alert:
    """Return the same burst as a detection, for which CHIME names no source."""
    return burst(**({"kind": "detection", "source": None, "association_probability": None} | changes))


def around(age_s: float = 13.2, time: datetime = R3_TIME, **changes: Any) -> Circumstances:
    """Return what is known `age_s` after the burst, with any field changed."""
    return Circumstances(**({"now": time + seconds(age_s), "repeaters": REPEATERS} | changes))


def judged(
    alert: Alert,
    circumstances: Circumstances | None = None,
    limits: Limits = LIMITS,
    scenario: str | None = None,
) -> Judgement:
    """Return what one scenario says; left out, the first that the alert concerns."""
    judgements = judge_all(alert, circumstances or around(), limits)
    judgement = next(one for one in judgements if scenario in (None, one.scenario))
    assert judgement.answer != "failed", judgement.summary
    return judgement


def gate(judgement: Judgement, name: str) -> Gate:
    """Return one gate by its id or its word."""
    return next(one for one in judgement.gates if one.gate == name or name in one.gate.split())


def lwa(circumstances: Circumstances | None = None, *sessions: Session, **changes: Any) -> KeptTelescopeStatus:
    """Return a fresh status of OVRO-LWA."""
    now = (circumstances or around()).now
    fields = {"state": "idle", "telescope": "lwa", "seq": 1, "at": now, "schedule": sessions} | changes
    return KeptTelescopeStatus(**fields)


def switch(name: str, state: str, **changes: Any) -> dict[str, Switch]:
    """Return one switch, as circumstances have it."""
    return {name: Switch(**({"name": name, "state": state, "since": R3_TIME - timedelta(days=1)} | changes))}


def commanded(draft: CommandDraft, made: datetime, number: int = 17, state: str = "pending", **changes: Any) -> Command:
    """Return the command that the relay makes of a draft."""
    fields = draft.model_dump() | {"id": number, "seq": number, "role": "observation", "state": state, "made": made}
    return Command(**(fields | {"by": "relay", "alert": 1} | changes))


def kept(alert: Alert, number: int = 1, made: datetime | None = None) -> KeptAlert:
    """Return an alert as the journal has it, which had it at once."""
    return KeptAlert(**alert.model_dump(), id=number, seq=number, made=made or alert.issued or R3_TIME)


def culmination(ra_deg: float, dec_deg: float, *, upper: bool = True, day: datetime = R3_TIME) -> datetime:
    """Return when within a day of that moment a direction is highest (or lowest) at OVRO-LWA, to half a minute."""
    moments = [day + timedelta(seconds=30 * step) for step in range(2880)]
    elevations = sky.place(ra_deg, dec_deg, day).elevation_deg(moments)
    return moments[int(elevations.argmax() if upper else elevations.argmin())]
