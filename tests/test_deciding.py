"""The world may move between the judge's look and the relay's commit: a decision stands on what is still true."""

from __future__ import annotations

from datetime import timedelta

from ovro_alert.commands import Claim, CommandDraft, Report
from ovro_alert.relay.commanding import claiming, making, reporting
from ovro_alert.relay.journal import notices, switches
from ovro_alert.relay.journal.notices import Arrived
from ovro_alert.relay.judge_process import JudgeProcess
from ovro_alert.statuses import NewSwitch
from ovro_alert.times import iso
from tests.clocks import NOON
from tests.notices import chime_voevent


def between(relay, monkeypatch, change):
    """Let something happen once, after the judge has decided and before the relay writes it."""
    real, happened = JudgeProcess.decide, []

    async def decide(judge, order):
        decision = await real(judge, order)
        if not happened and decision is not None and decision.judgements:
            happened.append(True)
            await change(relay.app.relay)
        return decision

    monkeypatch.setattr(JudgeProcess, "decide", decide)
    return happened


def story(relay, event):
    (alert,) = relay.http.get("/alerts", params={"event": event}).json()
    told = relay.http.get(f"/alerts/{alert['id']}").json()
    return told | {"verdicts": [one for one in told["verdicts"] if one["scenario"] == "chime_repeater"]}


def test_a_switch_thrown_between_look_and_commit_is_heeded(relay, monkeypatch):
    """A person says message-only while the judge thinks: the telescope is not moved."""

    async def throw(running):
        new = NewSwitch(state="message-only", why="people on the dish")
        await running.journal.write(lambda txn: switches.put(txn, "lwa", new, "admin"))

    happened = between(relay, monkeypatch, throw)
    relay.settled(relay.push(chime_voevent(time=NOON)).json()["id"])
    told = story(relay, "chime:300000001")
    assert happened
    assert [verdict["answer"] for verdict in told["verdicts"]] == ["message"]
    assert told["commands"] == []


def test_a_command_that_begins_between_look_and_commit_is_not_replaced(relay, monkeypatch):
    """A better position arrives while the first beam goes from waiting to acting: one beam, and people are told."""
    wide = {"ra_error_deg": 0.9, "dec_error_deg": 0.9, "source": "FRB 20990101A", "association_probability": 0.99}
    relay.settled(relay.push(chime_voevent(time=NOON, **wide)).json()["id"])
    (waiting,) = relay.http.get("/lwa/commands?state=open").json()

    async def act(running):
        claim = Claim(client="lwa@test", moves="simulator")
        claimed = await running.journal.write(lambda txn: claiming.claim(txn, waiting["id"], claim, "rehearsal"))
        report = Report(fence=claimed.fence, state="acting", until=NOON + timedelta(seconds=600))
        await running.journal.write(lambda txn: reporting.report(txn, waiting["id"], report))

    happened = between(relay, monkeypatch, act)
    better = wide | {"ra_error_deg": 0.1, "dec_error_deg": 0.1, "dec_deg": 84.6, "kind": "detection"}
    relay.settled(relay.push(chime_voevent(time=NOON, **better)).json()["id"])
    assert happened
    commands = relay.http.get("/lwa/commands").json()
    assert [(command["id"], command["state"]) for command in commands] == [(waiting["id"], "acting")]


def test_a_retraction_that_is_a_test_takes_back_no_real_burst(relay):
    """Before it or after it: the beam is made, and the alert is not marked."""
    for number, order in ((1, ("test", "real")), (2, ("real", "test"))):
        changes = {"event": f"chime:{number}", "source": "60792403", "ra_deg": 95.0 + 60 * number}
        bodies = {
            "test": chime_voevent(time=None, event=changes["event"], kind="retraction", role="test"),
            "real": chime_voevent(time=NOON, **changes),
        }
        for which in order:
            relay.settled(relay.push(bodies[which]).json()["id"])
        alerts = relay.http.get("/alerts", params={"event": changes["event"], "role": "real"}).json()
        assert [alert["retracted"] for alert in alerts] == [False]
        told = relay.http.get(f"/alerts/{alerts[0]['id']}").json()
        assert [(one["action"], one["state"]) for one in told["commands"]] == [("beam", "pending")]
        relay.http.post(f"/commands/{told['commands'][0]['id']}/cancel", json={"note": "for the next"})


def test_what_comes_by_itself_while_it_is_judged_as_history_is_judged_again_as_of_now(relay, monkeypatch):
    """The judge has looked at an archive's notice; the same bytes come before its decision is written."""
    body = chime_voevent(time=NOON)

    async def come(running):
        await running.journal.write(lambda txn: notices.keep(txn, Arrived("chime", body, "text/xml")))

    relay.hand.turn(30)
    happened = between(relay, monkeypatch, come)
    relay.settled(relay.push(body, history="true", received=iso(NOON + timedelta(seconds=13))).json()["id"])
    (verdict,) = story(relay, "chime:300000001")["verdicts"]
    assert happened
    assert (verdict["answer"], verdict["figures"]["age_s"]) == ("command", 30.0)
    assert [command["state"] for command in relay.http.get("/lwa/commands").json()] == ["pending"]


def test_a_flood_of_changes_delays_a_decision_but_does_not_hold_it_up(relay, monkeypatch):
    """Something changes each time that the judge has looked: after some tries the decision is written all the same."""
    real = JudgeProcess.decide

    async def decide(judge, order):
        decision = await real(judge, order)
        running = relay.app.relay
        deadline = iso(NOON + timedelta(seconds=60))
        draft = CommandDraft(telescope="sprite", action="test", args={}, deadline=deadline, reason="flood")
        await running.journal.write(lambda txn: making.make(txn, draft, by="x", role="test", alert_id=None))
        return decision

    monkeypatch.setattr(JudgeProcess, "decide", decide)
    relay.settled(relay.push(chime_voevent(time=NOON)).json()["id"])
    assert [verdict["answer"] for verdict in story(relay, "chime:300000001")["verdicts"]] == ["command"]
