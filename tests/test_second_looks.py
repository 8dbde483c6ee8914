"""A scenario may want to look at an alert a second time: once, at its moment, unless something came before."""

from __future__ import annotations

from functools import partial

import pytest

from ovro_alert.commands import CommandDraft
from ovro_alert.errors import OvertakenError
from ovro_alert.relay import deciding
from ovro_alert.relay.journal import alerts, commands, messages, notices, second_looks, verdicts
from ovro_alert.relay.journal.gathering import newest_ground
from ovro_alert.relay.journal.notices import Arrived
from ovro_alert.relay.journal.scratch import Scratch
from ovro_alert.relay.judge_process import JudgeProcess
from ovro_alert.times import seconds
from ovro_alert.verdicts import Decision, JudgedAgain, Judgement, SecondLook
from tests.clocks import NOON
from tests.notices import chime_alert, chime_voevent
from tests.relay import relay_on, wait_for

LATER = NOON + seconds(900)
WANTS = SecondLook(at=LATER, facts={"dec_deg": 55.4})


@pytest.fixture
def scratch():
    journal = Scratch()
    yield journal
    journal.close()


def judgement(**changes):
    return Judgement(**{"scenario": "codetection", "answer": "nothing", "summary": "alone so far"} | changes)


def notice(scratch, number=1):
    arrived = Arrived("chime", str(number).encode(), "application/xml", NOON, "comet")
    return scratch.do(NOON, partial(notices.keep, arrived=arrived))[0].id


def settle(scratch, decision, now=NOON):
    settling = deciding.settle if decision.look is None else deciding.settle_look
    return scratch.do(now, partial(settling, decision=decision, role="test"))[1]


def decided(scratch, *judgements, number=1, **changes):
    """Write one decision on a new notice; the alert is one of CHIME's."""
    fields = {"state": "read", "alert": chime_alert(time=NOON, event=f"chime:{number}"), "judgements": judgements}
    settle(scratch, Decision(notice=notice(scratch, number), **(fields | changes)))


def due(scratch, now=LATER):
    return second_looks.due(scratch.connection, now)


def test_a_second_look_is_due_at_its_moment_and_keeps_what_the_first_one_knew(scratch):
    decided(scratch, judgement(again=WANTS))
    assert due(scratch, LATER - seconds(0.001)) == []
    (number,) = due(scratch)
    look = second_looks.find_open(scratch.connection, number)
    assert (look.scenario, look.alert_id, look.facts) == ("codetection", 1, {"dec_deg": 55.4})


def test_what_came_of_a_second_look_is_written_once_with_its_verdict_and_message(scratch):
    decided(scratch, judgement(again=WANTS))
    (number,) = due(scratch)
    seen = judgement(answer="message", summary="saw nothing", level="quiet")
    decision = Decision(notice=1, state="read", alert_id=1, judgements=(seen,), look=number)
    settle(scratch, decision, LATER)
    settle(scratch, decision, LATER)
    summaries = [one.summary for one in verdicts.of_alert(scratch.connection, 1)]
    assert summaries == ["alone so far", "saw nothing"]
    assert due(scratch) == []
    assert messages.told_of(scratch.connection, "chime:1") == {}


def test_a_newer_judgement_of_the_same_alert_takes_the_place_of_its_look(scratch):
    """The burst turns out to be the other telescope's too: nobody asks again whether it saw nothing."""
    decided(scratch, judgement(again=WANTS))
    joined = JudgedAgain(alert=1, judgements=(judgement(summary="co-detected"),))
    decided(scratch, judgement(joins=("chime:1",)), number=2, others=(joined,))
    assert due(scratch) == []
    assert [one.summary for one in verdicts.of_alert(scratch.connection, 1)] == ["alone so far", "co-detected"]


def test_a_judgement_of_another_scenario_leaves_the_look_alone(scratch):
    decided(scratch, judgement(again=WANTS))
    joined = JudgedAgain(alert=1, judgements=(judgement(scenario="chime_repeater"),))
    decided(scratch, judgement(), number=2, others=(joined,))
    assert len(due(scratch)) == 1


def test_what_is_history_wants_no_second_look(scratch):
    arrived = Arrived("chime", b"old", "application/xml", NOON, None, history=True)
    old = scratch.do(NOON, partial(notices.keep, arrived=arrived))[0].id
    alert = chime_alert(time=NOON)
    settle(scratch, Decision(notice=old, state="read", alert=alert, judgements=(judgement(again=WANTS),), history=True))
    assert due(scratch) == []


def draft(**changes):
    fields = {"telescope": "lwa", "action": "test", "args": {}, "deadline": LATER, "reason": "r", "event": "chime:1"}
    return CommandDraft(**fields | {"scenario": "chime_repeater"} | changes)


def test_a_command_for_another_event_belongs_to_that_event_and_its_alert(scratch):
    decided(scratch, judgement())
    acts = judgement(scenario="chime_repeater", answer="command", commands=(draft(),))
    ground = newest_ground(scratch.connection)
    decided(scratch, judgement(), number=2, others=(JudgedAgain(alert=1, judgements=(acts,)),), as_of=ground)
    (command,) = commands.of_event(scratch.connection, "chime:1")
    assert command.alert == 1
    assert alerts.find(scratch.connection, 2).event == "chime:2"


def test_a_decision_that_acts_on_another_event_alone_stands_on_what_is_still_true(scratch):
    decided(scratch, judgement(answer="command", commands=(draft(),)))
    acts = judgement(scenario="chime_repeater", answer="command", commands=(draft(turn=2),))
    with pytest.raises(OvertakenError):
        decided(scratch, judgement(), number=2, others=(JudgedAgain(alert=1, judgements=(acts,)),), as_of=0)


# ── at the relay ──


@pytest.fixture
def looks(monkeypatch):
    """Have the judge want one second look at each alert, and note what is asked of it."""
    real, asked = JudgeProcess.decide, []

    async def decide(judge, order):
        if order.look:
            asked.append(order)
            seen = judgement(answer="message", summary="saw nothing", level="quiet")
            return Decision(notice=1, state="read", alert_id=1, judgements=(seen,), look=order.look)
        decision = await real(judge, order)
        return decision.model_copy(update={"judgements": (judgement(again=WANTS),)})

    monkeypatch.setattr(JudgeProcess, "decide", decide)
    return asked


def summaries(relay):
    return [one["summary"] for one in relay.http.get("/alerts/1").json()["verdicts"]]


def test_the_relay_looks_again_by_its_own_clock(relay, looks):
    relay.settled(relay.push(chime_voevent(time=NOON)).json()["id"])
    relay.hand.turn(899)
    assert looks == []
    wait_for(lambda: relay.hand.turn(1) and summaries(relay)[1:] == ["saw nothing"], "the second look")
    assert len(looks) == 1


def test_a_moment_that_passed_while_the_relay_was_away_is_made_up_for(tmp_path, looks):
    with relay_on(tmp_path / "home") as relay:
        relay.settled(relay.push(chime_voevent(time=NOON)).json()["id"])
        clock = relay.hand
    clock.turn(3600)
    with relay_on(tmp_path / "home", clock) as relay:
        wait_for(lambda: summaries(relay)[1:] == ["saw nothing"], "the second look")
    assert len(looks) == 1


def test_a_second_look_over_which_the_judge_breaks_is_told_and_not_tried_for_ever(relay, looks, monkeypatch):
    async def broken(_judge, _order):
        raise RuntimeError("no")

    relay.settled(relay.push(chime_voevent(time=NOON)).json()["id"])
    monkeypatch.setattr(JudgeProcess, "decide", broken)
    wait_for(lambda: relay.hand.turn(900) and len(relay.http.get("/messages").json()) > 0, "the message")
    (told,) = relay.http.get("/messages").json()
    assert (told["level"], told["facts"]["about"]) == ("loud", "second look 1")
    assert relay.app.relay.judging.matters.next is None
