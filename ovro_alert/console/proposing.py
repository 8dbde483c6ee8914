"""A burst of a source that CHIME has not published: DSA-110 may be pointed there, once a person agrees."""

from __future__ import annotations

from typing import Any

from ovro_alert.console.bursts import publish
from ovro_alert.console.desk import Desk
from ovro_alert.console.journey import when
from ovro_alert.console.plain import plain
from ovro_alert.console.showing import say, wait

SCENARIO = "chime_new_repeater"
SOURCE: dict[str, Any] = {"ra_deg": 80.0, "association_probability": 0.999}
DECLINATIONS_DEG = (24.0, 14.0)
CLEAR_DEG = 5.0
"""Nearer to where the dishes were left by a demo before, there would be nothing to propose."""


def propose(desk: Desk, broker_port: int) -> int:
    """Publish one burst, and show the proposal that comes of it and how it is decided on; return its number."""
    # a number of its own for each demo: one source is proposed once a week
    source = str(int(desk.now().timestamp()))
    event = publish(desk, broker_port, source=source, dec_deg=_declination_deg(desk), **SOURCE)
    say(f"a burst of the unpublished source {source}, {event}: the dishes of DSA-110 move only if a person agrees:")
    found: list[dict[str, Any]] = []

    def look() -> bool:
        commands = desk.get_list("/dsa/commands", state="proposed")
        found.extend(one for one in commands if one["event"] == event and not found)
        return bool(found)

    wait(look, f"a proposal for {event}")
    command = found[0]
    args = command["args"]
    until = f"{when(command['deadline']):%Y-%m-%d %H:%M} UTC"
    say(f"  proposal {command['id']} waits until {until}: {plain(command['reason'])}")
    say(f"  RA {args['ra_deg']:.2f} Dec {args['dec_deg']:+.2f} is in the beam from {when(args['start']):%H:%M}")
    say(f"  agree   .venv/bin/python -m ovro_alert approve {command['id']} --note 'go'")
    say(f"  refuse  .venv/bin/python -m ovro_alert decline {command['id']} --note 'busy'")
    number: int = command["id"]
    return number


def _declination_deg(desk: Desk) -> float:
    """Return a declination to which DSA-110 does not point."""
    pointing = desk.get("/dsa/status")["pointing"]
    there = (dec for dec in DECLINATIONS_DEG if pointing is None or abs(dec - pointing["dec_deg"]) > CLEAR_DEG)
    return next(there)
