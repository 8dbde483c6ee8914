"""Keys: who may do what."""

from __future__ import annotations

import click

from ovro_alert.client.relay import part
from ovro_alert.console.desk import Desk, at_desk
from ovro_alert.console.tables import line, table
from ovro_alert.relay.scopes import SCOPES, Key, MadeKey


@click.group()
def keys() -> None:
    """Who may do what: add, list and revoke keys. A key is shown once, when it is made; the relay keeps its hash.

    \b
    Examples:
      ovro-alert keys add comet --scope notices:chime
      ovro-alert keys add lwa-client --scope follow:lwa
      ovro-alert keys list
      ovro-alert keys revoke comet
    """  # noqa: D301 - click's own sign for "leave these lines as they are"


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    required=True,
    help="A door it opens; may be repeated.",
)
@at_desk
def add(desk: Desk, name: str, scopes: tuple[str, ...]) -> None:
    """Make a key with these scopes, and show it once.

    \b
    Example:
      ovro-alert keys add night-operator --scope read --scope approve:dsa
    """  # noqa: D301
    answer = desk.send("POST", "/keys", {"name": name, "scopes": list(scopes)})
    desk.show(answer, MadeKey, _show_once)


@keys.command("list")
@at_desk
def list_keys(desk: Desk) -> None:
    """List all keys, by name.

    \b
    Example:
      ovro-alert keys list
    """  # noqa: D301
    desk.show(desk.get("/keys"), tuple[Key, ...], _draw)


@keys.command()
@click.argument("name")
@at_desk
def revoke(desk: Desk, name: str) -> None:
    """Withdraw a key: from now on it opens nothing.

    \b
    Example:
      ovro-alert keys revoke comet
    """  # noqa: D301
    desk.send("DELETE", f"/keys/{part(name)}")
    line(f"the key {name} opens nothing from now on")


def _show_once(key: MadeKey) -> None:
    line(f"the key {key.name} opens {', '.join(key.scopes)}; it is shown only now:")
    click.echo(key.key)


def _draw(keys: tuple[Key, ...]) -> None:
    rows = [(key.name, ", ".join(key.scopes), key.made) for key in keys]
    table(("name", "scopes", "made (UTC)"), rows, nothing="no key")
