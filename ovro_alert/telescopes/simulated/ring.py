"""The simulated ring buffer: a dump begins at its oldest sample, one at a time, and a second trigger is lost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ovro_alert.commands import Command
from ovro_alert.doors import Progress
from ovro_alert.errors import TelescopeRefusedError
from ovro_alert.keeping.lines import Line
from ovro_alert.statuses import Session
from ovro_alert.telescopes.lwa import FILE_S, PIPELINES, DumpPlan, dump_words, plan_dump, size_gb
from ovro_alert.telescopes.simulated.faults import Faults
from ovro_alert.telescopes.simulated.pace import Pace
from ovro_alert.telescopes.simulated.record import Record
from ovro_alert.times import iso, iso_us, parse_utc, seconds

BACKLOG_SPEED = 2.0
"""The ring is written out this much faster than it fills; assumed."""


@dataclass
class Dump:
    """A trigger that the pipelines took, and what they did of it: `told`, `complete`, `aborted`."""

    command: Command
    plan: DumpPlan
    ring_held_s: float
    pipelines: int
    did: set[str]
    files_kept: int = 0

    @property
    def over(self) -> bool:
        """Nothing more is written."""
        return not self.did.isdisjoint({"complete", "aborted"})

    @property
    def end(self) -> datetime:
        """When the last file is full: when its last sample has come, or later if the disks lag."""
        length_s = max(self.plan.duration_s - self.ring_held_s, self.plan.duration_s / BACKLOG_SPEED)
        return self.plan.told + seconds(length_s)

    def files_at(self, moment: datetime) -> int:
        """How many files of each pipeline are full."""
        share = (moment - self.plan.told) / (self.end - self.plan.told)
        return min(math.floor(self.plan.files * max(share, 0.0)), self.plan.files)


class Ring:
    """Dumps by command, as they stand in the record; `now` is the clock on the wall."""

    def __init__(self, record: Record, pace: Pace, faults: Faults) -> None:
        self._record = record
        self._pace = pace
        self._faults = faults
        self._dumps: dict[str, Dump] = {}
        for line in record.of("dump"):
            self._remember(line)

    def refusal(self, command: Command, now: datetime) -> str | None:
        """Say why this dump cannot be."""
        plan = plan_dump(command, now, self._faults.ring_held_s)
        if plan.lookback_s > self._faults.ring_promised_s:
            return f"the ring holds {self._faults.ring_promised_s:.0f} s for sure, {plan.lookback_s:.0f} s are needed"
        if self._faults.dead_pipelines >= PIPELINES:
            return f"none of {PIPELINES} pipelines answers"
        other = next(iter(self.live(now)), None)
        if other is not None:
            end = self._pace.wall(other.plan.told, other.end)
            return f"command {other.command.id} is being written until {end:%H:%M:%S} UTC: a second trigger is lost"
        return None

    def begin(self, command: Command, now: datetime) -> Progress:
        """Trigger every pipeline."""
        refused = self.refusal(command, now)
        if refused is not None:
            self._record.write(now, command, "dump", "refused", refused)
            raise TelescopeRefusedError(self._pace.says(refused))
        held_s, pipelines = self._faults.ring_held_s, PIPELINES - self._faults.dead_pipelines
        order = {"told": iso_us(now), "ring_held_s": held_s, "pipelines": pipelines}
        says, order["order"] = dump_words(plan_dump(command, now, held_s)), command.model_dump(mode="json")
        self._remember(self._record.write(now, command, "dump", "told", says, **order))
        return self._progress(self._dumps[command.key], now)

    def progress(self, command: Command, now: datetime) -> Progress | None:
        """Say how far it is; None if it was never told."""
        dump = self._dumps.get(command.key)
        return None if dump is None else self._progress(dump, now)

    def stop(self, command: Command, now: datetime) -> Progress | None:
        """Abort the dump; the files that are full stay."""
        dump = self._dumps.get(command.key)
        if dump is None:
            return None
        self._catch_up(dump, now)
        if not dump.over:
            files = dump.files_at(self._pace.sky(dump.plan.told, now))
            self._did(dump, now, "aborted", f"aborted, {files} of {dump.plan.files} files stay", files)
        return self._progress(dump, now)

    def live(self, now: datetime) -> list[Dump]:
        """List what is being written: one dump or none."""
        for dump in self._dumps.values():
            self._catch_up(dump, now)
        return [dump for dump in self._dumps.values() if not dump.over]

    def sessions(self, now: datetime) -> list[Session]:
        """List it as a schedule has it."""
        return [
            Session(
                start=one.plan.told,
                stop=self._pace.wall(one.plan.told, one.end),
                name=f"command {one.command.id}",
                owner="ovro-alert",
                mode="DUMP",
            )
            for one in self.live(now)
        ]

    def _remember(self, line: Line) -> None:
        if line["step"] == "told":
            command, held_s = Command.model_validate(line["order"]), line["ring_held_s"]
            plan = plan_dump(command, parse_utc(line["told"]), held_s)
            self._dumps[command.key] = Dump(command, plan, held_s, line["pipelines"], {"told"})
        elif line["key"] in self._dumps:
            dump = self._dumps[line["key"]]
            dump.did.add(line["step"])
            dump.files_kept = line.get("files", dump.files_kept)

    def _did(self, dump: Dump, at: datetime, step: str, says: str, files: int) -> None:
        self._remember(self._record.write(at, dump.command, "dump", step, says, files=files))

    def _catch_up(self, dump: Dump, now: datetime) -> None:
        if not dump.over and self._pace.sky(dump.plan.told, now) >= dump.end:
            self._did(
                dump,
                self._pace.wall(dump.plan.told, dump.end),
                "complete",
                f"{dump.plan.files} files are full",
                dump.plan.files,
            )

    def _progress(self, dump: Dump, now: datetime) -> Progress:
        self._catch_up(dump, now)
        plan = dump.plan
        if "complete" in dump.did:
            return Progress("done", None, self._figures(dump, plan.files, "written"))
        if "aborted" in dump.did:
            return Progress("cancelled", None, self._figures(dump, dump.files_kept, "aborted, what is full stays"))
        files = dump.files_at(self._pace.sky(plan.told, now))
        return Progress("acting", self._pace.wall(plan.told, dump.end), self._figures(dump, files, "being written"))

    def _figures(self, dump: Dump, files: int, words: str) -> dict[str, Any]:
        first = dump.plan.told - seconds(dump.ring_held_s)
        says = f"{files} of {dump.plan.files} files {words}, in {dump.pipelines} of {PIPELINES} pipelines"
        return {
            "says": self._pace.says(says),
            "on": iso(first),
            "off": iso(first + seconds(files * FILE_S)),
            "files": files,
            "file": f"/data0 and /data1 of each host: lwa-dump-{dump.plan.told.timestamp():.2f}.tbf.0 …",
            "pipelines": dump.pipelines,
            "gb": round(size_gb(files, dump.pipelines), 1),
        }
