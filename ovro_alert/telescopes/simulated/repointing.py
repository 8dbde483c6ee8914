"""The simulated array is repointed: one move at a time, watched until enough dishes have settled."""

from __future__ import annotations

import bisect
import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ovro_alert import meridian
from ovro_alert.commands import Command
from ovro_alert.doors import Progress
from ovro_alert.errors import TelescopeRefusedError
from ovro_alert.keeping.lines import Line
from ovro_alert.statuses import Session
from ovro_alert.telescopes import dsa
from ovro_alert.telescopes.dsa import Operators, plan_repoint
from ovro_alert.telescopes.simulated.dishes import Dishes
from ovro_alert.telescopes.simulated.pace import Pace
from ovro_alert.telescopes.simulated.record import Record
from ovro_alert.telescopes.simulated.repoint import Repoint, ended_progress, figures_of, settled
from ovro_alert.times import iso_us, parse_utc, seconds


class Repointing:
    """Moves by command, as they stand in the record; `now` is the clock on the wall."""

    def __init__(self, record: Record, pace: Pace, dishes: Dishes, operators: Callable[[], Operators]) -> None:
        self._record = record
        self._pace = pace
        self._dishes = dishes
        self._operators = operators
        self._moves: dict[str, Repoint] = {}
        for line in record.of("repoint"):
            self._remember(line)

    def refusal(self, command: Command, now: datetime) -> str | None:
        """Say why the dishes cannot be moved."""
        plan_repoint(command, now, self._dishes.middle_deg(now))
        moving = self.moving(now)
        if moving is not None:
            until = self._wall(moving, moving.patience_s)
            return f"the dishes move already, for command {moving.command.id}, until {until:%H:%M:%S} UTC at the latest"
        unable = self._dishes.unable
        if not dsa.are_enough(len(self._dishes.numbers), len(unable)):
            return f"{len(unable)} of {len(self._dishes.numbers)} dishes are switched off or silent: too many to settle"
        return self._operators().refusal()

    def begin(self, command: Command, now: datetime) -> Progress:
        """Halt the dishes and have them move."""
        refused = self.refusal(command, now)
        if refused is not None:
            self._record.write(now, command, "repoint", "refused", refused)
            raise TelescopeRefusedError(self._pace.says(refused))
        says = dsa.repoint_words(plan_repoint(command, now))
        order = {"told": iso_us(now), "order": command.model_dump(mode="json")}
        self._remember(self._record.write(now, command, "repoint", "told", says, **order))
        return self._progress(self._moves[command.key], now)

    def progress(self, command: Command, now: datetime) -> Progress | None:
        """Say how far it is; None if it was never told."""
        move = self._moves.get(command.key)
        return None if move is None else self._progress(move, now)

    def stop(self, command: Command, now: datetime) -> Progress | None:
        """Halt the dishes where they are, if they still move for it."""
        move = self._moves.get(command.key)
        if move is None:
            return None
        self._catch_up(move, now)
        if move.ended is None:
            where = self._dishes.middle_deg(now)
            says = f"halted at elevation {where:.2f}° (Dec {meridian.dish_declination_deg(where):+.2f} of date)"
            self._end(move, now, "halted", f"{says}; {dsa.REARM}")
        return self._progress(move, now)

    def moving(self, now: datetime) -> Repoint | None:
        """Return the move that is not over."""
        for move in self._moves.values():
            self._catch_up(move, now)
        return next((move for move in self._moves.values() if move.ended is None), None)

    def sessions(self, now: datetime) -> list[Session]:
        """List what the array is wanted for, as a schedule has it."""
        self.moving(now)
        return [
            Session(
                start=move.told,
                stop=stop,
                name=move.plan.args.target or f"command {move.command.id}",
                owner="ovro-alert",
                mode="REPOINT",
            )
            for move in self._moves.values()
            if (stop := self._wanted_until(move)) > now
        ]

    def _wanted_until(self, move: Repoint) -> datetime:
        """Return until when the array moves, or shall stay where it moved to."""
        if move.ended is None:
            return self._wall(move, move.patience_s)
        stays = move.plan.args.until if move.ended["step"] == "settled" else None
        return stays or parse_utc(move.ended["at"])

    def _remember(self, line: Line) -> None:
        if line["step"] == "told":
            command, told = Command.model_validate(line["order"]), parse_utc(line["told"])
            plan = plan_repoint(command, told)
            slew_s = dsa.slew_s(self._dishes.middle_deg(told), plan.el_deg)
            self._dishes.tell(None, told)
            self._dishes.tell(plan.el_deg, told)
            self._moves[command.key] = Repoint(command, plan, told, slew_s)
        elif line["key"] in self._moves:
            self._moves[line["key"]].ended = line
            if line["step"] == "halted":
                self._dishes.tell(None, parse_utc(line["at"]))

    def _catch_up(self, move: Repoint, now: datetime) -> None:
        """Write how it ended, if it has since somebody last looked."""
        if move.ended is not None:
            return
        elapsed_s = (self._pace.sky(move.told, now) - move.told).total_seconds()
        looks = range(math.floor(min(elapsed_s, move.patience_s)) + 1)
        first = bisect.bisect_left(looks, True, key=lambda second: self._is_there(move, self._wall(move, second)))
        if first < len(looks):
            self._end(move, self._wall(move, first), "settled", f"settled after {first} s", took_s=first)
        elif elapsed_s >= move.patience_s:
            at = self._wall(move, move.patience_s)
            self._end(move, at, "not settled", f"not settled in {move.patience_s:.0f} s", took_s=move.patience_s)

    def _is_there(self, move: Repoint, at: datetime) -> bool:
        numbers = self._dishes.numbers
        return dsa.are_enough(len(numbers), len(dsa.stragglers(self._dishes.shown(at), move.plan.el_deg, numbers)))

    def _end(self, move: Repoint, at: datetime, step: str, says: str, **more: float) -> None:
        every = {str(number): [round(one.el_deg, 2), one.drv_state] for number, one in self._dishes.shown(at).items()}
        figures = self._figures(move, at)
        self._remember(
            self._record.write(at, move.command, "repoint", step, says, figures=figures, antennas=every, **more)
        )

    def _progress(self, move: Repoint, now: datetime) -> Progress:
        self._catch_up(move, now)
        if move.ended is None:
            figures = self._figures(move, now)
            says = f"the dishes drive to elevation {move.plan.el_deg:.2f}°, {settled(figures)} have settled"
            detail = {**figures, "phase": "moves", "says": self._pace.says(says)}
            return Progress("acting", self._wall(move, move.patience_s), detail)
        return ended_progress(move, move.ended, self._pace)

    def _figures(self, move: Repoint, at: datetime) -> dict[str, Any]:
        return figures_of(move, self._dishes.shown(at), self._dishes.numbers, self._pace.sky(move.told, at))

    def _wall(self, move: Repoint, after_s: float) -> datetime:
        return self._pace.wall(move.told, move.told + seconds(after_s))
