"""The relay as its receivers, its telescope clients and the command line see it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote

from pydantic import BaseModel, TypeAdapter

from ovro_alert.client.answers import anything, for_clients, for_people, for_senders, value
from ovro_alert.client.exchange import READ_S, Answer, Exchange, Question
from ovro_alert.commands import Claim, ClaimedCommand, Command, Report
from ovro_alert.errors import RelayAwayError, UnprocessableError
from ovro_alert.nouns import Noun
from ovro_alert.statuses import Moves, StreamStatus, TelescopeStatus
from ovro_alert.times import Clock, iso_us

JSON_TYPE = {"Content-Type": "application/json"}


class Receipt(Noun):
    """The relay's word that a notice is on its disk; a duplicate is the same notice with one more arrival."""

    id: int
    seq: int | None = None
    state: str | None = None
    duplicate: bool = False


class Followed(NamedTuple):
    """Commands that changed, up to which journal number that is all, and when it was asked.

    `asked_at` is on the clock's monotonic count, from before the question left: each `left_s` is counted from it.
    """

    commands: tuple[Command, ...]
    seq: int
    asked_at: float


RECEIPT = TypeAdapter(Receipt)
COMMAND = TypeAdapter(Command)
CLAIMED = TypeAdapter(ClaimedCommand)
COMMANDS = TypeAdapter(tuple[Command, ...])


class RelayClient:
    """One relay. Several threads may use it; every call ends, in a value or an error of the tree.

    For senders and clients RelayAwayError means keep it and try again, RelayRefusedError never again.
    `claim` and `report` also raise ConflictError, TooLateError, NotFoundError and WrongMovesError;
    `get` and `send` what the relay's own error is.
    """

    def __init__(self, url: str, find_key: Callable[[], str | None], clock: Clock) -> None:
        self._relay = Exchange(url, find_key, clock)
        self._clock = clock

    @property
    def url(self) -> str:
        """Where the relay is asked."""
        return self._relay.url

    # ── receivers ──

    def push(
        self, stream: str, body: bytes, content_type: str, received: datetime, path: str, *, backlog: bool = False
    ) -> Receipt:
        """Hand in one notice; it is on the relay's disk when this returns. A backlog is judged after what is fresh."""
        params = {"received": iso_us(received), "path": path} | ({"backlog": "true"} if backlog else {})
        headers = {"Content-Type": content_type}
        question = Question("POST", f"/notices/{part(stream)}", params, body, headers)
        return value(RECEIPT, for_senders(self._relay.ask(question)))

    def tell_stream(self, stream: str, status: StreamStatus) -> None:
        """Say how a stream is."""
        for_senders(self._send("PUT", f"/streams/{part(stream)}/status", status))

    # ── telescope clients ──

    def open_commands(self, telescope: str) -> Followed:
        """Return all that is not final: how following begins."""
        return self._commands(telescope, {"state": "open"}, READ_S)

    def follow(self, telescope: str, since: int, wait_s: float = 50) -> Followed:
        """Return what changed after that journal number, at once or within `wait_s`; maybe nothing."""
        return self._commands(telescope, {"since": since, "wait": wait_s}, wait_s + READ_S)

    def claim(self, command_id: int, client: str, moves: Moves) -> ClaimedCommand:
        """Take a command, with the fence that its reports must carry."""
        claim = Claim(client=client, moves=moves)
        return value(CLAIMED, for_clients(self._send("POST", f"/commands/{int(command_id)}/claim", claim)))

    def report(self, command_id: int, report: Report) -> Command:
        """Say what came of a command; only after `acting` has returned may the telescope be told."""
        return value(COMMAND, for_clients(self._send("POST", f"/commands/{int(command_id)}/report", report)))

    def tell_telescope(self, telescope: str, status: TelescopeStatus) -> None:
        """Say how a telescope is."""
        for_senders(self._send("PUT", f"/{part(telescope)}/status", status))

    # ── people ──

    def get(self, path: str, **params: str | float) -> Any:  # noqa: ANN401 - any JSON
        """Return the JSON that is there."""
        return anything(for_people(self._relay.ask(Question("GET", path, params))))

    def get_bytes(self, path: str, **params: str | float) -> bytes:
        """Return what is there as it is: a notice as it was received, metrics."""
        return for_people(self._relay.ask(Question("GET", path, params))).body

    def send(self, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str] | None = None) -> Any:  # noqa: ANN401 - any JSON
        """Send JSON, return the JSON that is answered; None where there is none."""
        try:
            data = None if body is None else json.dumps(body, allow_nan=False).encode()
        except (TypeError, ValueError) as error:
            message = f"{method} {path}: this cannot be written as JSON: {error}"
            raise UnprocessableError(message) from error
        question = Question(method, path, body=data, headers={**JSON_TYPE, **(headers or {})})
        return anything(for_people(self._relay.ask(question)))

    def _commands(self, telescope: str, params: dict[str, str | int | float], read_s: float) -> Followed:
        asked_at = self._clock.monotonic()
        question = Question("GET", f"/{part(telescope)}/commands", params, read_s=read_s)
        answer = for_senders(self._relay.ask(question))
        commands = value(COMMANDS, answer)
        seq = answer.headers.get("Journal-Seq", "")
        if not re.fullmatch("[0-9]{1,18}", seq) or any(command.telescope != telescope for command in commands):
            message = f"{question}: not the relay's answer: Journal-Seq {seq[:40]!r}, {len(commands)} commands"
            raise RelayAwayError(message)
        return Followed(commands, int(seq), asked_at)

    def _send(self, method: str, path: str, noun: BaseModel) -> Answer:
        return self._relay.ask(Question(method, path, body=noun.model_dump_json().encode(), headers=JSON_TYPE))


def part(name: str) -> str:
    """Write a name as one part of a path."""
    return quote(name, safe="")
