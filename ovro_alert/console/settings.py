"""Every setting: its value, where that came from, and what it is."""

from __future__ import annotations

import json
import os
from typing import Any, NamedTuple

import click
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from ovro_alert.console.tables import line, table
from ovro_alert.settings import CONFIG, PREFIX, Settings, entries, layers, load_settings

HEADINGS = ("name", "value", "unit", "default", "from", "what it is", "source of the default")


class Row(NamedTuple):
    """One setting as it stands; secrets are masked."""

    name: str
    value: str
    unit: str
    default: str
    origin: str
    says: str
    source: str


@click.command()
@click.argument("prefix", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="Print them for programs.")
def settings(prefix: str, as_json: bool) -> None:
    """List every setting, or those whose name begins with PREFIX. No relay is needed.

    A setting is an option of the program, else in the environment (OVRO_ALERT_ and the name in capitals, a dot as
    __), else in the TOML file named by OVRO_ALERT_CONFIG, else the default.

    \b
    Examples:
      ovro-alert settings
      ovro-alert settings lwa.
      OVRO_ALERT_LWA__MAX_BEAM_S=1800 ovro-alert settings lwa.max_beam_s
    """  # noqa: D301 - click's own sign for "leave these lines as they are"
    found = [row for row in _rows() if row.name.startswith(prefix)]
    if not found:
        message = f"no setting begins with {prefix}; `ovro-alert settings` lists them all."
        raise click.ClickException(message)
    if as_json:
        click.echo(json.dumps([row._asdict() for row in found], indent=2))
        return
    table(HEADINGS, found)
    for word in _strangers():
        line(f"{word} is set in the environment, and no setting has that name")


def _rows() -> list[Row]:
    now, default, given = load_settings(), Settings(), layers({})
    rows = []
    for name, field in entries():
        origin = next((origin for origin, values in given.items() if name in values), "default")
        unit, source = _extra(field, "unit"), _extra(field, "source")
        rows.append(Row(name, _value(now, name), unit, _value(default, name), origin, field.description or "", source))
    return rows


def _value(settings: Settings, name: str) -> str:
    value: Any = settings
    for part in name.split("."):
        value = getattr(value, part)
    if isinstance(value, SecretStr):
        return "********"
    return "" if value is None else str(value)


def _extra(field: FieldInfo, word: str) -> str:
    extra = field.json_schema_extra
    return str(extra.get(word, "")) if isinstance(extra, dict) else ""


def _strangers() -> list[str]:
    """Words in the environment that look like settings and are none: most likely misspelt."""
    known = {PREFIX + name.upper().replace(".", "__") for name, _ in entries()} | {CONFIG}
    return [word for word in sorted(os.environ) if word.upper().startswith(PREFIX) and word.upper() not in known]
