"""Is everything well: the relay's parts, telescopes, streams, and what is open."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click

from ovro_alert.actions import TELESCOPES
from ovro_alert.client.answers import anything, for_people
from ovro_alert.client.exchange import Question
from ovro_alert.commands import Command
from ovro_alert.console.desk import Desk, at_desk, read
from ovro_alert.console.ordering import draw_commands
from ovro_alert.console.tables import age, line, table
from ovro_alert.errors import NotFoundError
from ovro_alert.nouns import Noun
from ovro_alert.statuses import KeptTelescopeStatus, StreamStatus
from ovro_alert.times import Utc

UNWELL = 503


class Part(Noun):
    """One part of the relay, or somebody who should send it their word."""

    part: str
    state: str
    says: str = ""


class Health(Noun):
    """How the relay says it is."""

    ok: bool
    parts: tuple[Part, ...] = ()


class Stream(StreamStatus):
    """One stream as the relay last heard of it; `at` is None if it never did."""

    stream: str
    at: Utc | None = None


class Overview(Noun):
    """All of it, from several answers."""

    health: Health
    telescopes: tuple[KeptTelescopeStatus, ...]
    streams: tuple[Stream, ...]
    commands: tuple[Command, ...]


@click.command()
@at_desk
def status(desk: Desk) -> None:
    """Show whether everything is well. Ends with status 1 if a part of the relay is not.

    \b
    Example:
      ovro-alert status
    """  # noqa: D301 - click's own sign for "leave these lines as they are"
    answer = {
        "health": _health(desk),
        "telescopes": [word for name in TELESCOPES if (word := _last_word(desk, name)) is not None],
        "streams": desk.get("/streams"),
        "commands": [one for name in TELESCOPES for one in desk.get_list(f"/{name}/commands", state="open")],
    }
    overview = read(Overview, answer)
    if desk.as_json:
        click.echo(json.dumps(answer, indent=2))
    else:
        _draw(overview, desk.client.url, desk.now())
    if not overview.health.ok:
        message = "the relay is not well: the parts above that are failing say what to do."
        raise click.ClickException(message)


def _health(desk: Desk) -> Any:  # noqa: ANN401 - any JSON
    """Ask for the relay's health: it answers 503 when it is not well, and that too is an answer."""
    found = desk.exchange.ask(Question("GET", "/health"))
    return anything(found if found.status == UNWELL else for_people(found))


def _last_word(desk: Desk, telescope: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return desk.get(f"/{telescope}/status")
    except NotFoundError:
        return None


def _draw(overview: Overview, url: str, now: datetime) -> None:
    line(f"the relay at {url} {'is well' if overview.health.ok else 'is NOT well'}")
    parts = [part for part in overview.health.parts if not part.part.startswith(("stream ", "telescope "))]
    table(("part", "state", "says"), _rows(parts), nothing="it names no parts")
    table(
        ("telescope", "state", "moves", "until (UTC)", "said before"),
        [(one.telescope, one.state, one.moves, one.until, age(one.at, now)) for one in overview.telescopes],
        nothing="no telescope's client has reported",
    )
    heard = [one for one in overview.streams if one.at is not None]
    table(
        ("stream", "state", "last notice", "last heartbeat", "lag (s)", "said before", "paths"),
        [
            (
                *(one.stream, one.state, age(one.last_notice, now), age(one.last_heartbeat, now), one.lag),
                age(one.at, now),
                ", ".join(f"{path} {state}" for path, state in one.paths.items()),
            )
            for one in heard
        ],
        nothing="no stream's receiver has reported",
    )
    silent = [one.stream for one in overview.streams if one.at is None]
    if heard and silent:
        line(f"never heard of: {', '.join(silent)}")
    draw_commands(overview.commands, now, upcoming=True)


def _rows(parts: list[Part]) -> list[tuple[str, str, str]]:
    """Return what is not well first."""
    return [(one.part, one.state, one.says) for one in sorted(parts, key=lambda one: one.state == "ok")]
