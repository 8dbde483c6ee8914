"""What to do next, for each class of error that a person meets."""

from __future__ import annotations

from ovro_alert import errors
from ovro_alert.console.plain import plain
from ovro_alert.errors import AlertError

ADVICE: dict[type[AlertError], str] = {
    errors.RelayAwayError: "does the relay run there? --relay URL or RELAY_URL says where",
    errors.MissingKeyError: "set RELAY_KEY, or OVRO_ALERT_HOME to where the relay keeps relay.key",
    errors.WrongScopeError: "use a key with that scope; `ovro-alert keys list` shows who has which",
    errors.NotFoundError: "look for the right name with `ovro-alert commands`, `alerts` or `status`",
    errors.ConflictError: "look at it with `ovro-alert command ID`",
    errors.TooLateError: "nothing was begun by this; look at it with `ovro-alert command ID`",
    errors.UnprocessableError: "mend that and send it again",
    errors.UnavailableError: "try again; if it stays so, look at `ovro-alert status`",
    errors.JournalFullError: "make room under OVRO_ALERT_HOME, then try again",
}


def in_one_line(error: AlertError) -> str:
    """Say what happened, to what, and what to do."""
    advice = ADVICE.get(type(error))
    words = plain(str(error)).rstrip(". ")
    return f"{words}; {advice}." if advice else f"{words}."
