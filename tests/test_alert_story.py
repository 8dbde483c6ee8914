"""One alert is shown with how it came, what was thought of it, and what came of its event."""

from __future__ import annotations

from datetime import timedelta

from ovro_alert.commands import CommandDraft
from ovro_alert.messages import MessageDraft
from ovro_alert.relay.commanding import making
from ovro_alert.relay.journal import messages, notices, verdicts
from ovro_alert.relay.journal.notices import Arrived
from ovro_alert.verdicts import Gate, Judgement
from tests.clocks import NOON
from tests.entries import alert, enter, written

EVENT = "chime:217097677"


def came(relay, alert_id, *, path, after_s, body=b"<x/>"):
    """Have a notice of an alert come `after_s` after noon by that path."""
    arrived = Arrived("chime", body, "application/xml", NOON + timedelta(seconds=after_s), path)

    def keep(txn):
        kept = notices.keep(txn, arrived)
        notices.settle(txn, kept.id, "read", None, alert_id)

    written(relay, keep)


def test_an_alert_with_all_that_came_of_it(relay_of_module):
    relay = relay_of_module
    [kept] = enter(relay, alert(EVENT, time=NOON, ra_deg=95.9, dec_deg=83.8))
    relay.hand.turn(30)
    came(relay, kept.id, path="comet", after_s=12.5)
    came(relay, kept.id, path="hop", after_s=20)
    came(relay, kept.id, path="gcn-kafka", after_s=29, body=b"{}")
    gate = Gate(gate="C4", value=0.99, limit=0.9, unit="", result="pass", says="important")
    judgement = Judgement(scenario="chime_repeater", answer="command", summary="beam for 300 s", gates=(gate,))
    draft = CommandDraft(
        telescope="lwa",
        action="beam",
        args={"ra_deg": 95.9, "dec_deg": 83.8, "duration_s": 300},
        deadline=NOON + timedelta(seconds=60),
        reason="a burst",
        event=EVENT,
        scenario="chime_repeater",
    )

    def decide(txn):
        command = making.make(txn, draft, by="relay", role="test", alert_id=kept.id)
        verdicts.add(txn, judgement, kept.id, 1, (command.id,))
        messages.add(txn, MessageDraft(subject="verdict", level="quiet", event=EVENT, alert=kept.id))

    written(relay, decide)
    story = relay.http.get(f"/alerts/{kept.id}").json()
    assert (story["id"], story["event"], story["time"]) == (kept.id, EVENT, "2026-11-20T12:00:00.000Z")
    assert [(one["path"], one["latency_s"], one["state"]) for one in story["notices"]] == [
        ("comet", 12.5, "read"),
        ("gcn-kafka", 29.0, "read"),
    ]
    assert story["notices"][0]["arrivals"][1] == {
        "path": "hop",
        "received": "2026-11-20T12:00:20.000Z",
        "kept": "2026-11-20T12:00:30.000Z",
        "latency_s": 20.0,
        "kept_after_s": 10.0,
    }
    assert story["verdicts"][0]["gates"][0]["says"] == "important"
    assert [one["left_s"] for one in story["commands"]] == [30.0]
    assert story["verdicts"][0]["commands"] == [story["commands"][0]["id"]]
    assert [one["event"] for one in story["messages"]] == [EVENT]


def test_an_alert_without_a_time_has_no_latency(relay_of_module):
    [kept] = enter(relay_of_module, alert("chime:2", time=None))
    came(relay_of_module, kept.id, path="comet", after_s=1, body=b"<y/>")
    story = relay_of_module.http.get(f"/alerts/{kept.id}").json()
    assert story["notices"][0]["latency_s"] is None
    assert story["commands"] == []
