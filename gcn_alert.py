#!/usr/bin/env python3
"""Receiver of GCN's notices, all but LIGO/Virgo/KAGRA's: from GCN's Kafka to the relay, losing none."""

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
from ovro_alert.streams.kafka import add_gcn
from ovro_alert.streams.kafka_topics import GCN
from ovro_alert.streams.receiving import Receiving, spool_of
from ovro_alert.telling import direct_teller
from ovro_alert.times import SystemClock

HELP = """Hand GCN's notices of gamma-ray bursts, X-ray transients and fast radio bursts to the relay.

\b
gcn_alert.py
    reads GCN's Kafka. Credentials are made at https://gcn.nasa.gov/quickstart and set as
    GCN_CLIENT_ID and GCN_CLIENT_SECRET. What the relay has not taken stays at the brokers,
    which keep it for a few days, and is read by the next start.
gcn_alert.py --topics gcn.notices.svom.voevent.grm,gcn.notices.svom.voevent.eclairs
    reads these alone. A topic that the brokers do not know had no notice for some days:
    that is no error, and it is read as soon as it is there.
gcn_alert.py --brokers HOST:PORT
    reads them there, without a login: for drills.
gcn_alert.py FILE…   or   gcn_alert.py < FILE
    keeps notices, pushes them for 30 s, and exits with 0 as soon as they are safe on the
    disk; whoever runs next pushes what is left.
    So does `comet --cmd=/path/to/gcn_alert.py` with each VOEvent.

The key is RELAY_KEY, or what the relay wrote to relay.key in its home.
Read unless --topics says otherwise:

\b
""" + "\n".join(f"{topic}\n    {why}" for topic, why in GCN.items())


@click.command(help=HELP)
@click.argument("files", nargs=-1, type=click.File("rb"), metavar="[FILE]...")
@click.option("--brokers", metavar="HOST:PORT", help="Kafka brokers that want no login, instead of GCN's.")
@click.option("--topics", metavar="TOPIC,…", help="Read these topics [all of the list above].")
@click.option("--relay", "relay_url", metavar="URL", help="Where the relay answers [RELAY_URL].")
@click.option("--home", type=click.Path(path_type=Path), help="Where the spool lives [OVRO_ALERT_HOME].")
def main(
    files: tuple[BinaryIO, ...], brokers: str | None, topics: str | None, relay_url: str | None, home: Path | None
) -> None:
    """Read from top to bottom: settings, notices given by hand, or each path in its thread until the end."""
    logs.configure()
    try:
        settings = load_settings(relay_url=relay_url, home=home)
        notices = all_given(files, None if brokers or not sys.stdin else sys.stdin.buffer)
        clock = SystemClock()
        tell = direct_teller(settings.slack)
        relay = RelayClient(settings.relay_url, settings.find_key, clock)
        receiving = Receiving("gcn", spool_of(settings.home, "gcn"), relay, tell, clock)
        if notices:
            hand_in(receiving, notices, tell)
            return
        chosen = topics.split(",") if topics else list(GCN)
        add_gcn(receiving, settings.gcn, brokers, chosen, tell, clock)
        receiving.run()
    except AlertError as error:
        sys.exit(f"gcn_alert: {error}")


if __name__ == "__main__":
    main()
