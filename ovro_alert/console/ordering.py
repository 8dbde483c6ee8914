"""Commands: which there are, what became of one, and a person's word on it."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import Any, get_args

import click

from ovro_alert.actions import TELESCOPES
from ovro_alert.commands import Command, State, WholeCommand
from ovro_alert.console.desk import Desk, at_desk, read
from ovro_alert.console.tables import age, args_in_words, line, sheet, table, utc
from ovro_alert.times import parse_utc

PAGE = 1000
"""As many as the relay gives at once."""

HEADINGS = ("id", "telescope", "action", "state", "prio", "made (UTC)", "deadline (UTC)", "left", "event", "what")


@click.command()
@click.option("--telescope", type=click.Choice(sorted(TELESCOPES)), help="Of this telescope only.")
@click.option("--state", type=click.Choice(["open", *get_args(State)]), help="In this state only; open: not ended.")
@click.option("--upcoming", is_flag=True, help="What is still to come, soonest first: the same as --state open.")
@click.option("--after", type=click.IntRange(min=0), metavar="ID", help="From this number on, instead of the newest.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="At most so many a telescope."
)
@at_desk
def commands(
    desk: Desk, telescope: str | None, state: str | None, upcoming: bool, after: int | None, limit: int
) -> None:
    """List what telescopes were asked: the newest, by number.

    \b
    Examples:
      ovro-alert commands --upcoming
      ovro-alert commands --telescope lwa --state done --limit 10
      ovro-alert commands --state failed --json
    """  # noqa: D301 - click's own sign for "leave these lines as they are"
    if upcoming:
        state = "open"
    found: list[Any] = []
    for name in [telescope] if telescope else TELESCOPES:
        path = f"/{name}/commands"
        if after is None:
            found += _newest(desk, path, state, limit)
        else:
            found += desk.get_list(path, state=state, after=after, limit=limit)
    desk.show(found, tuple[Command, ...], lambda every: draw_commands(every, desk.now(), upcoming=upcoming))


@click.command()
@click.argument("number", metavar="ID", type=int)
@at_desk
def command(desk: Desk, number: int) -> None:
    """Show one command, with everything that happened to it.

    \b
    Example:
      ovro-alert command 17
    """  # noqa: D301
    desk.show(desk.get(f"/commands/{number}"), WholeCommand, lambda one: draw_command(one, desk.now()))


def _decision(verb: str, says: str, example: str, *, must_say_why: bool = False) -> click.Command:
    """Make the command by which a person says their word on a telescope's command."""

    @click.command(verb, help=f'{says}\n\n\b\nExample:\n  ovro-alert {verb} 17 --note "{example}"')
    @click.argument("number", metavar="ID", type=int)
    @click.option("--note", required=must_say_why, help="Why; it stays in the history.")
    @at_desk
    def decide(desk: Desk, number: int, note: str | None) -> None:
        desk.show(desk.send("POST", f"/commands/{number}/{verb}", {"note": note or ""}), Command, _say_state)

    return decide


approve = _decision(
    "approve", "Agree to a proposal: its telescope will be told. Your key's name is kept with it.", "weather is good"
)
decline = _decision("decline", "Refuse a proposal.", "wind")
cancel = _decision(
    "cancel",
    "Take a command back. If the telescope acts already this is a wish: its client stops what can be stopped.",
    "retracted",
)
close = _decision(
    "close",
    "Close a command that is overdue, as failed with outcome unknown. Look at the telescope first.",
    "client's machine is down, no recording on disk",
    must_say_why=True,
)


def _newest(desk: Desk, path: str, state: str | None, limit: int) -> list[Any]:
    """Return the newest commands, oldest of them first: the relay lists from the oldest on, page by page."""
    newest: deque[Any] = deque(maxlen=limit)
    after, page = 0, desk.get_list(path, state=state, limit=PAGE)
    while page:
        newest += page
        last = read(tuple[Command, ...], page)[-1].id
        full = len(page) == PAGE and last > after
        after, page = last, desk.get_list(path, state=state, after=last, limit=PAGE) if full else []
    return list(newest)


def draw_command(one: WholeCommand, now: datetime) -> None:
    """Print one command and its history."""
    ended = one.final or one.state == "acting"
    sheet(
        [
            ("command", f"{one.id}: {one.telescope} {one.action}"),
            ("state", one.state + (" OVERDUE" if one.overdue else "")),
            ("role", one.role),
            ("args", args_in_words(one.args)),
            ("reason", one.reason),
            ("event", one.event),
            ("scenario", one.scenario),
            ("by", one.by),
            ("made", f"{utc(one.made)} UTC ({age(one.made, now)} ago)"),
            ("deadline", f"{utc(one.deadline)} UTC" + ("" if ended else f" ({age(one.deadline, now)})")),
            ("client", one.client and f"{one.client} (moves {one.moves})"),
            ("until", one.until and f"{utc(one.until)} UTC"),
            ("stop", one.stop and f"wished by {one.stop.by}: {one.stop.why}"),
        ]
    )
    table(
        ("at (UTC)", "state", "by", "why", "detail"),
        [(each.at, each.state, each.by, each.why, args_in_words(each.detail)) for each in one.history],
        nothing="no history was given",
    )


def _say_state(one: Command) -> None:
    wish = f"; stop wished by {one.stop.by}, its client ends it" if one.stop and not one.final else ""
    line(f"command {one.id} ({one.telescope} {one.action}) is now {one.state}{wish}")


def draw_commands(every: tuple[Command, ...], now: datetime, *, upcoming: bool) -> None:
    """Print commands, by number or, those to come, by when they begin."""
    ordered = sorted(every, key=lambda one: (_begins(one) if upcoming else one.made, one.id))
    rows = [
        (
            one.id,
            one.telescope,
            one.action,
            one.state + (" OVERDUE" if one.overdue else ""),
            one.priority,
            one.made,
            one.deadline,
            "-" if one.final or one.state == "acting" else age(one.deadline, now).removeprefix("in "),
            one.event,
            args_in_words({name: value for name, value in one.args.items() if name != "event"}),
        )
        for one in ordered
    ]
    table(HEADINGS, rows, nothing="no command is open" if upcoming else "no such command")


def _begins(one: Command) -> datetime:
    """When it will be begun at the latest: the start that was asked for, else its deadline."""
    try:
        return parse_utc(one.args["start"])
    except (KeyError, ValueError):
        return one.deadline
