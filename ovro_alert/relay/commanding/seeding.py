"""The seed paths: what old clients set and read. They act on every change, so what they see is unique and grows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field, model_validator

from ovro_alert.commands import Command, CommandDraft, State
from ovro_alert.errors import UnprocessableError
from ovro_alert.nouns import Noun
from ovro_alert.relay.commanding import making
from ovro_alert.relay.commanding.making import CommandRole, visible_from
from ovro_alert.relay.commanding.old_names import meaning
from ovro_alert.relay.journal import commands, discoveries, notices, requests
from ovro_alert.relay.journal.discoveries import Discovery
from ovro_alert.relay.journal.history import Line
from ovro_alert.relay.journal.notices import Arrived, Kept
from ovro_alert.relay.journal.requests import Request
from ovro_alert.relay.journal.writer import Txn
from ovro_alert.times import mjd, seconds

WITHDRAWN: frozenset[State] = frozenset({"declined", "expired", "cancelled"})


class Seed(Noun):
    """PUT /{telescope}: `command_mjd` is the sender's own, by which a repeat is known."""

    command: str = Field(max_length=40)
    command_mjd: float
    args: dict[str, Any] = {}
    instrument: str | None = Field(default=None, max_length=40)

    @model_validator(mode="before")
    @classmethod
    def _old_words(cls, body: object) -> object:
        if not isinstance(body, dict):
            return body
        body = {**body, "args": {} if body.get("args") is None else body["args"]}
        return {"command_mjd": body["mjd"], **body} if "mjd" in body else body

    def for_telescope(self, telescope: str) -> Seed:
        """Return it, unless it says that it is for another telescope."""
        if self.instrument is not None and self.instrument.lower() != telescope:
            raise UnprocessableError(f"instrument: {self.instrument!r:.80} was set on the path of {telescope}")
        return self


class Shown(Noun):
    """GET /{telescope}: the newest thing that became visible; `command` is null where it is no longer wanted."""

    read_mjd: float
    command: str | None = None
    command_mjd: float | None = None
    args: dict[str, Any] | None = None
    id: int | None = None
    state: State | None = None


def put(txn: Txn, telescope: str, seed: Seed, wait_s: float, role: CommandRole, request: Request) -> Command:
    """Make the command that an old client set; the same one again, if it was set before."""
    answered = requests.recall(txn.connection, request)
    if answered is not None:
        return commands.find(txn.connection, answered.command_id)
    action, args = meaning(telescope, seed.command, seed.args)
    draft = CommandDraft(
        telescope=telescope,
        action=action,
        args=args,
        deadline=txn.now + seconds(wait_s),
        reason=f"{seed.command} set on /{telescope} by {request.key_name}",
    )
    line = Line(request.key_name, draft.reason, {"command_mjd": seed.command_mjd, "args": seed.args})
    command = making.make(txn, draft, by=request.key_name, role=role, alert_id=None, line=line)
    assert command is not None  # noqa: S101 - for the type checker; only what a scenario makes can exist already
    requests.remember(txn, request, command.id)
    return command


def discover(txn: Txn, telescope: str, seed: Seed, body: bytes) -> Kept:
    """Keep what a telescope found as a notice, and show it as it was set; the same bytes again change nothing."""
    kept = notices.keep(txn, Arrived(telescope, body, "application/json", path="put"))
    if not kept.duplicate:
        visible = visible_from(txn, telescope)
        discoveries.add(txn, Discovery(telescope, seed.command, seed.args, visible, kept.id))
    return kept


def newest(command: Command | None, discovery: Discovery | None, now: datetime) -> Shown:
    """Return what old clients are shown; it never falls back to an older one, because they act on every change."""
    read_mjd = mjd(now)
    if command is None or command.visible is None or (discovery and discovery.visible > command.visible):
        if discovery is None:
            return Shown(read_mjd=read_mjd)
        moment = mjd(discovery.visible)
        return Shown(read_mjd=read_mjd, command=discovery.command, command_mjd=moment, args=discovery.args)
    command_mjd = mjd(command.visible)
    seen = command.seen_at(now)
    if seen.state in WITHDRAWN:
        return Shown(read_mjd=read_mjd, command_mjd=command_mjd, id=seen.id, state=seen.state)
    return Shown(
        read_mjd=read_mjd,
        command=seen.action,
        command_mjd=command_mjd,
        args=seen.args,
        id=seen.id,
        state=seen.state,
    )
