"""A telescope client killed between any two steps: nothing is begun twice, and every command ends in a true word."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from ovro_alert.commands import FINAL
from ovro_alert.keeping import lines
from tests.lwa_commands import DOWN
from tests.telescope_clients import Bench, Died, Life, bench

__all__ = ["bench"]

STEP_S = 10.0
PARTS = ("reports", "hearing", "beginning", "running")
"""Those that a command goes through."""

ASK: dict[str, Callable[[Bench], int]] = {
    "beam": lambda bench: bench.ask(duration_s=15),
    "beam that starts soon": lambda bench: bench.ask(start=bench.at(28), duration_s=10),
    "scheduled beam": lambda bench: bench.ask(start=bench.at(75), duration_s=10),
    "beam below the horizon": lambda bench: bench.ask(duration_s=15, **DOWN),
    "dump": lambda bench: bench.ask("dump", duration_s=60),
    "drill": lambda bench: bench.ask("test"),
}


def live(bench: Bench, number: int, life: Life, steps: int = 15) -> None:
    """Let the client on the bench live until it dies, the command has ended, or so many steps are over."""
    client = bench.client(life=life)
    try:
        for _ in range(steps):
            client.step(*PARTS)
            bench.hand.turn(STEP_S)
            if bench.state(number) in FINAL:
                client.step(*PARTS)
                return
    except Died:
        pass
    finally:
        client.die()


def ended_truly(bench: Bench, number: int) -> str:
    """Check that what the relay says is what the telescope did; return how it ended."""
    command, times = bench.command(number), bench.told(number)
    assert times <= 1, f"command {number} was begun {times} times"
    did = {line["step"] for line in bench.record() if line["command"] == number}
    if times == 0:
        assert command["state"] in ("refused", "failed", "cancelled"), command
        assert command["state"] == "cancelled" or command["detail"]["outcome"] == "not begun", command
    else:
        assert command["state"] == ("cancelled" if did & {"aborted", "cancelled"} else "done"), command
    assert command["detail"].get("says", "SIMULATED").startswith("SIMULATED")
    return str(command["state"])


def sweep(bench: Bench, what: str, between: Callable[[int], None] = lambda number: None) -> Counter[str]:
    """Kill the client at its first step, at its second, … until it lives through it all; count how it ended."""
    ends: Counter[str] = Counter()
    life = Life(0)
    while True:
        number, life = ASK[what](bench), Life(sum(ends.values()))
        live(bench, number, life)
        between(number)
        live(bench, number, Life())
        ends[ended_truly(bench, number)] += 1
        if not life.over:
            return ends


@pytest.mark.parametrize("what", list(ASK))
def test_killed_at_any_step_it_is_begun_once_at_most_and_ends_truly(bench: Bench, what: str) -> None:
    """It is lost, and said to be, only if it dies between writing that it begins and telling the telescope."""
    ends = sweep(bench, what)
    if what == "beam below the horizon":
        assert set(ends) == {"refused"}
    else:
        assert set(ends) == {"done", "failed"}
        assert ends["failed"] == 1
        assert ends["done"] >= 7


def test_killed_at_any_step_and_stopped_while_it_was_away(bench: Bench) -> None:
    def stop(number: int) -> None:
        if bench.state(number) not in FINAL:
            bench.cancel(number)

    ends = sweep(bench, "scheduled beam", stop)
    assert ends["cancelled"] >= 5
    assert ends["failed"] <= 1


def test_killed_on_the_way_back_too(bench: Bench) -> None:
    """The first died when the telescope had been told; the next dies while it asks what came of it, the third not."""
    told_at = 5
    ends: Counter[str] = Counter()
    life = Life(0)
    while life.over or not ends:
        number, life = ASK["dump"](bench), Life(sum(ends.values()))
        live(bench, number, Life(told_at))
        assert bench.told(number) == 1
        live(bench, number, life)
        live(bench, number, Life())
        ends[ended_truly(bench, number)] += 1
    assert set(ends) == {"done"}


@pytest.mark.parametrize("what", ["beam", "dump"])
def test_killed_in_the_middle_of_any_line_that_it_writes(
    bench: Bench, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a line of the ledger, or of the telescope's own record, is no line."""
    ends: Counter[str] = Counter()
    pen = Pen(0)
    while pen.life.over or not ends:
        number, pen = ASK[what](bench), Pen(sum(ends.values()) + 1)
        monkeypatch.setattr(lines.os, "pwrite", pen)
        live(bench, number, pen.life)
        monkeypatch.undo()
        live(bench, number, Life())
        ends[ended_truly(bench, number)] += 1
    assert ends["failed"] == 1, "only the line by which the telescope was told"
    assert ends["done"] >= 5


class Pen:
    """Writes so many lines whole, half of the next one, and no more."""

    def __init__(self, whole: int) -> None:
        self.left = whole
        self.life = Life()
        self.pwrite = os.pwrite

    def __call__(self, fd: int, data: Any, offset: int) -> int:
        if self.left == 0:
            if not self.life.over:
                self.pwrite(fd, data[: len(data) // 2], offset)
            self.life.over = True
            raise Died
        self.left -= 1
        return self.pwrite(fd, data, offset)
