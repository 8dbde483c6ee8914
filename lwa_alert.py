#!/usr/bin/env python3
"""Client of OVRO-LWA: takes buffer dumps and beams from the relay and has them done, each at most once."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ovro_alert.client import RelayClient
from ovro_alert.doors import FIRST_WORD, Door
from ovro_alert.errors import AlertError, CannotStartError
from ovro_alert.following import Follower
from ovro_alert.keeping.ledger import Ledger
from ovro_alert.relay import logs
from ovro_alert.settings import Settings, load_settings
from ovro_alert.telescopes import lwa
from ovro_alert.telescopes.dry_run import DryRun
from ovro_alert.telescopes.simulated.lwa import SimulatedLwa
from ovro_alert.telling import direct_teller
from ovro_alert.times import SystemClock

HELP = """Carry out what the relay asks of OVRO-LWA: buffer dumps and beams.

\b
lwa_alert.py
    drives a simulator: it refuses, takes its time and remembers as the array does,
    and writes all that it did to simulated/lwa/record.jsonl under the home.
lwa_alert.py --dry-run
    claims drills only; of all else it says what it would have done. It may run
    beside the client that does it.

What this client has begun is in ledgers/ under the home: start it again after a crash
and it asks the telescope what came of it. One client at a time has a ledger.
The key is RELAY_KEY, or what the relay wrote to relay.key in its home.
"""


@click.command(help=HELP)
@click.option("--relay", "relay_url", metavar="URL", help="Where the relay answers [RELAY_URL].")
@click.option("--etcd", metavar="HOST:PORT", help="The array's etcd; without it a simulator is driven.")
@click.option("--dry-run", is_flag=True, help="Move nothing: do drills, of all else say what would have been done.")
@click.option("--speed", metavar="TIMES", type=float, help="How much faster than the sky the simulator runs [1].")
@click.option("--home", type=click.Path(path_type=Path), help="Where the ledger lives [OVRO_ALERT_HOME].")
def main(relay_url: str | None, etcd: str | None, dry_run: bool, speed: float | None, home: Path | None) -> None:
    """Read from top to bottom: settings, ledger, door, and follow."""
    logs.configure()
    try:
        settings = load_settings(relay_url=relay_url, simulator_speed=speed, home=home)
        clock = SystemClock()
        if etcd is not None:
            raise CannotStartError("the etcd door to the array is not built yet: leave --etcd out")
        ledger = Ledger(settings.home / "ledgers" / f"lwa-{'dry-run' if dry_run else 'simulator'}.jsonl", clock)
        door = DryRun(lwa.intention) if dry_run else simulator(settings)
        relay = RelayClient(settings.relay_url, settings.find_key, clock)
        tell = direct_teller(settings.slack, FIRST_WORD[door.moves] or "REAL")
        Follower("lwa", door, relay, ledger, clock, tell).run()
    except AlertError as error:
        sys.exit(f"lwa_alert: cannot start: {error}")


def simulator(settings: Settings) -> Door:
    """Return a simulated array, with what it remembers."""
    return SimulatedLwa(settings.home / "simulated" / "lwa" / "record.jsonl", settings.simulator_speed)


if __name__ == "__main__":
    main()
