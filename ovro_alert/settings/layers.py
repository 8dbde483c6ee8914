"""Where settings are written: option, environment, TOML file; each as dotted names and raw values."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic_settings import EnvSettingsSource
from pydantic_settings.exceptions import SettingsError

from ovro_alert.errors import CannotStartError
from ovro_alert.settings.every import PREFIX, Settings

CONFIG = PREFIX + "CONFIG"
SHORT_NAMES = {
    "RELAY_URL": "relay_url",
    "RELAY_KEY": "relay_key",
    "SLACK_TOKEN": "slack.token",
    "GCN_CLIENT_ID": "gcn.client_id",
    "GCN_CLIENT_SECRET": "gcn.client_secret",
}

Origin = Literal["option", "environment", "file"]


def layers(options: dict[str, object]) -> dict[Origin, dict[str, object]]:
    """Read every source, the strongest first, as dotted names and raw values."""
    return {
        "option": {name: value for name, value in options.items() if value is not None},
        "environment": _environment(),
        "file": _file(),
    }


def _environment() -> dict[str, object]:
    short = {name: os.environ[word] for word, name in SHORT_NAMES.items() if os.environ.get(word)}
    try:
        return short | flat(EnvSettingsSource(Settings, env_ignore_empty=True)())
    except SettingsError as error:
        message = f"environment: {error}; set its parts one by one, for instance {PREFIX}LWA__MAX_BEAM_S=3600"
        raise CannotStartError(message) from None


def _file() -> dict[str, object]:
    path = os.environ.get(CONFIG)
    if not path:
        return {}
    try:
        return flat(tomllib.loads(Path(path).expanduser().read_text()))
    except (OSError, UnicodeDecodeError) as error:
        message = f"{CONFIG} names {path}, which cannot be read: {error}"
    except tomllib.TOMLDecodeError as error:
        message = f"{path} (named by {CONFIG}) is not TOML: {error}"
    raise CannotStartError(message) from None


def flat(tree: dict[str, Any], above: str = "") -> dict[str, object]:
    """Turn tables within tables into dotted names."""
    leaves: dict[str, object] = {}
    for name, value in tree.items():
        leaves |= flat(value, f"{above}{name}.") if isinstance(value, dict) else {above + name: value}
    return leaves


def nested(leaves: dict[str, Any]) -> dict[str, Any]:
    """Turn dotted names into tables within tables."""
    tree: dict[str, Any] = {}
    for name, value in sorted(leaves.items()):
        *tables, leaf = name.split(".")
        place = tree
        for table in tables:
            place = place.setdefault(table, {})
            if not isinstance(place, dict):
                message = f"{name} is set, but {table} is set to {place!r:.40}: {table} is a table, not one value"
                raise CannotStartError(message)
        place[leaf] = value
    return tree


def place_of(origin: Origin, name: str) -> str:
    """Return where a person finds a value in order to mend it."""
    if origin == "file":
        return os.environ.get(CONFIG, "file")
    if origin == "option":
        return f"option {name}"
    word = PREFIX + name.upper().replace(".", "__")
    short = next((word for word, long in SHORT_NAMES.items() if long == name), word)
    return f"environment {word if word in os.environ else short}"
