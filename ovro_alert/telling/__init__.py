"""Telling people: words, and one door per listener."""

from __future__ import annotations

from typing import Protocol

from pydantic import SecretStr

from ovro_alert.tellers import Teller
from ovro_alert.telling.direct import DirectTeller
from ovro_alert.telling.log import LogTeller
from ovro_alert.telling.slack import SlackTeller
from ovro_alert.telling.words.heading import FirstWord


class SlackAccount(Protocol):
    """Which workspace and channel, and who is on call; without a token there is none."""

    @property
    def token(self) -> SecretStr | None:
        """The bot's token."""

    @property
    def channel(self) -> str:
        """A channel's name or id."""

    @property
    def base_url(self) -> str:
        """Where the Slack API answers."""

    @property
    def oncall(self) -> str:
        """Whom loud messages name."""


def teller_for(slack: SlackAccount) -> Teller:
    """Return the door that the settings open: Slack with a token, else the log."""
    token = _token(slack)
    return SlackTeller(token, slack.channel, slack.oncall, slack.base_url) if token else LogTeller()


def direct_teller(slack: SlackAccount, first_word: FirstWord = "REAL") -> DirectTeller:
    """Return what a receiver or client calls with a sentence when it cannot reach the relay; it also logs it."""
    return DirectTeller(_token(slack), slack.channel, slack.base_url, first_word)


def _token(slack: SlackAccount) -> str | None:
    return slack.token.get_secret_value().strip() or None if slack.token is not None else None
