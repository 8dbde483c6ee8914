"""The settings: option, environment, TOML file, default, in that order, made into one frozen typed value.

In the environment each name has `OVRO_ALERT_` before it, in capitals, with `__` for a dot: `lwa.max_beam_s` is
`OVRO_ALERT_LWA__MAX_BEAM_S`. A few names have a short form that receivers and clients share: see `SHORT_NAMES`.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict
from pydantic_settings import PydanticBaseSettingsSource as Source
from pydantic_settings.exceptions import SettingsError

from ovro_alert.accounts import GcnAccount, HopAccount, Place, SlackAccount, setting
from ovro_alert.errors import CannotStartError
from ovro_alert.scenarios.limits import Limits
from ovro_alert.times import ZoneName

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "OVRO_ALERT_"
CONFIG = PREFIX + "CONFIG"
SHORT_NAMES = {
    "RELAY_URL": "relay_url",
    "RELAY_KEY": "relay_key",
    "SLACK_TOKEN": "slack.token",
    "GCN_CLIENT_ID": "gcn.client_id",
    "GCN_CLIENT_SECRET": "gcn.client_secret",
}
SECRETS = frozenset({"relay_key", "slack.token", "gcn.client_secret", "hop.password"})
KEY_FILE = "relay.key"

Origin = Literal["option", "environment", "file"]
Url = Annotated[str, AfterValidator(lambda url: url.rstrip("/"))]


class Settings(BaseSettings, Limits):
    """Every setting. Made by `load_settings`; made directly it is the defaults and what it is given, no environment."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, env_prefix=PREFIX, env_nested_delimiter="__"
    )

    home: Place = setting(ROOT / "var", "where all state lives: journal, spools, ledgers, the key")
    mode: Literal["rehearsal", "production"] = setting(
        "rehearsal", "rehearsal: every command is a test; production: telescopes may move"
    )
    relay_url: Url = setting("http://127.0.0.1:8001", "where the relay answers", pattern="^https?://[^/]+")
    relay_key: SecretStr | None = setting(None, "key to the relay; none: the one in relay.key under home")
    seed_deadline_s: float = setting(300, "how long a command set on a seed path waits", "s", gt=0, le=86400)
    judge_timeout_s: float = setting(2, "how long one notice may be judged before that fails", "s", gt=0, le=60)
    simulator_speed: float = setting(1, "how much faster than real time simulated telescopes run", gt=0, le=10000)
    dsa_move: Literal["at once", "late"] = setting(
        "at once", "when approved dishes of DSA-110 begin to move: at once, or as late as their command allows"
    )
    dsa_folder: Place | None = setting(None, "where dsa_alert.py looks for JSON files of what DSA-110 found")
    repeaters_file: Place | None = setting(None, "CSV with further rows of the repeater table")
    digest_at: str = setting(
        "09:00", "when people are told of the day, by the clocks of digest_zone; off: never",
        pattern=r"^(|off|([01]\d|2[0-3]):[0-5]\d)$",
    )  # fmt: skip
    digest_zone: ZoneName = setting("America/Los_Angeles", "time zone of digest_at, by its IANA name")
    slack: SlackAccount = SlackAccount()
    gcn: GcnAccount = GcnAccount()
    hop: HopAccount = HopAccount()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library calls it so
        init_settings: Source,
        *_others: Source,
        **_more: Source,
    ) -> tuple[Source, ...]:
        """Take what `load_settings` hands in, and nothing behind its back."""
        return (init_settings,)

    @property
    def limits(self) -> Limits:
        """The thresholds of the scenarios."""
        return Limits(**{name: getattr(self, name) for name in Limits.model_fields})

    def find_key(self) -> str | None:
        """Return the key as it is now: the one that was set, else what the relay wrote under home, else None."""
        if self.relay_key is not None:
            return self.relay_key.get_secret_value().strip() or None
        try:
            return (self.home / KEY_FILE).read_text().strip() or None
        except (OSError, UnicodeDecodeError):
            return None


def entries(model: type[BaseModel] = Settings, above: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """List every setting by its dotted name, the thresholds last."""
    for name, field in sorted(model.model_fields.items(), key=lambda one: one[0] in Limits.model_fields):
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from entries(field.annotation, f"{above}{name}.")
        else:
            yield above + name, field


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


def _sentence(error: ValidationError, found: dict[Origin, dict[str, object]]) -> str:
    """Say of the first thing that is wrong: which setting, from where, its value, and what is allowed."""
    wrong = [(".".join(str(part) for part in one["loc"]), one) for one in error.errors(include_url=False)]
    words, first = wrong[0]
    given = [name for values in found.values() for name in values]
    name = next((name for name in given if f"{words}.".startswith(f"{name}.")), words)
    place = next((_place(origin, name) for origin, values in found.items() if name in values), "settings")
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(name, [known for known, _ in entries()], n=1, cutoff=0.5)
        guess = f"; did you mean {near[0]}?" if near else ";"
        return f"{place}: {name} is no setting{guess} `python -m ovro_alert settings` lists them all"
    value = "(not shown)" if name in SECRETS else repr(first["input"])[:80]
    says = ", or: ".join(one["msg"] for where, one in wrong if f"{where}.".startswith(f"{name}."))
    return f"{place}: {name} = {value}: {says}"


def _place(origin: Origin, name: str) -> str:
    """Where a person finds a value in order to mend it."""
    if origin == "file":
        return os.environ.get(CONFIG, "file")
    if origin == "option":
        return f"option {name}"
    word = PREFIX + name.upper().replace(".", "__")
    short = next((word for word, long in SHORT_NAMES.items() if long == name), word)
    return f"environment {word if word in os.environ else short}"
