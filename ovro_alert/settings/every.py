"""Every setting, in one frozen value: its name, its unit, its default, what it may be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import PydanticBaseSettingsSource as Source

from ovro_alert.accounts import GcnAccount, HopAccount, Place, SlackAccount, setting
from ovro_alert.scenarios.limits import Limits
from ovro_alert.times import ZoneName

ROOT = Path(__file__).resolve().parent.parent.parent
PREFIX = "OVRO_ALERT_"
SECRETS = frozenset({"relay_key", "slack.token", "gcn.client_secret", "hop.password"})
KEY_FILE = "relay.key"

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
