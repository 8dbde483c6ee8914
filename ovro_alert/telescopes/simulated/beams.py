"""The simulated scheduler and recorder: one session at a time on a beam, and none that runs is ever stopped."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ovro_alert import sky
from ovro_alert.commands import Command
from ovro_alert.doors import Progress
from ovro_alert.errors import TelescopeRefusedError
from ovro_alert.keeping.lines import Line
from ovro_alert.statuses import Pointing, Session
from ovro_alert.telescopes.lwa import LEAD_S, BeamPlan, beam_words, plan_beam
from ovro_alert.telescopes.simulated.faults import Faults
from ovro_alert.telescopes.simulated.pace import Pace
from ovro_alert.telescopes.simulated.record import Record
from ovro_alert.times import iso, iso_us, mjd, parse_utc

QUEUE_GAP = timedelta(seconds=1)
"""The recorder wants a second between two recordings."""

CANNOT_STOP = "a running session cannot be stopped: the scheduler takes back waiting ones only"


@dataclass
class Recording:
    """A session that the scheduler has, and what it did of it: `told`, `on`, `off`, `cancelled`, `not stopped`."""

    command: Command
    plan: BeamPlan
    did: set[str]

    @property
    def over(self) -> bool:
        """Nothing more will come of it."""
        return not self.did.isdisjoint({"off", "cancelled"})

    @property
    def file(self) -> str:
        """The recorder's name for it: day, time, and the first letters of its order."""
        order = uuid.uuid5(uuid.NAMESPACE_OID, self.command.key).hex[:7]
        return f"/lustre/ubuntu/beam{self.plan.beam:02d}/{int(mjd(self.plan.on)):06d}_{self.plan.on:%H%M%S%f}{order}"


class Beams:
    """Sessions by command, as they stand in the record; `now` is the clock on the wall."""

    def __init__(self, record: Record, pace: Pace, faults: Faults) -> None:
        self._record = record
        self._pace = pace
        self._lead_s = LEAD_S + faults.slow_s
        self._recordings: dict[str, Recording] = {}
        for line in record.of("beam"):
            self._remember(line)

    def refusal(self, command: Command, now: datetime) -> str | None:
        """Say why it cannot be recorded."""
        plan = plan_beam(command, now, self._lead_s)
        elevation_deg = sky.elevation_deg(plan.args.ra_deg, plan.args.dec_deg, plan.on)
        if elevation_deg < 0:
            return f"elevation {elevation_deg:.1f}° when the beam would be on: the beamformer points above 0° only"
        for other in self.live(now):
            begin, end = self._taken(other.plan)
            if other.plan.beam == plan.beam and begin < self._taken(plan)[1] and self._taken(plan)[0] < end:
                return f"beam {plan.beam} is taken by command {other.command.id} until {end:%H:%M:%S} UTC"
        return None

    def begin(self, command: Command, now: datetime) -> Progress:
        """Submit the session."""
        refused = self.refusal(command, now)
        if refused is not None:
            self._record.write(now, command, "beam", "refused", refused)
            raise TelescopeRefusedError(self._pace.says(refused))
        says = beam_words(plan_beam(command, now, self._lead_s))
        order = {"told": iso_us(now), "lead_s": self._lead_s, "order": command.model_dump(mode="json")}
        self._remember(self._record.write(now, command, "beam", "told", says, **order))
        return self._progress(self._recordings[command.key], now)

    def progress(self, command: Command, now: datetime) -> Progress | None:
        """Say how far it is; None if it was never told."""
        recording = self._recordings.get(command.key)
        return None if recording is None else self._progress(recording, now)

    def stop(self, command: Command, now: datetime) -> Progress | None:
        """Take the session back if it waits; one that runs runs on."""
        recording = self._recordings.get(command.key)
        if recording is None:
            return None
        self._catch_up(recording, now)
        if "on" not in recording.did:
            self._did(recording, now, "cancelled", "taken back while it waited")
        elif not recording.over and "not stopped" not in recording.did:
            self._did(recording, now, "not stopped", CANNOT_STOP)
        return self._progress(recording, now)

    def live(self, now: datetime) -> list[Recording]:
        """List the sessions that wait or run."""
        for recording in self._recordings.values():
            self._catch_up(recording, now)
        return [recording for recording in self._recordings.values() if not recording.over]

    def sessions(self, now: datetime) -> list[Session]:
        """List them as a schedule has them."""
        return [
            Session(
                start=self._pace.wall(one.plan.told, one.plan.on),
                stop=self._pace.wall(one.plan.told, one.plan.off),
                name=one.plan.args.target or f"command {one.command.id}",
                owner="ovro-alert",
                mode="VOLT" if one.plan.args.mode == "voltage" else "POWER",
                beam=one.plan.beam,
            )
            for one in self.live(now)
        ]

    def ends(self, now: datetime) -> list[datetime]:
        """Say when those end that have their beam; what is only scheduled keeps nobody out yet."""
        taken = [self._taken(one.plan) for one in self.live(now)]
        return [end - QUEUE_GAP for begin, end in taken if begin <= now]

    def pointing(self, now: datetime) -> Pointing | None:
        """Say where a beam looks that records."""
        on = [one.plan.args for one in self.live(now) if "on" in one.did]
        return Pointing(ra_deg=on[-1].ra_deg, dec_deg=on[-1].dec_deg, at=now) if on else None

    def _remember(self, line: Line) -> None:
        if line["step"] == "told":
            command = Command.model_validate(line["order"])
            plan = plan_beam(command, parse_utc(line["told"]), line["lead_s"])
            self._recordings[command.key] = Recording(command, plan, {"told"})
        elif line["key"] in self._recordings:
            self._recordings[line["key"]].did.add(line["step"])

    def _did(self, recording: Recording, at: datetime, step: str, says: str) -> None:
        self._remember(self._record.write(at, recording.command, "beam", step, says))

    def _catch_up(self, recording: Recording, now: datetime) -> None:
        """Write what has happened since somebody last looked."""
        plan = recording.plan
        shown = self._pace.sky(plan.told, now)
        if not recording.over and "on" not in recording.did and shown >= plan.on:
            self._did(
                recording, self._pace.wall(plan.told, plan.on), "on", f"beam {plan.beam} records {recording.file}"
            )
        if not recording.over and shown >= plan.off:
            self._did(
                recording,
                self._pace.wall(plan.told, plan.off),
                "off",
                f"beam {plan.beam} has recorded {plan.duration_s:.0f} s",
            )

    def _taken(self, plan: BeamPlan) -> tuple[datetime, datetime]:
        """Return when the beam is not free, by the clock on the wall."""
        return self._pace.wall(plan.told, plan.taken), self._pace.wall(plan.told, plan.off) + QUEUE_GAP

    def _progress(self, recording: Recording, now: datetime) -> Progress:
        self._catch_up(recording, now)
        plan, did = recording.plan, recording.did
        detail = self._figures(recording)
        if "cancelled" in did:
            says = self._pace.says("taken back while it waited")
            return Progress("cancelled", None, {"says": says, "beam": plan.beam, "outcome": "not begun"})
        if "off" in did:
            says = f"recorded {plan.duration_s:.0f} s by beam {plan.beam}"
            return Progress("done", None, {"says": self._pace.says(says), **detail, **self._caught(recording)})
        phase, says = "waits", f"beam {plan.beam} waits until {plan.on:%H:%M:%S} UTC"
        if "on" in did:
            phase, says = "records", f"beam {plan.beam} records"
        detail = {"phase": phase, "says": self._pace.says(says), **detail}
        return Progress("acting", self._pace.wall(plan.told, plan.off), detail)

    def _figures(self, recording: Recording) -> dict[str, Any]:
        plan = recording.plan
        figures = {
            "on": iso(plan.on),
            "off": iso(plan.off),
            "lead_s": round(plan.lead_s, 3),
            "beam": plan.beam,
            "ra_deg": plan.args.ra_deg,
            "dec_deg": plan.args.dec_deg,
            "file": recording.file,
        }
        return {**figures, "stop": CANNOT_STOP} if "not stopped" in recording.did else figures

    def _caught(self, recording: Recording) -> dict[str, Any]:
        """Say what is on disk and, where the burst is known, how much of its sweep was caught."""
        plan, args = recording.plan, recording.plan.args
        size = {} if plan.size_gb is None else {"gb": round(plan.size_gb, 1)}
        if args.mode != "voltage" or args.time_inf is None or args.dm_pc_cm3 is None:
            return size
        return {**size, "caught": round(sky.caught(args.time_inf, args.dm_pc_cm3, plan.on, plan.off), 4)}
