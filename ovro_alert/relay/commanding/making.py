"""Making a command: by a scenario, by a person or program with a key, or on a seed path."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import ValidationError

from ovro_alert.actions import TELESCOPES, Action
from ovro_alert.commands import Command, CommandDraft, NewCommand
from ovro_alert.errors import NotFoundError, UnprocessableError
from ovro_alert.relay.commanding.announcing import tell
from ovro_alert.relay.commanding.steps import publish
from ovro_alert.relay.journal import commands, history, requests
from ovro_alert.relay.journal.history import Line
from ovro_alert.relay.journal.requests import Request
from ovro_alert.relay.journal.writer import Txn
from ovro_alert.times import parse_utc

FARTHEST = timedelta(days=60)
MOMENTS = frozenset({"start", "stop", "until", "time"})
CommandRole = Literal["observation", "test"]


def make(
    txn: Txn,
    draft: CommandDraft,
    *,
    by: str,
    role: CommandRole,
    alert_id: int | None,
    proposal: bool = False,
    line: Line | None = None,
) -> Command | None:
    """Make a command; None when this scenario has made it for this event before.

    Parameters
    ----------
    txn
        The transaction in which it becomes true.
    draft
        What is wanted of which telescope.
    by
        The name of the key, or `relay`.
    role
        What the client passes on to what it sends; a drill is always a test.
    alert_id
        The alert that it comes from.
    proposal
        A person must agree first, also where the action alone would not need it.
    line
        The first line of its history; left out, the reason of the draft.
    """
    action = action_of(draft.telescope, draft.action)
    proposed = action.approval or proposal
    held = commands.add(
        txn,
        **draft.model_dump(exclude={"args"}),
        args=checked(action, draft),
        role="test" if draft.action == "test" else role,
        state="proposed" if proposed else "pending",
        visible=None if proposed else visible_from(txn, draft.telescope),
        by=by,
        alert_id=alert_id,
    )
    if held is None:
        return None
    command, line = held.command, line or Line(by, draft.reason)
    publish(txn, command)
    history.add(txn, command.id, command.state, line)
    if proposed and command.scenario is None:  # a scenario's proposal is told with its verdict
        tell(txn, command, "loud", line)
    return command


def ask(txn: Txn, telescope: str, new: NewCommand, role: CommandRole, request: Request) -> tuple[Command, bool]:
    """Make a command that somebody asked for, or find the one that the same request made; say whether it is new."""
    if request.word and (answered := requests.recall(txn.connection, request)) is not None:
        if answered.sha256 != request.sha256:
            raise UnprocessableError(
                f"the Idempotency-Key {request.word!r} made command {answered.command_id} from another body; "
                "take a new key for a new command"
            )
        return commands.find(txn.connection, answered.command_id), False
    if new.deadline <= txn.now:
        raise UnprocessableError(f"deadline: {new.deadline.isoformat()} is not in the future")
    reachable(txn.now, "deadline", new.deadline)
    for name in MOMENTS & new.args.keys():
        if isinstance(new.args[name], str):
            reachable(txn.now, f"args.{name}", new.args[name])
    draft = CommandDraft(telescope=telescope, **dict(new))
    command = make(txn, draft, by=request.key_name, role=role, alert_id=None)
    assert command is not None  # noqa: S101 - for the type checker; only what a scenario makes can exist already
    if request.word:
        requests.remember(txn, request, command.id)
    return command, True


def reachable(now: datetime, name: str, moment: datetime | str) -> None:
    """Refuse a moment so far away that its year must be a mistake: it would hold a telescope for as long."""
    try:
        away = abs(parse_utc(moment) - now)
    except ValueError:
        return  # its model says better what is wrong with it
    if away > FARTHEST:
        raise UnprocessableError(f"{name}: {moment} is more than {FARTHEST.days} days away; is its year right?")


def action_of(telescope: str, action: str) -> Action:
    """Return what is known of an action; both names must be known."""
    if telescope not in TELESCOPES:
        raise NotFoundError(f"no telescope is called {telescope!r}; there are {', '.join(TELESCOPES)}")
    actions = TELESCOPES[telescope].actions
    if action not in actions:
        raise UnprocessableError(f"action: {telescope} knows no {action!r}; it knows {', '.join(actions)}")
    return actions[action]


def checked(action: Action, draft: CommandDraft) -> dict[str, object]:
    """Return arguments as they were given, in the form of the wire, once their model has accepted them."""
    try:
        args = action.args.model_validate(draft.args)
    except ValidationError as error:
        wrong = "; ".join(f"args.{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5])
        raise UnprocessableError(wrong) from None
    return args.model_dump(mode="json", exclude_unset=True)


def visible_from(txn: Txn, telescope: str) -> datetime:
    """Return the moment at which something becomes visible: unique and growing, whatever the clock does."""
    newest = commands.newest_visible(txn.connection, telescope)
    return txn.now if newest is None else max(txn.now, newest + timedelta(microseconds=1))
