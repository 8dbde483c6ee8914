"""The desk that every command is given: the relay to ask, and paper to answer on."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

import click
from pydantic import TypeAdapter, ValidationError

from ovro_alert.client import RelayClient
from ovro_alert.client.exchange import Exchange
from ovro_alert.errors import RelayAwayError
from ovro_alert.settings import Settings, load_settings
from ovro_alert.times import Clock, SystemClock

P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """One relay, and how its answers shall be shown: for people, or as JSON for programs."""

    def __init__(self, relay: str | None, as_json: bool, clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()
        self.as_json = as_json
        self.settings: Settings = load_settings(relay_url=relay)
        self.exchange = Exchange(self.settings.relay_url, self.settings.find_key, self.clock)
        self.client = RelayClient(self.settings.relay_url, self.settings.find_key, self.clock)

    def now(self) -> datetime:
        """UTC: ages are counted from it."""
        return self.clock.now()

    def get(self, path: str, **params: str | float | None) -> Any:  # noqa: ANN401 - any JSON
        """Return the JSON that is there; a parameter that is None is not asked for."""
        return self.client.get(path, **{name: value for name, value in params.items() if value is not None})

    def get_list(self, path: str, **params: str | float | None) -> list[Any]:
        """Return the JSON list that is there."""
        return read(list[Any], self.get(path, **params))

    def send(self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:  # noqa: ANN401 - any JSON
        """Send JSON and return what was answered; in a header's name `_` stands for `-`."""
        return self.client.send(method, path, body, {name.replace("_", "-"): word for name, word in headers.items()})

    def show(self, answer: Any, form: type[T], draw: Callable[[T], None]) -> None:  # noqa: ANN401 - any JSON
        """Print the answer as it is (--json), or read it into its form and draw that for people."""
        if self.as_json:
            click.echo(json.dumps(answer, indent=2))
        else:
            draw(read(form, answer))


def read(form: type[T], answer: object) -> T:
    """Read JSON into its form; another shape is not our relay's answer."""
    try:
        return TypeAdapter(form).validate_python(answer, strict=False)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        message = f"that answer is not a relay's of this version: {first['loc']}: {first['msg']}"
        raise RelayAwayError(message) from None


def at_desk(command: Callable[Concatenate[Desk, P], None]) -> Callable[..., None]:
    """Give a command its desk, and with it the options --relay and --json."""

    @click.option("--relay", metavar="URL", help="Where the relay answers [RELAY_URL].")
    @click.option("--json", "as_json", is_flag=True, help="Print what the relay answered, for programs.")
    @click.pass_obj
    @functools.wraps(command)
    def seated(obj: str | None, /, relay: str | None, as_json: bool, *args: P.args, **kwargs: P.kwargs) -> None:
        command(Desk(relay or obj, as_json), *args, **kwargs)

    return seated
