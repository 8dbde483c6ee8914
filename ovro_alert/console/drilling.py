"""A drill: every step between relay, client and telescope, and nothing moves."""

from __future__ import annotations

import uuid

import click

from ovro_alert.actions import TELESCOPES
from ovro_alert.commands import Command, WholeCommand
from ovro_alert.console.desk import Desk, at_desk, read
from ovro_alert.console.tables import age, line, span
from ovro_alert.console.watching import watch
from ovro_alert.times import iso_us, seconds


@click.command()
@click.argument("telescope", type=click.Choice(list(TELESCOPES)))
@click.option(
    "--within", type=click.FloatRange(1, 3600), default=60, show_default=True, help="Seconds the client has to begin."
)
@click.option("--reason", default="a drill by hand", show_default=True, help="Why; everybody will read it.")
@at_desk
def drill(desk: Desk, telescope: str, within: float, reason: str) -> None:
    """Go through every step with a telescope's client, and show each; nothing moves.

    Ends with status 0 only if the client did all of it.

    \b
    Examples:
      ovro-alert drill lwa
      ovro-alert drill lwa --within 10 --reason "after the upgrade"
    """  # noqa: D301 - click's own sign for "leave these lines as they are"
    begun = desk.now()
    body = {"action": "test", "args": {}, "deadline": iso_us(begun + seconds(within)), "reason": reason}
    answer = desk.send("POST", f"/{telescope}/commands", body, Idempotency_Key=uuid.uuid4().hex)
    one = read(Command, answer)
    if not desk.as_json:
        line(f"drill {one.id} of {TELESCOPES[telescope].title}: its client has {span(within)} to begin")
    ended = watch(desk, one)
    took = age(begun, desk.now())
    desk.show(ended.model_dump(mode="json"), WholeCommand, lambda one: _tell(one, took))
    if ended.state != "done":
        message = (
            f"drill {one.id} ended {ended.state}: `ovro-alert status` says whether the client of {telescope} is there, "
            f"`ovro-alert command {one.id}` what it reported."
        )
        raise click.ClickException(message)


def _tell(one: WholeCommand, took: str) -> None:
    if one.state == "done":
        line(f"drill {one.id} is done, {took} from end to end")
