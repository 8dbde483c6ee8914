"""Asking a telescope for something: one command for each action, made from the table of telescopes."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import click

from ovro_alert.actions import TELESCOPES, Action
from ovro_alert.commands import Command
from ovro_alert.console.desk import Desk, at_desk, read
from ovro_alert.console.moments import MOMENT
from ovro_alert.console.options import filled, options_of
from ovro_alert.console.tables import line, utc
from ovro_alert.console.watching import watch
from ovro_alert.errors import RelayAwayError
from ovro_alert.times import iso_us, seconds

EXAMPLES = {
    "lwa beam": "--ra-deg 29.5 --dec-deg 65.7 --duration-s 300",
    "lwa dump": "--duration-s 600",
    "dsa repoint": "--dec-deg 16.3",
    "swift guano": "--time 2026-11-20T08:15:02Z --ra-deg 29.5 --dec-deg 65.7 --error-deg 0.2 --name FRB20180916B",
    "swift too": "--ra-deg 29.5 --dec-deg 65.7 --target FRB20180916B",
    "sprite observe": "--ra-deg 29.5 --dec-deg 65.7 --target SN2026abc "
    "--start 2026-11-21T03:00Z --stop 2026-11-21T04:00Z",
}


@click.group()
def send() -> None:
    """Ask a telescope for something. Its client is told; what needs a person's agreement waits for that.

    \b
    Examples:
      ovro-alert send lwa beam --ra-deg 29.5 --dec-deg 65.7 --duration-s 300 --within 60 --reason "test of the beam"
      ovro-alert send dsa repoint --dec-deg 16.3 --deadline 2026-11-20T09:00Z --reason "new repeater"
      ovro-alert send lwa beam --help
    """  # noqa: D301 - click's own sign for "leave these lines as they are"


def _ask(telescope: str, name: str, action: Action) -> click.Command:
    """Make the command for one action; its options are the fields of the action's arguments."""

    @at_desk
    def ask(desk: Desk, /, idempotency_key: str | None, wait: bool, **given: Any) -> None:  # noqa: ANN401 - as click gives them
        wish = {word: given.pop(word) for word in ("deadline", "within", "reason", "priority")}
        deadline = latest(wish["deadline"], wish["within"], desk.now())
        body = {
            "action": name,
            "args": filled(action.args, {word: value for word, value in given.items() if value is not None}),
            "deadline": iso_us(deadline),
            "reason": wish["reason"],
            "priority": wish["priority"],
        }
        answer = hand_in(desk, telescope, body, idempotency_key or uuid.uuid4().hex)
        if wait and desk.as_json:
            answer = watch(desk, read(Command, answer)).model_dump(mode="json")
        desk.show(answer, Command, _say_taken)
        if wait and not desk.as_json:
            watch(desk, read(Command, answer))

    approval = "\n\nA person has to agree to it: `ovro-alert approve ID`." if action.approval else ""
    says = f"{action.says[0].upper()}{action.says[1:]}."
    made = click.command(
        name,
        short_help=says,
        help=f"{says}{approval}{_examples(telescope, name)}",
    )(ask)
    made.params[:0] = [*options_of(action.args), *_wish()]
    return made


def latest(deadline: datetime | None, within_s: float | None, now: datetime) -> datetime:
    """Return after when it must never be begun, said either way."""
    if (deadline is None) == (within_s is None):
        message = "say until when it may be begun: either --deadline or --within"
        raise click.UsageError(message)
    return deadline or now + seconds(within_s or 0)


def hand_in(desk: Desk, telescope: str, body: dict[str, Any], word: str) -> Any:  # noqa: ANN401 - any JSON
    """Ask the relay for a command; if no answer came, say how to ask again without making a second one."""
    try:
        return desk.send("POST", f"/{telescope}/commands", body, Idempotency_Key=word)
    except RelayAwayError as error:
        again = f"if it was taken after all, the same again with --deadline {body['deadline']} --idempotency-key {word}"
        raise RelayAwayError(f"{error}; {again} makes no second command") from None


def _wish() -> list[click.Parameter]:
    within = click.FloatRange(min=0, min_open=True)
    return [
        click.Option(["--deadline"], type=MOMENT, help="After this moment it must never be begun."),
        click.Option(["--within"], type=within, metavar="S", help="The same, in seconds from now."),
        click.Option(["--reason"], required=True, help="Why; everybody will read it."),
        click.Option(
            ["--priority"], type=click.IntRange(0, 100), default=50, show_default=True, help="Higher goes first."
        ),
        click.Option(["--idempotency-key"], metavar="WORD", help="The same word again makes no second command."),
        click.Option(["--wait"], is_flag=True, help="Stay, and show each step until it has ended."),
    ]


def _say_taken(one: Command) -> None:
    waits = f"; it waits for a person: `ovro-alert approve {one.id}`" if one.state == "proposed" else ""
    asked = f"command {one.id} ({one.telescope} {one.action}) is {one.state}"
    line(f"{asked}, never begun after {utc(one.deadline)} UTC{waits}")


def _examples(telescope: str, *actions: str) -> str:
    """Write lines that can be copied, as click leaves them."""
    words = [("ovro-alert send", telescope, action, EXAMPLES.get(f"{telescope} {action}", "")) for action in actions]
    lines = [" ".join(filter(None, each)) + ' --within 60 --reason "why"' for each in words]
    return "\n\n\b\nExamples:\n  " + "\n  ".join(lines)


for _name, _telescope in TELESCOPES.items():
    _says = f"Ask {_telescope.title} for something."
    _group = click.Group(_name, help=_says + _examples(_name, *_telescope.actions), short_help=_says)
    for _action, _entry in _telescope.actions.items():
        _group.add_command(_ask(_name, _action, _entry))
    send.add_command(_group)
