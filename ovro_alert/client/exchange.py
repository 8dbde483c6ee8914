"""One question to the relay and one whole answer, within a size and a time, or RelayAwayError.

Proxies and netrc of the environment are not used and redirects are not followed: the key goes to the relay alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import NamedTuple

import requests
import urllib3

from ovro_alert.errors import RelayAwayError
from ovro_alert.times import Clock

CONNECT_S = 3.0
READ_S = 10.0
WHOLE_S = 30.0
"""Time for a connection, for the first word, and for the rest of an answer once it has begun."""

ANSWER_LIMIT_BYTES = 16 * 1024 * 1024
PIECE_BYTES = 64 * 1024


class Answer(NamedTuple):
    """What came back, whole; `asked` is the question, for the words of an error."""

    asked: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class Question(NamedTuple):
    """What is asked; `read_s` is how long the relay may think."""

    method: str
    path: str
    params: Mapping[str, str | int | float] = {}
    body: bytes | None = None
    headers: Mapping[str, str] = {}
    read_s: float = READ_S

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Exchange:
    """The way to one relay; each thread has its own connection."""

    def __init__(self, url: str, find_key: Callable[[], str | None], clock: Clock) -> None:
        self.url = url.rstrip("/")
        self._find_key = find_key
        self._key: str | None = None
        self._clock = clock
        self._of_thread = threading.local()

    def ask(self, question: Question) -> Answer:
        """Ask; after a 401 look the key up again (the relay may write it later) and ask once more if it is another."""
        key = self._key = self._key or self._find_key()
        answer = self._once(question, key)
        if answer.status == 401:
            self._key = self._find_key()
            if self._key is not None and self._key != key:
                return self._once(question, self._key)
        return answer

    def _once(self, question: Question, key: str | None) -> Answer:
        try:
            with self._session().request(
                question.method,
                self.url + question.path,
                params=dict(question.params),
                data=question.body,
                headers={**question.headers, **authorization(key)},
                timeout=(CONNECT_S, question.read_s),
                allow_redirects=False,
                stream=True,
            ) as response:
                body = self._read(response, question)
                return Answer(str(question), response.status_code, response.headers, body)
        except (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError, ValueError) as error:
            message = f"{question} at {self.url}: {in_words(error)}"
            raise RelayAwayError(message) from error

    def _read(self, response: requests.Response, question: Question) -> bytes:
        if response.headers.get("Content-Encoding", "identity") != "identity":
            message = f"{question} at {self.url}: a compressed answer that nobody asked for"
            raise RelayAwayError(message)
        pieces, size, until = [], 0, self._clock.monotonic() + WHOLE_S
        while piece := response.raw.read1(PIECE_BYTES, decode_content=False):
            pieces.append(piece)
            size += len(piece)
            if size > ANSWER_LIMIT_BYTES or self._clock.monotonic() > until:
                message = f"{question} at {self.url}: an answer without end, given up after {size} bytes"
                raise RelayAwayError(message)
        return b"".join(pieces)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._of_thread, "session", None)
        if session is None:
            session = self._of_thread.session = requests.Session()
            session.trust_env = False
            session.headers["Accept-Encoding"] = "identity"
        return session


def authorization(key: str | None) -> dict[str, str]:
    """Return the header that carries the key; one that cannot be in a header must not reach an error's text."""
    if key is None:
        return {}
    if not (key.isascii() and key.isprintable() and " " not in key):
        message = "the key for the relay has blanks or characters that no key has: look at RELAY_KEY or relay.key"
        raise RelayAwayError(message)
    return {"Authorization": f"Bearer {key}"}


def in_words(error: Exception) -> str:
    """Say of a failed exchange what a person wants to know first."""
    if isinstance(error, requests.ConnectTimeout):
        return f"no connection within {CONNECT_S:g} s"
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return "no answer in time"
    if isinstance(error, requests.ConnectionError) and "refused" in str(error):
        return "nobody listens there"
    return f"{type(error).__name__}: {error}"[:300]
