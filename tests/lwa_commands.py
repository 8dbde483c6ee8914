"""Commands for OVRO-LWA as the relay would give them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ovro_alert.commands import Command
from ovro_alert.sky import delay_s
from ovro_alert.times import iso_us, seconds
from tests.clocks import NOON

UP = {"ra_deg": 180.0, "dec_deg": 60.0}
"""Circumpolar at OVRO, 47° high at noon UTC of 2026-11-20."""

DOWN = {"ra_deg": 180.0, "dec_deg": -60.0}
DM = 348.8
BURST = NOON - seconds(40)
STOP = BURST + seconds(delay_s(DM, 43.2) + 12.7)


def beam(number: int = 17, now: datetime = NOON, **args: Any) -> Command:
    """A voltage beam; without further arguments of 600 s from now."""
    return command("beam", {**UP, "duration_s": 600.0, **args}, number, now)


def sweep_beam(number: int = 17, now: datetime = NOON, **args: Any) -> Command:
    """A voltage beam for a burst that is on its way down the band: it ends when the burst has left it."""
    sweep = {"duration_s": (STOP - NOON).total_seconds() - 18, "stop": iso_us(STOP)}
    return beam(number, now, **{**sweep, "dm_pc_cm3": DM, "time_inf": iso_us(BURST), **args})


def dump(number: int = 18, now: datetime = NOON, **args: Any) -> Command:
    """A buffer dump."""
    return command("dump", {"duration_s": 861.9, **args}, number, now)


def drill(number: int = 19, now: datetime = NOON) -> Command:
    """A drill."""
    return command("test", {}, number, now)


def command(action: str, args: dict[str, Any], number: int, now: datetime, telescope: str = "lwa") -> Command:
    """Any command, made now."""
    return Command.model_validate(
        {
            "id": number,
            "seq": number,
            "telescope": telescope,
            "action": action,
            "args": args,
            "role": "test",
            "state": "acting",
            "priority": 50,
            "deadline": now + seconds(300),
            "left_s": 300.0,
            "reason": "a test",
            "made": now,
            "by": "relay",
        }
    )
