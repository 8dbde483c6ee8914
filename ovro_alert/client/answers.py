"""What an answer of the relay means: a value, or the error whose class says what to do next."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import TypeAdapter

from ovro_alert import errors
from ovro_alert.client.exchange import Answer
from ovro_alert.errors import AlertError, RelayAwayError, RelayRefusedError

T = TypeVar("T")

SAID_LIMIT = 500
SUCCESS = frozenset({200, 201, 202, 204})
REFUSED = frozenset({413, 415, 422})
"""What a sender must not send again; any other failure passes, or is mended by a person, and is tried again."""

OF_COMMANDS: dict[int, type[AlertError]] = {
    404: errors.NotFoundError,
    409: errors.ConflictError,
    410: errors.TooLateError,
}
OF_PEOPLE: dict[int, type[AlertError]] = OF_COMMANDS | {
    400: errors.UnprocessableError,
    401: errors.MissingKeyError,
    403: errors.WrongScopeError,
    405: errors.NotFoundError,
    413: errors.TooLargeError,
    415: errors.UnprocessableError,
    422: errors.UnprocessableError,
    503: errors.UnavailableError,
    507: errors.JournalFullError,
}
ANYTHING = TypeAdapter[Any](Any)


def for_senders(answer: Answer) -> Answer:
    """Pass a success on; refused for good, or away."""
    if answer.status in SUCCESS:
        return answer
    kind = RelayRefusedError if answer.status in REFUSED else RelayAwayError
    raise kind(said(answer))


def for_clients(answer: Answer) -> Answer:
    """As for senders; and somebody else has the command, or it is too late, or there is none, or this may not move."""
    kind = OF_COMMANDS.get(answer.status)
    if answer.status == 403 and problem(answer).get("code") == errors.WrongMovesError.code:
        kind = errors.WrongMovesError
    if kind is not None:
        raise kind(said(answer))
    return for_senders(answer)


def for_people(answer: Answer) -> Answer:
    """Pass a success on; else the relay's own error, with its words."""
    if answer.status in SUCCESS:
        return answer
    kind = OF_PEOPLE.get(answer.status, RelayAwayError)
    if answer.status == 403 and problem(answer).get("code") == errors.WrongMovesError.code:
        kind = errors.WrongMovesError
    raise kind(said(answer))


def value(form: TypeAdapter[T], answer: Answer) -> T:
    """Read the JSON of a success; anything else is not our relay's answer."""
    try:
        return form.validate_json(answer.body)
    except ValueError as error:
        first = str(error).replace("\n", " ")[:200]
        message = f"{answer.asked}: {answer.status}, but not an answer of the relay: {first}"
        raise RelayAwayError(message) from error


def anything(answer: Answer) -> Any:  # noqa: ANN401 - any JSON
    """Read whatever JSON is there; None where there is nothing."""
    return value(ANYTHING, answer) if answer.body else None


def problem(answer: Answer) -> dict[str, Any]:
    """Return the problem document, empty if there is none."""
    try:
        document = ANYTHING.validate_json(answer.body)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def said(answer: Answer) -> str:
    """Say what was asked and what the relay said to it, in its own words where it has any."""
    document = problem(answer)
    words = document.get("detail") or document.get("title")
    if not isinstance(words, str):
        words = "a redirect, which is not followed: is RELAY_URL right?" if answer.status // 100 == 3 else ""
    return f"{answer.asked}: {answer.status} {words[:SAID_LIMIT]}".strip()
