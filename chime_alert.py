#!/usr/bin/env python3
"""Receiver of CHIME/FRB VOEvents: from Comet to the relay, by way of a spool on disk, losing none."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ovro_alert.client import RelayClient
from ovro_alert.errors import AlertError
from ovro_alert.relay import logs
from ovro_alert.settings import Settings, load_settings
from ovro_alert.streams.handing_in import read_notice
from ovro_alert.streams.receiving import Receiving, spool_of
from ovro_alert.streams.subscription import become_comet
from ovro_alert.telling import direct_teller
from ovro_alert.times import SystemClock

PUSH_WITHIN_S = 30.0

HELP = """Hand CHIME/FRB VOEvents to the relay.

\b
chime_alert.py --remote chimefrb.physics.mcgill.ca
    becomes Comet (twistd), subscribed to that broker, with our plugin. What a broker
    sends while nobody listens is lost: the protocol sends nothing again. Run it under
    a supervisor; GCN is the second path.
chime_alert.py < notice.xml
    keeps one notice, tries for 30 s to push it on with all that waits, and exits with 0
    as soon as it is safe on the disk. This is how `comet --cmd=/path/to/chime_alert.py`
    runs it (with the virtual environment on PATH); the next run pushes what is left.

The key is RELAY_KEY, or what the relay wrote to relay.key in its home.
"""


@click.command(help=HELP)
@click.option("--remote", metavar="HOST[:PORT]", help="Subscribe to this VOEvent broker (port 8099) and stay.")
@click.option("--relay", "relay_url", metavar="URL", help="Where the relay answers [RELAY_URL].")
@click.option("--home", type=click.Path(path_type=Path), help="Where the spool lives [OVRO_ALERT_HOME].")
def main(remote: str | None, relay_url: str | None, home: Path | None) -> None:
    """Read from top to bottom: settings, then Comet or one notice."""
    try:
        settings = load_settings(relay_url=relay_url, home=home)
        if remote is not None:
            spool_of(settings.home, "chime")
            become_comet(remote, settings.home, settings.relay_url)
        keep_one(settings)
    except AlertError as error:
        sys.exit(f"chime_alert: {error}")


def keep_one(settings: Settings) -> None:
    """Keep the notice on standard input, then help to push; failing to push is no failure, the spool has it."""
    logs.configure()
    if sys.stdin.isatty():
        raise click.UsageError("give a notice on standard input, or --remote HOST[:PORT]; --help says more")
    body = read_notice(sys.stdin.buffer, "standard input")
    clock = SystemClock()
    tell = direct_teller(settings.slack)
    relay = RelayClient(settings.relay_url, settings.find_key, clock)
    receiving = Receiving("chime", spool_of(settings.home, "chime"), relay, tell, clock)
    receiving.keep(body, "application/xml", "comet")
    if not receiving.pusher.empty_within(PUSH_WITHIN_S):
        tell("chime_alert: the relay does not take what the spool holds; the next run tries again")


if __name__ == "__main__":
    main()
