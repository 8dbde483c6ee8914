"""Slack's answers, each turned into what to do next. The token goes into its header and nowhere else."""

from __future__ import annotations

import http.client
import logging
import re
import socket
from collections.abc import Callable
from typing import Any
from urllib.error import URLError

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from ovro_alert.errors import NeverToldError, TellLaterError

log = logging.getLogger(__name__)

SLACK_URL = "https://slack.com/api/"
TIMEOUT_S = 10
RETRY_AFTER_S = (1.0, 3600.0)

PASSING = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org"})
"""Refusals that Slack itself calls passing; the message may be there all the same."""

RATE_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})

REMEDIES = {
    "channel_not_found": "no channel of that name or id is visible to the bot: check slack.channel",
    "not_in_channel": "invite the bot into the channel",
    "is_archived": "the channel is archived: set another slack.channel",
    "invalid_auth": "Slack does not know the token: check slack.token",
    "not_authed": "no token: check slack.token",
    "account_inactive": "the bot's account is switched off: make a new token",
    "token_revoked": "the token was revoked: make a new one",
    "token_expired": "the token ran out: make a new one",
    "missing_scope": "the token lacks the scope chat:write",
    "msg_too_long": "the message is too long for Slack",
    "no_text": "the message is empty",
}


def web_client(token: str, base_url: str = SLACK_URL, timeout_s: int = TIMEOUT_S) -> WebClient:
    """Return a client that tries once.

    The library's own retries would post twice after a reset, and sleep where we must not. It takes a proxy from the
    environment, for a server on loopback too unless NO_PROXY names it.
    """
    return WebClient(token=token, base_url=base_url, timeout=timeout_s, retry_handlers=[], logger=_quiet_logger())


def _quiet_logger() -> logging.Logger:
    # the library logs each failure as an error of its own; ours say what is done about it
    logger = logging.getLogger(f"{__name__}.client")
    logger.setLevel(logging.CRITICAL)
    return logger


def call(ask: Callable[[], SlackResponse]) -> dict[str, Any]:
    """Ask Slack once; returns what it answered, or raises what to do next."""
    try:
        data = ask().data
    except SlackApiError as error:
        raise _refusal(error.response) from None
    except SlackClientError as error:
        message = f"slack_sdk will not send it: {error}"
        raise NeverToldError(message) from None
    except (OSError, http.client.HTTPException) as error:
        raise _away(error) from None
    except (ValueError, LookupError, AttributeError, TypeError) as error:
        message = f"Slack's answer cannot be read ({type(error).__name__})"
        raise TellLaterError(message, unclear=True) from None
    if not isinstance(data, dict):
        message = "Slack's answer is no JSON object"
        raise TellLaterError(message, unclear=True)
    return data


def _refusal(response: SlackResponse) -> TellLaterError | NeverToldError:
    data = response.data if isinstance(response.data, dict) else {}
    error = str(data.get("error") or "no reason given")
    if response.status_code == http.HTTPStatus.TOO_MANY_REQUESTS or error in RATE_LIMITED:
        after_s = _retry_after_s(response.headers)
        return TellLaterError(f"Slack asks to wait {after_s:g} s (too many messages)", after_s=after_s)
    if not re.fullmatch(r"[a-z0-9_]{1,60}", error):
        return TellLaterError(f"Slack answered {response.status_code}, not in JSON", unclear=True)
    if response.status_code >= http.HTTPStatus.INTERNAL_SERVER_ERROR or error in PASSING:
        return TellLaterError(f"Slack answered {response.status_code} {error}", unclear=True)
    return RefusedError(error)


class RefusedError(NeverToldError):
    """Slack's own word for it, and what a person can do."""

    def __init__(self, word: str) -> None:
        remedy = REMEDIES.get(word)
        super().__init__(f"Slack refuses: {word}" + (f" ({remedy})" if remedy else ""))
        self.word = word


def _retry_after_s(headers: dict[str, Any]) -> float:
    given = {name.lower(): value for name, value in headers.items()}.get("retry-after")
    if isinstance(given, list):
        given = given[0] if given else None
    try:
        after_s = float(str(given))
    except ValueError:
        return 30.0
    low, high = RETRY_AFTER_S
    return min(max(after_s, low), high) if after_s == after_s else 30.0  # noqa: PLR0124 - not NaN


def _away(error: OSError | http.client.HTTPException) -> TellLaterError:
    reason = error.reason if isinstance(error, URLError) else error
    never_there = isinstance(reason, (ConnectionRefusedError, socket.gaierror))
    return TellLaterError(f"Slack cannot be reached: {reason or type(error).__name__}", unclear=not never_there)
