"""The demo: one burst and one superevent through the whole chain on this machine, every step as the relay has it."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial
from typing import Any

import click

from ovro_alert.alerts import Alert, statement_of
from ovro_alert.console.desk import Desk, at_desk
from ovro_alert.console.journey import STEPS, Step, journey, when
from ovro_alert.console.mock_stream import mock_stream
from ovro_alert.console.plain import plain
from ovro_alert.console.showing import say, wait
from ovro_alert.console.superevent import Travel
from ovro_alert.errors import AlertError, NotFoundError, RelayAwayError
from ovro_alert.observatory import CHIME_REFERENCE_MHZ, K_S_MHZ2
from ovro_alert.times import iso, seconds
from ovro_alert.vtp import send
from ovro_alert.writing.chime_voevent import write

PARTS_S = 60.0
DM = 240.1
BROKER_PORT = 8098


@click.command()
@click.option("--broker-port", default=BROKER_PORT, show_default=True, help="Where the Comet broker takes VOEvents.")
@click.option("--patience", default=PARTS_S, show_default=True, help="How long to wait for all parts, seconds.")
@click.option("--once", is_flag=True, help="End when the burst has travelled, instead of going on to watch.")
@at_desk
def demo(desk: Desk, broker_port: int, patience: float, once: bool) -> None:
    """Send one burst and one mock superevent through the chain that `make run` has started, and show each step.

    The burst is one of FRB 20181226F (declination +83.8°: always up at OVRO), stamped now, and goes through a real
    Comet broker. The superevent goes through a Kafka broker of the demo's own to a real receiver and, being a mock,
    makes a drill. Every figure is the relay's. Telescopes are simulated, 60 times faster than the sky.
    """
    say("waiting for the relay, the Comet broker, the receivers and the OVRO-LWA client ...")
    say(f"what they say of themselves is in {desk.settings.home / 'log'}")
    began = desk.now()
    with mock_stream(desk) as stream:
        missing = partial(_missing, desk, began, ("chime", "lvk") if stream.received else ("chime",))
        wait(lambda: not missing(), lambda: ", ".join(missing()), patience)
        event = _publish(desk, broker_port)
        _show(desk, event)
        Travel(desk, stream).show()
        _addresses(desk, event)
        if not once:
            _watch(desk)


def _missing(desk: Desk, began: datetime, receivers: tuple[str, ...]) -> list[str]:
    """Name who has not reported since we began: a broker keeps nothing for a subscriber that comes later."""
    try:
        well = desk.get("/health")["ok"]
        streams = {stream["stream"]: stream for stream in desk.get("/streams")}
        lwa = _lwa(desk)
    except AlertError as error:
        return [f"the relay ({error})"]
    there = {
        "the relay to be well": well,
        "the OVRO-LWA client to be idle": _fresh(lwa, began) and lwa["state"] == "idle",
    }
    for name in receivers:
        stream = streams.get(name) or {}
        connected = _fresh(stream, began) and stream["state"] == "connected"
        there[f"the {name.upper()} receiver to be connected"] = connected
    return [name for name, here in there.items() if not here]


def _lwa(desk: Desk) -> dict[str, Any]:
    try:
        status: dict[str, Any] = desk.get("/lwa/status")
    except NotFoundError:
        return {}
    return status


def _fresh(status: dict[str, Any], began: datetime) -> bool:
    return status.get("at") is not None and when(status["at"]) > began


def _publish(desk: Desk, broker_port: int) -> str:
    event = f"chime:{int(desk.now().timestamp() * 1000)}"
    now = desk.now()
    burst = Alert(
        stream="chime",
        event=event,
        kind="subsequent",
        role="real",
        statement=statement_of(event, "subsequent", "real"),
        time=now,
        time_ref_mhz=CHIME_REFERENCE_MHZ,
        time_error_s=0.008,
        time_inf=now - seconds(K_S_MHZ2 * DM / CHIME_REFERENCE_MHZ**2),
        time_inf_error_s=0.013,
        ra_deg=95.9,
        dec_deg=83.8,
        ra_error_deg=0.25,
        dec_error_deg=0.30,
        r95_deg=0.30,
        dm_pc_cm3=DM,
        dm_error_pc_cm3=0.4,
        dm_gal_pc_cm3=83.0,
        snr=21.4,
        importance=0.99,
        association_probability=0.9999,
        source="FRB 20181226F",
        event_type="EXTRAGALACTIC",
    )
    reply = send("127.0.0.1", broker_port, write(burst), desk.clock)
    if not reply.taken:
        said = f"{reply.outcome} {reply.reason}"
        raise click.ClickException(f"the Comet broker on 127.0.0.1:{broker_port} did not take the burst: {said}")
    return event


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


def _addresses(desk: Desk, event: str) -> None:
    url = desk.settings.relay_url
    key = desk.settings.home / "relay.key"
    say("")
    say(f"open   {url}/       alerts and commands (any name, the password is the key in {key})")
    say(f"       {url}/docs   every route")
    say(f"try    .venv/bin/python -m ovro_alert whynot {event}")
    say("       and in the same way: status, alerts, commands, drill lwa")
    say("Ctrl-C ends everything. What happens from now on:")


def _watch(desk: Desk) -> None:
    """Print each change of a command until somebody ends it; the relay may come and go."""
    since = 0
    while True:
        try:
            followed = desk.client.follow("lwa", since)
        except RelayAwayError as error:
            say(f"the relay is away: {error}")
            time.sleep(1)
            continue
        for command in followed.commands if since else ():
            what = f"{command.moves} " if command.moves else ""
            say(f"{iso(desk.now())}  lwa {command.action} {command.id}: {what}{command.state}  {plain(command.reason)}")
        since = followed.seq
