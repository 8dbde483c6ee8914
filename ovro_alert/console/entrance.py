"""The way in: which commands there are, in which file each one is, and how an error reads.

A command's file is imported when the command is asked for, so that `--help` is there at once.
"""

from __future__ import annotations

import importlib
import keyword
from typing import Any, NamedTuple

import click

from ovro_alert.console.advice import in_one_line
from ovro_alert.errors import AlertError


class Place(NamedTuple):
    """Where a command is, and the line that `--help` has for it."""

    module: str
    says: str


FAMILIES: dict[str, dict[str, Place]] = {
    "Looking": {
        "status": Place("status", "Is everything well: relay, telescopes, streams, what is open."),
        "alerts": Place("alerts", "What was received, newest first."),
        "alert": Place("alert_story", "One alert: how it came, what came of it, who else saw it, what happened when."),
        "notice": Place("notices", "One notice: how it came, what became of it, its bytes."),
        "whynot": Place("alerts", "Why was nothing commanded for this event: the gates that failed."),
        "commands": Place("ordering", "What telescopes were asked; --upcoming for what is still to come."),
        "command": Place("ordering", "One command with its history."),
        "messages": Place("messages", "What people were told, or will be."),
        "digest": Place("digest", "What came, what was done and what was not, in a day or in any window."),
        "judge": Place("judging", "What would have been done under other limits: a rule tried on the past."),
        "repeaters": Place("repeaters", "The table of repeating sources, with their references."),
    },
    "Acting": {
        "send": Place("sending", "Ask a telescope for something."),
        "approve": Place("ordering", "Agree to a proposal: its telescope will be told."),
        "decline": Place("ordering", "Refuse a proposal."),
        "cancel": Place("ordering", "Take a command back, or wish that it stops."),
        "close": Place("ordering", "Close a command that is overdue, as failed with outcome unknown."),
        "switch": Place("switches", "Hold a scenario or a telescope back, or let it go on."),
        "push": Place("pushing", "Hand a notice in from a file."),
        "import": Place("importing", "Bring archived notices in, as history: nothing is commanded or told."),
        "drill": Place("drilling", "Go through every step with a telescope's client; nothing moves."),
        "follow": Place("following", "Be the client of SPRITE: a file for each command that a person approved."),
    },
    "House": {
        "keys": Place("keys", "Who may do what: add, list and revoke keys."),
        "settings": Place("settings", "Every setting: value, unit, default, where from."),
        "demo": Place("demo", "The whole chain on this machine, with simulated telescopes."),
    },
}
PLACES = {name: place for family in FAMILIES.values() for name, place in family.items()}


class Entrance(click.Group):
    """Finds a command in its file when it is asked for; turns every expected error into one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name them all, in the order of the table."""
        return list(PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the file that the command is in."""
        place = PLACES.get(cmd_name)
        if place is None:
            return None
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command: click.Command = getattr(importlib.import_module(f"ovro_alert.console.{place.module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands by family, without importing any."""
        for family, places in FAMILIES.items():
            with formatter.section(family):
                formatter.write_dl([(name, place.says) for name, place in places.items()])

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Do what was asked; what goes wrong is said in one line on standard error, with status 1."""
        try:
            return super().invoke(ctx)
        except AlertError as error:
            raise click.ClickException(in_one_line(error)) from None


@click.group(cls=Entrance, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--relay", metavar="URL", help="Where the relay answers [RELAY_URL; default http://127.0.0.1:8001].")
@click.pass_context
def ovro_alert(ctx: click.Context, relay: str | None) -> None:
    """Ask the relay, and tell it: astronomical alerts in, telescope commands out.

    The key comes from RELAY_KEY, or from the file relay.key that the relay made under OVRO_ALERT_HOME.
    With --json a command prints what the relay answered, for programs. All times are UTC.

    \b
    Examples:
      ovro-alert status
      ovro-alert whynot chime:217097677
      ovro-alert commands --upcoming
      ovro-alert drill lwa
    """  # noqa: D301 - click's own sign for "leave these lines as they are"
    ctx.obj = relay
