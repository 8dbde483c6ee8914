"""Accounts: as whom we are known to other people's services, and where those are."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, Field, SecretStr

from ovro_alert.errors import CannotStartError
from ovro_alert.nouns import Form

Place = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]

GROUP = "ovro-alert"


def setting(default: object, says: str, unit: str = "", **bounds: Any) -> Any:  # noqa: ANN401 - as pydantic's Field
    """Declare one setting: its default, what it is, and its unit."""
    return Field(default=default, description=says, json_schema_extra={"unit": unit}, **bounds)


class SlackAccount(Form):
    """Where people are told; without a token nobody is, and the messages stay on the page."""

    token: SecretStr | None = setting(None, "bot token; none: nothing is sent to Slack")
    channel: str = setting("ovro-alert", "channel, by name or id", max_length=200)
    base_url: str = setting("https://slack.com/api/", "where the Slack API answers", pattern="^https?://[^/]+.*/$")
    oncall: str = setting("", "who is named in loud messages, as Slack writes it: <@U012AB3CD>", max_length=200)


class Login(NamedTuple):
    """An id and its secret; the secret shows itself to nobody by accident."""

    id: str
    secret: SecretStr


class GcnAccount(Form):
    """GCN's Kafka brokers: credentials are made at https://gcn.nasa.gov/quickstart, disabled after 30 days unused."""

    client_id: str = setting("", "client id, from https://gcn.nasa.gov/quickstart", max_length=200)
    client_secret: SecretStr | None = setting(None, "client secret that belongs to it")
    credentials_file: Place | None = setting(None, "TOML file with client_id and client_secret, read if they are unset")
    domain: str = setting("gcn.nasa.gov", "GCN itself, or test.gcn.nasa.gov, dev.gcn.nasa.gov", pattern="^[a-z0-9.-]+$")
    group: str = setting(
        GROUP, "begins the names of our consumer groups, by which GCN knows what we have; one for each relay",
        pattern="^[A-Za-z0-9._-]{1,100}$",
    )  # fmt: skip
    config: str = setting("", "more properties for librdkafka: name=value, blanks between; no secrets", max_length=2000)

    def login(self) -> Login | None:
        """Return the credentials, from the settings or else from the file; None if there are none."""
        if self.client_id and self.client_secret is not None:
            return Login(self.client_id, self.client_secret)
        if self.credentials_file is None:
            return None
        try:
            given = tomllib.loads(self.credentials_file.read_text())
            return Login(given["client_id"], SecretStr(given["client_secret"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            why = error.strerror if isinstance(error, OSError) else 'it needs client_id = "…" and client_secret = "…"'
            message = f"gcn.credentials_file {self.credentials_file} cannot be read: {why}"
            raise CannotStartError(message) from None


class HopAccount(Form):
    """SCiMMA's Hopskotch: a credential, and its leave to read the topic, come from https://my.hop.scimma.org."""

    url: str = setting(
        "kafka://kafka.scimma.org/igwn.gwalert", "its broker and topic; one on this machine wants no login",
        pattern=r"^kafka://([^/@,\s]+@)?[^/@,\s]+/[^/,\s]+$",
    )  # fmt: skip
    username: str = setting("", "of our credential there", max_length=200)
    password: SecretStr | None = setting(None, "password that belongs to it; without credentials the path is off")
    credentials_file: Place | None = setting(None, "hop's own auth.toml, mode 600, read if they are unset")
    group: str = setting(
        GROUP, "with our username before it, the consumer group by which Hopskotch knows what we have",
        pattern="^[A-Za-z0-9._-]{1,100}$",
    )  # fmt: skip
