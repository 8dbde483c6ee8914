"""Telling people: words, and one door per listener."""

from __future__ import annotations

from ovro_alert.tellers import Teller
from ovro_alert.telling.log import LogTeller
from ovro_alert.telling.slack import SlackTeller
from ovro_alert.telling.slack_api import SLACK_URL


def make_teller(token: str | None, channel: str, oncall: str = "", base_url: str = SLACK_URL) -> Teller:
    """Return the door that these settings open: Slack with a token, else the log."""
    return SlackTeller(token, channel, oncall, base_url) if token else LogTeller()
