"""A notice from a file, handed in as a receiver would."""

from __future__ import annotations

import time
from typing import BinaryIO

import click

from ovro_alert.client import Receipt
from ovro_alert.client.answers import anything, for_people
from ovro_alert.client.exchange import Question
from ovro_alert.console.desk import Desk, at_desk, read
from ovro_alert.console.tables import line
from ovro_alert.errors import AlertError
from ovro_alert.notices import NOTICE_LIMIT_BYTES, STREAMS, Notice, content_type_of
from ovro_alert.times import iso_us

JUDGED_WITHIN_S = 5.0
LOOK_S = 0.05


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--stream", type=click.Choice(list(STREAMS)), required=True, help="What kind of notice it is.")
@click.option("--content-type", help="Its content type; guessed from its first letter if not given.")
@at_desk
def push(desk: Desk, file: BinaryIO, stream: str, content_type: str | None) -> None:
    """Hand in one notice, byte for byte; `-` is standard input. It is judged as any other: it may end in a command.

    \b
    Examples:
      ovro-alert push burst.xml --stream chime
      curl -s https://example.org/notice.json | ovro-alert push - --stream gcn
    """  # noqa: D301 - click's own sign for "leave these lines as they are"
    body = file.read(NOTICE_LIMIT_BYTES + 1)
    if not body or len(body) > NOTICE_LIMIT_BYTES:
        name = getattr(file, "name", "standard input")
        message = f"{name}: {'over 4 MiB' if body else 'empty'}, that is no notice; nothing was sent."
        raise click.ClickException(message)
    kind = content_type or content_type_of(body)
    asked = {"received": iso_us(desk.now()), "path": "file"}
    question = Question("POST", f"/notices/{stream}", asked, body, {"Content-Type": kind})
    desk.show(anything(for_people(desk.exchange.ask(question))), Receipt, lambda receipt: _draw(desk, receipt))


def _draw(desk: Desk, receipt: Receipt) -> None:
    again = " (known already: one more arrival)" if receipt.duplicate else ""
    line(f"notice {receipt.id} is on the relay's disk{again}; {_came_of_it(desk, receipt.id)}")


def _came_of_it(desk: Desk, number: int) -> str:
    """Say what the relay made of a notice, which is kept whatever we can see: a receiver's key may not look."""
    end_s = time.monotonic() + JUDGED_WITHIN_S
    while True:
        try:
            notice = read(Notice, desk.get(f"/notices/{number}"))
        except AlertError as error:
            return f"what came of it cannot be seen: {error}"
        if notice.state != "kept" or time.monotonic() > end_s:
            break
        time.sleep(LOOK_S)
    if notice.alert is not None:
        return f"what came of it: `ovro-alert alert {notice.alert}`"
    return f"{notice.state}: {notice.why}" if notice.why else f"{notice.state}, and not judged yet"
