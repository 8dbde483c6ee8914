"""Messages: what people were told, will be, or could not be."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

import click

from ovro_alert.console.desk import Desk, at_desk
from ovro_alert.console.tables import age, table
from ovro_alert.messages import Message, MessageState

HEADINGS = ("id", "state", "level", "subject", "event", "command", "made (UTC)", "age", "tries", "sent (UTC)", "why")


@click.command()
@click.option("--state", type=click.Choice(get_args(MessageState)), help="waiting, sent, unsent or quiet ones only.")
@click.option("--event", metavar="NAME", help="Of this event, as chime:217097677.")
@click.option("--before", type=click.IntRange(1), metavar="ID", help="With a smaller number: the next page.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most so many.")
@at_desk
def messages(desk: Desk, state: str | None, event: str | None, before: int | None, limit: int) -> None:
    """List what people were told, newest first; quiet ones are on the page only.

    \b
    Examples:
      ovro-alert messages
      ovro-alert messages --state unsent
    """  # noqa: D301 - click's own sign for "leave these lines as they are"
    answer = desk.get("/messages", state=state, event=event, before=before, limit=limit)
    desk.show(answer, tuple[Message, ...], lambda every: _draw(every, desk.now()))


def _draw(every: tuple[Message, ...], now: datetime) -> None:
    rows = [
        (
            *(one.id, one.state, one.level, one.subject, one.event, one.command),
            *(one.made, age(one.made, now), one.tries, one.sent, one.why),
        )
        for one in every
    ]
    table(HEADINGS, rows, nothing="no such message")
