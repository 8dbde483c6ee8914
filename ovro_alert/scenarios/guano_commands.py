"""The requests to Swift as drafts: the first, one with a better position, one that takes them back."""

from __future__ import annotations

from ovro_alert.actions import GuanoArgs
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import Command, CommandDraft
from ovro_alert.observatory import DSA_VOEVENTS
from ovro_alert.scenarios.gates import known
from ovro_alert.scenarios.guano_case import Case
from ovro_alert.scenarios.guano_gates import DSA_GUANO, TELESCOPE
from ovro_alert.scenarios.guano_sent import asked_for, latest, told_of
from ovro_alert.scenarios.limits import GuanoLimits
from ovro_alert.times import seconds


def ivorn_of(event: str) -> str:
    """Return the name by which the first VOEvent of an event of DSA-110 is known; later ones have more after it."""
    return f"{DSA_VOEVENTS}#{trigname(event)}"


def trigname(event: str) -> str:
    """Return DSA-110's own name of an event."""
    return event.partition(":")[2]


def burst_draft(case: Case) -> CommandDraft:
    """Return what is asked about a burst: the first time, or with a better position; it has passed every gate."""
    position, limits, burst = case.position, case.limits.guano, case.burst
    time, ref_mhz = case.time
    assert position is not None  # noqa: S101 - for the type checker; the gates have looked
    assert time is not None  # noqa: S101
    assert burst.time is not None  # noqa: S101
    cited = told_of(case.own)
    args = GuanoArgs(
        time=time,
        time_ref_mhz=ref_mhz,
        ra_deg=position.ra_deg,
        dec_deg=position.dec_deg,
        error_deg=case.error_deg,
        name=trigname(case.alert.event),
        dm_pc_cm3=burst.dm_pc_cm3,
        width_ms=case.trigger.width_ms or known(case.alert.width_ms, 0),
        snr=burst.snr,
        importance=case.known_class.probability,
        cites=None if cited is None else ivorn_of(case.alert.event),
        kind="detection" if cited is None else "update",
    )
    draft = _draft(args, case.alert.event, case.own, case.circumstances, limits, _reason(case))
    if cited is not None:
        return draft
    before = latest(case.own)
    own_deadline = burst.time + seconds(limits.max_age_s)
    return draft.model_copy(update={"deadline": min(own_deadline, before.deadline) if before else own_deadline})


def retraction_draft(
    own: tuple[Command, ...], circumstances: Circumstances, limits: GuanoLimits, why: str
) -> CommandDraft | None:
    """Return what takes back the VOEvents that are out; None if there are none, or they are taken back."""
    cited = told_of(own)
    former = None if cited is None else asked_for(cited)
    if cited is None or former is None or cited.event is None:
        return None
    args = former.model_copy(update={"kind": "retraction", "cites": ivorn_of(cited.event)})
    return _draft(args, cited.event, own, circumstances, limits, why)


def _draft(
    args: GuanoArgs,
    event: str,
    own: tuple[Command, ...],
    circumstances: Circumstances,
    limits: GuanoLimits,
    reason: str,
) -> CommandDraft:
    """Return a draft with the deadline of a VOEvent that cites another."""
    return CommandDraft(
        telescope=TELESCOPE,
        action="guano",
        # the time at infinite frequency is said, not left out
        args=args.model_dump(mode="json", exclude_none=True) | {"time_ref_mhz": args.time_ref_mhz},
        deadline=circumstances.now + seconds(limits.cite_within_s),
        reason=reason,
        priority=limits.priority,
        event=event,
        scenario=DSA_GUANO,
        turn=max((one.turn for one in own), default=0) + 1,
    )


def _reason(case: Case) -> str:
    named = ("U2 probability", "U4 snr", "U5 arms", "U6 position", "once", "U7 time")
    return "; ".join(gate.says for gate in case.gates if gate.gate in named)
