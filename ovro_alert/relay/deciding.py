"""The second commit of a notice's life: alert, verdicts, commands, messages and the notice's state, together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from ovro_alert.alerts import KeptAlert
from ovro_alert.commands import Command
from ovro_alert.errors import OvertakenError
from ovro_alert.messages import Level, MessageDraft
from ovro_alert.relay.commanding import ending, making
from ovro_alert.relay.journal import alerts, gathering, messages, notices, second_looks, verdicts
from ovro_alert.relay.journal.writer import Txn
from ovro_alert.verdicts import Decision, Judgement

CommandRole = Literal["observation", "test"]
BY = "relay"
LOUDNESS: tuple[Level, ...] = ("quiet", "normal", "loud")


def settle(txn: Txn, decision: Decision, role: CommandRole) -> None:
    """Write a decision. A notice that is history is judged all the same, but commands nothing and tells nobody.

    Raises
    ------
    OvertakenError
        A command or a switch has changed since the judge looked, and this decision would act; or it judged as history
        what has come by itself since. It must look again.
    """
    state, history, ground = gathering.standing(txn.connection, decision.notice)
    if state != "kept":
        return  # decided before: a decision is written once
    if not history and (decision.history or (_acts(decision) and ground > decision.as_of)):
        raise OvertakenError
    alert_id = decision.alert_id
    if decision.alert is not None and decision.changed:
        alert = _keep(txn, decision)
        alert_id = alert.id
        for whose, judgement in _all_judged(txn, decision, alert):
            _follow(txn, judgement, whose, decision.notice, role, acts=not history)
            # nobody can have wished to look again at what is new
            if not history and (judgement.again is not None or whose.id == decision.alert_id or whose.id != alert_id):
                second_looks.replace(txn, whose.id, decision.notice, judgement.scenario, judgement.again)
    if not history:
        for draft in decision.messages:
            messages.add(txn, draft)
    notices.settle(txn, decision.notice, decision.state, decision.why, alert_id)


def settle_look(txn: Txn, decision: Decision, role: CommandRole) -> None:
    """Write what came of a second look, once; OvertakenError as in `settle`."""
    look = second_looks.find_open(txn.connection, decision.look or 0)
    if look is None:
        return  # had before, or something came in between
    if _acts(decision) and gathering.newest_ground(txn.connection) > decision.as_of:
        raise OvertakenError
    second_looks.replace(txn, look.alert_id, look.notice_id, look.scenario, None)
    alert = alerts.find(txn.connection, look.alert_id)
    for judgement in decision.judgements:
        _follow(txn, judgement, alert, look.notice_id, role, acts=True)
        second_looks.replace(txn, alert.id, look.notice_id, judgement.scenario, judgement.again)
    for draft in decision.messages:
        messages.add(txn, draft.model_copy(update={"event": alert.event, "alert": alert.id}))


def _all_judged(txn: Txn, decision: Decision, alert: KeptAlert) -> Iterator[tuple[KeptAlert, Judgement]]:
    """Yield every judgement with the alert that it is of: this one first, then those that were judged again."""
    yield from ((alert, judgement) for judgement in _taken_back_once(decision.judgements))
    for other in decision.others:
        theirs = alerts.find(txn.connection, other.alert)
        yield from ((theirs, judgement) for judgement in other.judgements)


def _taken_back_once(judgements: tuple[Judgement, ...]) -> tuple[Judgement, ...]:
    """Let one scenario alone say that the event is retracted, the loudest: its words name every command there is."""
    saying = [one for one in judgements if one.subject == "retraction" and one.level is not None]
    if len(saying) < 2:
        return judgements
    speaker = max(saying, key=lambda one: (LOUDNESS.index(one.level or "quiet"), one.broadcast, len(one.commands)))
    broadcast = any(one.broadcast for one in saying)
    said = {id(one): one.model_copy(update={"level": None}) for one in saying}
    said[id(speaker)] = speaker.model_copy(update={"broadcast": broadcast})
    return tuple(said.get(id(one), one) for one in judgements)


def _acts(decision: Decision) -> bool:
    everything = (*decision.judgements, *(one for other in decision.others for one in other.judgements))
    return any(judgement.commands or judgement.withdrawals for judgement in everything)


def _keep(txn: Txn, decision: Decision) -> KeptAlert:
    alert = decision.alert
    assert alert is not None  # noqa: S101 - for the type checker; the caller has looked
    if alert.kind == "retraction":
        alerts.retract(txn, alert.event, alert.role)
        return alerts.put(txn, alert, decision.alert_id, retracted=True)
    if decision.retracted and alert.ivorn is not None:
        alerts.adopt(txn, alert.ivorn, alert.event)
    return alerts.put(txn, alert, decision.alert_id, retracted=decision.retracted)


def _follow(txn: Txn, judgement: Judgement, alert: KeptAlert, notice_id: int, role: CommandRole, *, acts: bool) -> None:
    """Write one judgement and all that it asks for."""
    made: list[Command] = []
    if acts:
        for withdrawal in judgement.withdrawals:
            if not withdrawal.told_only:
                ending.withdraw(txn, withdrawal.command, BY, withdrawal.why, stop=withdrawal.stop)
        proposal = judgement.answer == "proposal"
        drafts = judgement.commands
        tried = [making.make(txn, one, by=BY, role=role, alert_id=alert.id, proposal=proposal) for one in drafts]
        made = [command for command in tried if command is not None]
    verdicts.add(txn, judgement, alert.id, notice_id, tuple(command.id for command in made))
    if acts and judgement.level is not None:
        messages.add(txn, _message(judgement, alert, notice_id, made))


def _message(judgement: Judgement, alert: KeptAlert, notice_id: int, made: list[Command]) -> MessageDraft:
    return MessageDraft(
        subject=judgement.subject,
        level=judgement.level or "quiet",
        event=alert.event,
        alert=alert.id,
        scenario=judgement.scenario,
        command=made[0].id if made else None,
        notice=notice_id,
        broadcast=judgement.broadcast,
    )
