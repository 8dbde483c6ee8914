"""OVRO-LWA in its own terms: what a command would tell it, when, and what will be on disk. Pure; for every door to it.

Sources: ovro-lwa/lwa-observing scripts/executor.py (scheduler), lwa-project/ovro_data_recorder control.py (recorder),
realtimeradio/caltech-bifrost-dsp triggered_dump_block.py and copy_block.py (ring).
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import Literal, NamedTuple

from ovro_alert.actions import BeamArgs, DumpArgs
from ovro_alert.commands import Command
from ovro_alert.errors import TelescopeRefusedError
from ovro_alert.observatory import DUMP_FILE_BYTES, DUMP_FILE_S, DUMP_PIPELINES, VOLTAGE_BEAM, VOLTAGE_BYTES_PER_S
from ovro_alert.times import seconds

SCHEDULER_LEAD_S = 3.0
RECORDER_LEAD_S = 15.0
LEAD_S = SCHEDULER_LEAD_S + RECORDER_LEAD_S
"""From telling the scheduler `asap` to the first sample: a recorder that is told 'now' starts 15 s later."""

AHEAD_S = 70.0
"""A start this far away can be scheduled: the set-up is 50 s before, a session that misses it is dropped silently."""

POINTED_BEFORE_S = 10.0
"""A scheduled session takes its beam this long before its start."""

POWER_BEAM = 5
POWER_BEAMS = range(1, 13)
"""Beams that have a power recorder; beam 1 is the voltage recorder's as well."""

FILE_S = DUMP_FILE_S
PIPELINES = DUMP_PIPELINES

RING_PROMISED_S = 120.0
RING_HELD_S = 170.0
"""What is surely in the ring, and what a dump begins with: its oldest sample."""

LONGEST_BEAM_S = 43200.0
"""Half a day; `BeamArgs` has the same limit on a length that is given without a `stop`."""

LONGEST_DUMP_S = 7200.0
"""187 TB; `DumpArgs` has the same limit on a length that is given without a `stop`."""


class BeamPlan(NamedTuple):
    """One recording session: when the beam is taken, when samples are kept; moments by the sky, UTC."""

    args: BeamArgs
    beam: int
    submit: Literal["asap", "buffer"]
    told: datetime
    taken: datetime
    on: datetime
    off: datetime

    @property
    def lead_s(self) -> float:
        """From telling the telescope to the first sample, seconds."""
        return (self.on - self.told).total_seconds()

    @property
    def duration_s(self) -> float:
        """Length of the recording, seconds."""
        return (self.off - self.on).total_seconds()

    @property
    def size_gb(self) -> float | None:
        """What a voltage recording writes, GB."""
        return self.duration_s * VOLTAGE_BYTES_PER_S / 1e9 if self.args.mode == "voltage" else None


class DumpPlan(NamedTuple):
    """One dump: how many files in each pipeline."""

    told: datetime
    files: int
    lookback_s: float

    @property
    def duration_s(self) -> float:
        """Seconds of data from the oldest sample."""
        return self.files * FILE_S

    @property
    def size_gb(self) -> float:
        """What all pipelines write, GB."""
        return size_gb(self.files)


def size_gb(files: int, pipelines: int = PIPELINES) -> float:
    """Return what that many files of each pipeline take, GB."""
    return files * pipelines * DUMP_FILE_BYTES / 1e9


def plan_beam(command: Command, now: datetime, lead_s: float = LEAD_S) -> BeamPlan:
    """Plan a session that is told now: a late start never moves its end."""
    args = BeamArgs.model_validate(command.args)
    ahead = args.start is not None and args.start - now >= seconds(AHEAD_S)
    on = args.start if ahead and args.start is not None else now + seconds(lead_s)
    off = args.stop or (args.start or on) + seconds(args.duration_s)
    if off <= on:
        raise TelescopeRefusedError(f"nothing is left: it would be on at {on:%H:%M:%S}, and over at {off:%H:%M:%S} UTC")
    if off - on > seconds(LONGEST_BEAM_S):
        raise TelescopeRefusedError(f"a beam until {off:%Y-%m-%d %H:%M:%S} UTC: {LONGEST_BEAM_S:.0f} s are the most")
    return BeamPlan(
        args=args,
        beam=beam_number(args),
        submit="buffer" if ahead else "asap",
        told=now,
        taken=on - seconds(POINTED_BEFORE_S) if ahead else now,
        on=on,
        off=off,
    )


def beam_number(args: BeamArgs) -> int:
    """Return which beam is meant; one without its recorder is refused."""
    if args.mode == "voltage":
        if args.beam not in (None, VOLTAGE_BEAM):
            raise TelescopeRefusedError(f"beam {args.beam} has no voltage recorder: only beam {VOLTAGE_BEAM} has")
        return VOLTAGE_BEAM
    beam = POWER_BEAM if args.beam is None else args.beam
    if beam not in POWER_BEAMS:
        raise TelescopeRefusedError(f"beam {beam} has no power recorder: only beams 1 to {POWER_BEAMS.stop - 1} have")
    return beam


def plan_dump(command: Command, now: datetime, ring_held_s: float = RING_HELD_S) -> DumpPlan:
    """Plan a dump that is told now; with a `stop` its length is from the oldest sample in the ring to that moment."""
    args = DumpArgs.model_validate(command.args)
    duration_s = args.duration_s if args.stop is None else ring_held_s + (args.stop - now).total_seconds()
    if duration_s <= 0:
        raise TelescopeRefusedError(f"nothing is left: the oldest sample in the ring is after {args.stop:%H:%M:%S} UTC")
    if duration_s > LONGEST_DUMP_S:
        raise TelescopeRefusedError(f"a dump of {duration_s:.0f} s: {LONGEST_DUMP_S:.0f} s are the most")
    return DumpPlan(told=now, files=math.ceil(duration_s / FILE_S), lookback_s=args.lookback_s)


def due(command: Command, now: datetime, lead_s: float = LEAD_S) -> datetime:
    """When to claim: at once what can be scheduled, what starts sooner just in time, so that no lease runs out."""
    if command.action != "beam":
        return now
    start = BeamArgs.model_validate(command.args).start
    if start is None or start - now >= seconds(AHEAD_S):
        return now
    return start - seconds(lead_s)


def intention(command: Command, now: datetime) -> str:
    """Say what the telescope would be told."""
    if command.action == "beam":
        return beam_words(plan_beam(command, now))
    if command.action == "dump":
        return dump_words(plan_dump(command, now))
    if command.action == "test":
        return "a drill: every step, nothing moves"
    raise TelescopeRefusedError(f"OVRO-LWA knows no {command.action!r}")


def beam_words(plan: BeamPlan) -> str:
    """Say of a session where, when and how much."""
    args = plan.args
    size = "" if plan.size_gb is None else f", {plan.size_gb:.0f} GB"
    target = f" ({args.target})" if args.target else ""
    return (
        f"{args.mode} beam {plan.beam} at RA {args.ra_deg:.3f} Dec {args.dec_deg:+.3f}{target}, on"
        f" {plan.on:%Y-%m-%d %H:%M:%S}, off {plan.off:%H:%M:%S} UTC ({plan.duration_s:.0f} s{size}), as {plan.submit}"
    )


def dump_words(plan: DumpPlan) -> str:
    """Say of a dump how much."""
    return (
        f"dump of the ring, {plan.duration_s:.0f} s from the oldest sample: {plan.files} files in each of {PIPELINES}"
        f" pipelines, {plan.size_gb / 1000:.1f} TB"
    )
