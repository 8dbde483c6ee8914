"""Being the client of a telescope that has no program of its own: what is approved is handed over as files."""

from __future__ import annotations

from pathlib import Path

import click

from ovro_alert.client import RelayClient
from ovro_alert.doors import FIRST_WORD, Door
from ovro_alert.following import Follower
from ovro_alert.keeping.ledger import Ledger
from ovro_alert.relay import logs
from ovro_alert.settings import load_settings
from ovro_alert.telescopes import sprite
from ovro_alert.telescopes.dry_run import DryRun
from ovro_alert.telling import direct_teller
from ovro_alert.times import SystemClock


@click.command()
@click.argument("telescope", type=click.Choice(["sprite"]))
@click.option(
    "--folder", type=click.Path(path_type=Path), required=True, help="Where a file is written for each command."
)
@click.option("--dry-run", is_flag=True, help="Write nothing: do drills, of all else say what would have been done.")
@click.option("--relay", "relay_url", metavar="URL", help="Where the relay answers [RELAY_URL].")
@click.option("--home", type=click.Path(path_type=Path), help="Where the ledger lives [OVRO_ALERT_HOME].")
@click.pass_obj
def follow(
    relay_of_all: str | None, telescope: str, folder: Path, dry_run: bool, relay_url: str | None, home: Path | None
) -> None:
    """Be a telescope's client, until SIGTERM or Ctrl-C: each command that a person approved becomes one JSON file.

    SPRITE's own program reads the folder (docs/FORMATS.md). In rehearsal the files end with .json.test, so that it
    does not find them. What this client has begun is in ledgers/ under the home: start it again after a crash.

    \b
    Examples:
      ovro-alert follow sprite --folder /data/sprite/wishes
      ovro-alert follow sprite --folder /data/sprite/wishes --dry-run
    """  # noqa: D301 - click's own sign for "leave these lines as they are"
    settings = load_settings(relay_url=relay_url or relay_of_all, home=home)
    clock = SystemClock()
    door: Door = DryRun(sprite.intention) if dry_run else sprite.FileDrop(folder.absolute())
    ledger = Ledger(settings.home / "ledgers" / f"{telescope}{'-dry-run' if dry_run else ''}.jsonl", clock)
    logs.configure()
    relay = RelayClient(settings.relay_url, settings.find_key, clock)
    tell = direct_teller(settings.slack, FIRST_WORD[door.moves] or "REAL")
    Follower(telescope, door, relay, ledger, clock, tell).run()
