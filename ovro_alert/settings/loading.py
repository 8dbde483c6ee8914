"""From what is written to one frozen value, or one sentence on what is wrong with it."""

from __future__ import annotations

import difflib
from typing import Any

from pydantic import ValidationError

from ovro_alert.errors import CannotStartError
from ovro_alert.settings.every import SECRETS, Settings, entries
from ovro_alert.settings.layers import Origin, layers, nested, place_of


def load_settings(**options: object) -> Settings:
    """Make the settings; an option that is None was not given, a dotted name goes in as `**{"slack.token": …}`."""
    found = layers(options)
    merged: dict[str, Any] = {}
    for values in reversed(found.values()):
        merged |= values
    try:
        return Settings(**nested(merged))
    except ValidationError as error:
        raise CannotStartError(_sentence(error, found)) from None


def _sentence(error: ValidationError, found: dict[Origin, dict[str, object]]) -> str:
    """Say of the first thing that is wrong: which setting, from where, its value, and what is allowed."""
    wrong = [(".".join(str(part) for part in one["loc"]), one) for one in error.errors(include_url=False)]
    words, first = wrong[0]
    given = [name for values in found.values() for name in values]
    name = next((name for name in given if f"{words}.".startswith(f"{name}.")), words)
    place = next((place_of(origin, name) for origin, values in found.items() if name in values), "settings")
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(name, [known for known, _ in entries()], n=1, cutoff=0.5)
        guess = f"; did you mean {near[0]}?" if near else ";"
        return f"{place}: {name} is no setting{guess} `python -m ovro_alert settings` lists them all"
    value = "(not shown)" if name in SECRETS else repr(first["input"])[:80]
    says = ", or: ".join(one["msg"] for where, one in wrong if f"{where}.".startswith(f"{name}."))
    return f"{place}: {name} = {value}: {says}"
