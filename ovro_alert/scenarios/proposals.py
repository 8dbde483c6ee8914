"""N7: people are asked about one repointing at a time, once for each source, and not too often."""

from __future__ import annotations

from datetime import datetime

from ovro_alert.alerts import source_key
from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import Command
from ovro_alert.scenarios.dsa_pointing import TELESCOPE
from ovro_alert.scenarios.gates import checked
from ovro_alert.scenarios.limits import DsaLimits
from ovro_alert.scenarios.newness import DAY_S, Newness, lately_before
from ovro_alert.times import age_s, iso, seconds
from ovro_alert.verdicts import Gate


def others(event: str, circumstances: Circumstances, limits: DsaLimits) -> tuple[Command, ...]:
    """Return what was proposed to DSA-110 for other events in the days that count, oldest first."""
    now = circumstances.now
    return tuple(
        one
        for one in circumstances.proposals
        if one.telescope == TELESCOPE
        and one.action == "repoint"
        and one.event != event
        and age_s(one.made, now) <= limits.proposal_days * DAY_S
    )


def asked_before(proposed: tuple[Command, ...], newness: Newness, limits: DsaLimits) -> Command | None:
    """Return the proposal for the same source that still counts; a storm that came after it lets it count no more.

    One that was cancelled and whose burst does not stand was taken back with its burst: nobody decided on the source.
    """
    same = [
        one
        for one in proposed
        if one.event in newness.events
        or (one.state != "cancelled" and source_key(str(one.args.get("target") or "")) in newness.keys)
    ]
    if not same or (newness.storm and not _stormed(same[-1].made, newness, limits)):
        return None
    return same[-1]


def quiet_gate(
    proposed: tuple[Command, ...], before: Command | None, circumstances: Circumstances, limits: DsaLimits
) -> Gate:
    """N7: nothing that people should decide on waits, and they were not asked about this source."""
    waits = [one for one in proposed if one.seen_at(circumstances.now).state == "proposed"]
    if before is not None:
        says = f"proposal {before.id} for this source was made {iso(before.made)} ({before.state})"
        return checked("N7 quiet", passes=False, says=says, value=before.id)
    if waits and len(waits) >= limits.proposals_open:
        says = f"proposal {waits[-1].id} for DSA-110 waits for a person until {iso(waits[-1].deadline)}"
        return checked("N7 quiet", passes=False, says=says, value=len(waits), limit=limits.proposals_open)
    says = f"no proposal for this source in {limits.proposal_days:g} d, none waits"
    return checked("N7 quiet", passes=True, says=says, value=len(waits), limit=limits.proposals_open)


def budget_gate(proposed: tuple[Command, ...], limits: DsaLimits) -> Gate:
    """Return the gate: people are not asked too often; a proposal that was replaced counts once."""
    count = 1 + len({one.event for one in proposed})
    passes = count <= limits.proposals_in_days
    says = f"with this one {count} of {limits.proposals_in_days} proposals in {limits.proposal_days:g} d"
    if not passes:
        says = f"over budget: {says}; raise dsa.proposals_in_days to allow it"
    return checked("budget", passes=passes, says=says, value=count, limit=limits.proposals_in_days)


def _stormed(moment: datetime, newness: Newness, limits: DsaLimits) -> bool:
    """Say whether it was a storm at that moment; of bursts that are too many to look back at, it is supposed."""
    since = moment - seconds(limits.storm_days * DAY_S)
    reaches_back = any(time is not None and time < since for time in newness.events.values())
    older = 0 if reaches_back else newness.older
    return lately_before(newness.events, moment, limits.storm_days) + older >= limits.storm_bursts
