"""The demo: a burst, a superevent, a discovery, a proposal through the whole chain, each step as the relay has it."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial
from typing import Any

import click

from ovro_alert.console.bursts import REPEATER, publish
from ovro_alert.console.desk import Desk, at_desk
from ovro_alert.console.discovery import Discovery
from ovro_alert.console.journey import STEPS, Step, journey, when
from ovro_alert.console.mock_stream import mock_stream
from ovro_alert.console.plain import plain
from ovro_alert.console.proposing import propose
from ovro_alert.console.showing import say, wait
from ovro_alert.console.superevent import Travel
from ovro_alert.errors import AlertError, NotFoundError, RelayAwayError
from ovro_alert.times import iso

PARTS_S = 60.0
BROKER_PORT = 8098
WATCHED = ("lwa", "dsa")
WATCH_S = 0.5
"""How long one telescope is listened to before the other, seconds."""


@click.command()
@click.option("--broker-port", default=BROKER_PORT, show_default=True, help="Where the Comet broker takes VOEvents.")
@click.option("--patience", default=PARTS_S, show_default=True, help="How long to wait for all parts, seconds.")
@click.option("--once", is_flag=True, help="End when the burst has travelled, instead of going on to watch.")
@at_desk
def demo(desk: Desk, broker_port: int, patience: float, once: bool) -> None:
    """Send a burst, a mock superevent and a discovery through the chain that `make run` has started; propose a repoint.

    The burst is one of FRB 20181226F (declination +83.8°: always up at OVRO), stamped now, and goes through a real
    Comet broker. The superevent goes through a Kafka broker of the demo's own to a real receiver and, being a mock,
    makes a drill. DSA-110's discovery is a file in the folder that its client watches, then T3's request. The proposal
    waits for you. Every figure is the relay's. Telescopes are simulated, 60 times faster than the sky.
    """
    say("waiting for the relay, the Comet broker, the receivers and the clients of OVRO-LWA and DSA-110 ...")
    say(f"what they say of themselves is in {desk.settings.home / 'log'}")
    began = desk.now()
    with mock_stream(desk) as stream:
        missing = partial(_missing, desk, began, ("chime", "lvk") if stream.received else ("chime",))
        wait(lambda: not missing(), lambda: ", ".join(missing()), patience)
        event = publish(desk, broker_port, **REPEATER)
        _show(desk, event)
        Travel(desk, stream).show()
        Discovery(desk).show()
        proposal = propose(desk, broker_port)
        _addresses(desk, event, proposal)
        if not once:
            _watch(desk)


def _missing(desk: Desk, began: datetime, receivers: tuple[str, ...]) -> list[str]:
    """Name who has not reported since we began: a broker keeps nothing for a subscriber that comes later."""
    try:
        well = desk.get("/health")["ok"]
        streams = {stream["stream"]: stream for stream in desk.get("/streams")}
        lwa, dsa = _telescope(desk, "lwa"), _telescope(desk, "dsa")
    except AlertError as error:
        return [f"the relay ({error})"]
    there = {
        "the relay to be well": well,
        "the OVRO-LWA client to be idle": _fresh(lwa, began) and lwa["state"] == "idle",
        "the DSA-110 client to be there": _fresh(dsa, began),
    }
    for name in receivers:
        stream = streams.get(name) or {}
        connected = _fresh(stream, began) and stream["state"] == "connected"
        there[f"the {name.upper()} receiver to be connected"] = connected
    return [name for name, here in there.items() if not here]


def _telescope(desk: Desk, name: str) -> dict[str, Any]:
    try:
        status: dict[str, Any] = desk.get(f"/{name}/status")
    except NotFoundError:
        return {}
    return status


def _fresh(status: dict[str, Any], began: datetime) -> bool:
    return status.get("at") is not None and when(status["at"]) > began


def _show(desk: Desk, event: str) -> None:
    """Print the steps as they come; one that does not come ends the demo."""
    say(f"a burst of FRB 20181226F, {event}; times as the relay has recorded them:")
    shown: list[Step] = []

    def look() -> bool:
        known = journey(_alert(desk, event), lambda number: desk.get(f"/commands/{number}"))
        for step in known.steps[len(shown) :]:
            shown.append(step)
            say(step.line(known.steps[0].at))
        if known.ended_badly:
            raise click.ClickException(known.ended_badly)
        return known.complete

    wait(look, lambda: f"the step {STEPS[len(shown)]!r}")


def _alert(desk: Desk, event: str) -> dict[str, Any] | None:
    found = desk.get("/alerts", event=event)
    alert: dict[str, Any] | None = desk.get(f"/alerts/{found[0]['id']}") if found else None
    return alert


def _addresses(desk: Desk, event: str, proposal: int) -> None:
    url = desk.settings.relay_url
    key = desk.settings.home / "relay.key"
    say("")
    say(f"open   {url}/       alerts and commands (any name, the password is the key in {key})")
    say(f"       {url}/docs   every route")
    say(f"try    .venv/bin/python -m ovro_alert whynot {event}")
    say(f"       and in the same way: approve {proposal} --note go, status, alerts, digest, commands, drill lwa")
    say("Ctrl-C ends everything. What happens from now on:")


def _watch(desk: Desk) -> None:
    """Print each change of a command until somebody ends it; the relay may come and go."""
    since = dict.fromkeys(WATCHED, 0)
    while True:
        for telescope in WATCHED:
            try:
                followed = desk.client.follow(telescope, since[telescope], WATCH_S)
            except RelayAwayError as error:
                say(f"the relay is away: {error}")
                time.sleep(1)
                continue
            for command in followed.commands if since[telescope] else ():
                what = f"{command.moves} " if command.moves else ""
                words = f"{telescope} {command.action} {command.id}: {what}{command.state}  {plain(command.reason)}"
                say(f"{iso(desk.now())}  {words}")
            since[telescope] = followed.seq
