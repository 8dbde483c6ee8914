#!/usr/bin/env python3
"""DSA-110: approved repointings go to its dishes, each at most once, and what it found goes to the relay."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from ovro_alert.client import RelayClient
from ovro_alert.errors import AlertError, CannotStartError
from ovro_alert.following import Follower
from ovro_alert.keeping.ledger import Ledger
from ovro_alert.relay import logs
from ovro_alert.settings import load_settings
from ovro_alert.streams.folder import watch_folder
from ovro_alert.streams.handing_in import all_given, hand_in
from ovro_alert.streams.receiving import Receiving, spool_of
from ovro_alert.telescopes import dsa
from ovro_alert.telescopes.dry_run import DryRun
from ovro_alert.telescopes.simulated.dsa import SimulatedDsa
from ovro_alert.telling import direct_teller
from ovro_alert.times import SystemClock

HELP = """Carry out what a person has approved for DSA-110, and hand in what DSA-110 found.

\b
dsa_alert.py
    drives a simulator, which writes what it did to simulated/dsa/record.jsonl under the home.
    What its operators forbid is read from operators.json there: {"paused": true},
    {"agents_enabled": false}, {"holder": "an observer"}.
dsa_alert.py --watch FOLDER
    also hands in each JSON file there that is new or written anew; what is older than
    10 min at the first look is history. What the relay has not taken waits in spool/dsa/.
dsa_alert.py --dry-run
    claims drills only, watches nothing, says of all else what it would have done.
dsa_alert.py < t3.json
    keeps that notice, pushes for 30 s, exits with 0 as soon as it is safe on the disk.

The dishes begin at once after an approval, or late: setting dsa_move.
The key is RELAY_KEY, or what the relay wrote to relay.key in its home.
"""


@click.command(help=HELP)
@click.option("--watch", type=click.Path(path_type=Path), metavar="FOLDER", help="Hand in its JSON files [dsa_folder].")
@click.option("--relay", "relay_url", metavar="URL", help="Where the relay answers [RELAY_URL].")
@click.option("--etcd", metavar="HOST:PORT", help="The array's etcd; without it a simulator is driven.")
@click.option("--dry-run", is_flag=True, help="Move nothing: do drills, of all else say what would have been done.")
@click.option("--speed", metavar="TIMES", type=float, help="How much faster than the sky the simulator runs [1].")
@click.option("--home", type=click.Path(path_type=Path), help="Where ledger and spool live [OVRO_ALERT_HOME].")
def main(
    watch: Path | None, relay_url: str | None, etcd: str | None, dry_run: bool, speed: float | None, home: Path | None
) -> None:
    """Read from top to bottom: settings, a notice by hand; or the folder, the dishes, and follow."""
    logs.configure()
    try:
        settings = load_settings(relay_url=relay_url, simulator_speed=speed, home=home, dsa_folder=watch)
        if etcd is not None:
            raise CannotStartError("the etcd door to the array is not built yet: leave --etcd out")
        clock, tell = SystemClock(), direct_teller(settings.slack, "DRY RUN" if dry_run else "SIMULATED")
        relay = RelayClient(settings.relay_url, settings.find_key, clock)
        receiving = Receiving("dsa", spool_of(settings.home, "dsa"), relay, tell, clock)
        if by_hand := all_given((), None if watch or dry_run or not sys.stdin else sys.stdin.buffer):
            hand_in(receiving, by_hand, tell)
            return
        ledger = Ledger(settings.home / "ledgers" / f"dsa-{'dry-run' if dry_run else 'simulator'}.jsonl", clock)
        record = settings.home / "simulated" / "dsa" / "record.jsonl"
        array = partial(SimulatedDsa, record, settings.simulator_speed, settings.dsa_move)
        with watch_folder(None if dry_run else settings.dsa_folder, settings.home, receiving, tell, clock):
            Follower("dsa", DryRun(dsa.intention) if dry_run else array(), relay, ledger, clock, tell).run()
    except AlertError as error:
        sys.exit(f"dsa_alert: cannot start: {error}")


if __name__ == "__main__":
    main()
