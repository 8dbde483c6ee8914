#!/usr/bin/env python3
"""Receiver of LIGO/Virgo/KAGRA's alerts: from GCN's Kafka, and SCiMMA Hopskotch, to the relay, losing none."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

import click

from ovro_alert.client import RelayClient
from ovro_alert.errors import AlertError
from ovro_alert.relay import logs
from ovro_alert.settings import load_settings
from ovro_alert.streams.handing_in import all_given, hand_in
from ovro_alert.streams.hopskotch import add_hopskotch
from ovro_alert.streams.kafka import add_gcn
from ovro_alert.streams.kafka_heartbeat import KafkaHeartbeat
from ovro_alert.streams.kafka_topics import LVK
from ovro_alert.streams.receiving import Receiving, spool_of
from ovro_alert.telling import direct_teller
from ovro_alert.times import SystemClock

HELP = """Hand LIGO/Virgo/KAGRA's alerts to the relay.

\b
ligo_alert.py
    reads igwn.gwalert at GCN's Kafka. Credentials are made at https://gcn.nasa.gov/quickstart
    and set as GCN_CLIENT_ID and GCN_CLIENT_SECRET. What the relay has not taken stays at the
    brokers, which keep it for a few days, and is read by the next start.
ligo_alert.py --brokers HOST:PORT
    reads it there, without a login: for drills.
ligo_alert.py --hop kafka://HOST:PORT/TOPIC
    reads SCiMMA Hopskotch there as a second path. With a credential (hop.username and
    hop.password, or hop.credentials_file) that path is on without this option too. A path
    without credentials is off, and the status says so; with none at all it does not start.
ligo_alert.py FILE…   or   ligo_alert.py < FILE
    keeps old VOEvents or any of their alerts, pushes them for 30 s, and exits with 0 as soon
    as they are safe on the disk; whoever runs next pushes what is left.
    So does `comet --cmd=/path/to/ligo_alert.py` with each VOEvent.

The key is RELAY_KEY, or what the relay wrote to relay.key in its home.
"""


@click.command(help=HELP)
@click.argument("files", nargs=-1, type=click.File("rb"), metavar="[FILE]...")
@click.option("--brokers", metavar="HOST:PORT", help="Kafka brokers that want no login, instead of GCN's.")
@click.option("--hop", "hop_url", metavar="URL", help="Where SCiMMA Hopskotch is [hop.url].")
@click.option("--heartbeat/--no-heartbeat", default=True, help="Whether the brokers have GCN's heartbeat [they do].")
@click.option("--relay", "relay_url", metavar="URL", help="Where the relay answers [RELAY_URL].")
@click.option("--home", type=click.Path(path_type=Path), help="Where the spool lives [OVRO_ALERT_HOME].")
def main(
    files: tuple[BinaryIO, ...],
    brokers: str | None,
    hop_url: str | None,
    heartbeat: bool,
    relay_url: str | None,
    home: Path | None,
) -> None:
    """Read from top to bottom: settings, notices given by hand, or each path in its thread until the end."""
    logs.configure()
    try:
        settings = load_settings(relay_url=relay_url, home=home, **{"hop.url": hop_url})
        notices = all_given(files, None if brokers or not sys.stdin else sys.stdin.buffer)
        clock = SystemClock()
        tell = direct_teller(settings.slack)
        relay = RelayClient(settings.relay_url, settings.find_key, clock)
        receiving = Receiving("lvk", spool_of(settings.home, "lvk"), relay, tell, clock)
        if notices:
            hand_in(receiving, notices, tell)
            return
        consumers = add_gcn(receiving, settings.gcn, brokers, LVK, tell, clock)
        if heartbeat and consumers is not None:
            receiving.add(KafkaHeartbeat("lvk", consumers, tell, clock, receiving.heartbeat.soon))
        add_hopskotch(receiving, settings.hop, tell, clock)
        receiving.run()
    except AlertError as error:
        sys.exit(f"ligo_alert: {error}")


if __name__ == "__main__":
    main()
