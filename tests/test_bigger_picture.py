"""The bigger picture of one event: both sides of a co-detection, what is known best and from where, what happened."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ovro_alert import sky
from ovro_alert.alerts import Alert
from ovro_alert.commands import CommandDraft
from ovro_alert.console.entrance import ovro_alert
from ovro_alert.messages import MessageDraft
from ovro_alert.relay.commanding import approving, making
from ovro_alert.relay.journal import happenings, messages, verdicts
from ovro_alert.times import parse_utc, seconds
from ovro_alert.verdicts import Figure, Judgement
from tests.cases import R3, R3_TIME
from tests.clocks import NOON, HandClock
from tests.codetections import AT_INFINITY, CHIME_EVENT, DSA_EVENT, dsa_burst
from tests.dsa_notices import dsa_t3
from tests.entries import alert, enter, written
from tests.guano import OFF_CENTRE
from tests.notices import chime_voevent
from tests.relay import KEY, RunningRelay, relay_on

PLACE = {"ra_deg": R3["ra_deg"], "dec_deg": R3["dec_deg"]}
DM = 600.0
"""As no repeater there has."""


@pytest.fixture
def sky_relay(tmp_path: Path):
    """A relay a minute after a burst, which follows every burst of CHIME's."""
    with relay_on(tmp_path / "home", HandClock(R3_TIME + seconds(60)), chime={"one_offs": "all"}) as running:
        yield running


def chime(**changes: Any) -> bytes:
    time = sky.arrival(AT_INFINITY, DM, 400.0)
    fields = {"event": CHIME_EVENT, "time": time, "dm_pc_cm3": DM, "kind": "detection"} | PLACE
    return chime_voevent(**(fields | {"ra_error_deg": 0.5, "dec_error_deg": 0.5} | changes))


def dsa(**keys: Any) -> bytes:
    seen = dsa_burst(dm_pc_cm3=DM)
    fields = {"time": seen.time, "name": DSA_EVENT.partition(":")[2], "dm": seen.dm_pc_cm3}
    return dsa_t3(**(fields | {"ra": seen.ra_deg, "dec": seen.dec_deg, "dmerr": 0.3} | OFF_CENTRE | keys))


def pushed(relay: RunningRelay, body: bytes, stream: str) -> int:
    """Hand a notice in; return which alert it is."""
    return relay.settled(relay.push(body, stream, path="by hand").json()["id"])["alert"]


def shown(relay: RunningRelay, alert_id: int) -> dict[str, Any]:
    answer = relay.http.get(f"/alerts/{alert_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def both(relay: RunningRelay) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is shown of either side of one burst."""
    ids = pushed(relay, chime(), "chime"), pushed(relay, dsa(), "dsa")
    return shown(relay, ids[0]), shown(relay, ids[1])


def judged(relay: RunningRelay, alert_id: int, scenario: str, **figures: Figure) -> None:
    """Write what a scenario thought of an alert."""
    judgement = Judgement(scenario=scenario, answer="nothing", summary="a thought", figures=figures)
    written(relay, lambda txn: verdicts.add(txn, judgement, alert_id, 1, ()))


# ── both sides ──


def test_either_side_shows_the_other_with_all_that_it_said(sky_relay):
    for story, other in zip(both(sky_relay), (DSA_EVENT, CHIME_EVENT), strict=True):
        (companion,) = story["companions"]
        assert (companion["event"], companion["result"]) == (other, "certain")
        assert companion["dt_s"] == pytest.approx(0, abs=1e-3)
        assert companion["separation_deg"] == pytest.approx(0.1, abs=1e-3)
        assert [one["event"] for one in companion["alerts"]] == [other]


def test_both_sides_give_the_same_best_position_and_dm(sky_relay):
    one, two = both(sky_relay)
    for story in (one, two):
        best = story["best"]["position"]
        assert best["dec_deg"] == pytest.approx(R3["dec_deg"] + 0.1)
        assert best["r95_deg"] == pytest.approx(0.023)
        assert f"alert {best['alert']}" in best["from"]
        assert any(verdict["id"] == best["verdict"] for verdict in (*one["verdicts"], *two["verdicts"]))
        assert story["best"]["dm"]["error"] == pytest.approx(0.3)
        assert story["best"]["dm"]["from"].startswith("DSA-110's of both, codetection on alert ")


def test_the_place_of_a_known_repeater_is_better_than_either_and_the_table_is_named(sky_relay):
    known = {"dm_pc_cm3": R3["dm_pc_cm3"], "time": R3_TIME}
    one = pushed(sky_relay, chime(**known), "chime")
    two = pushed(sky_relay, dsa(dm=R3["dm_pc_cm3"], time=dsa_burst().time), "dsa")
    for alert_id, of_it in ((one, ""), (two, f" of {CHIME_EVENT}")):
        best = shown(sky_relay, alert_id)["best"]["position"]
        assert best["from"].startswith("the table, chime_")
        assert best["from"].endswith(f" on alert {one}{of_it}")
        assert best["dec_deg"] == pytest.approx(R3["dec_deg"])


def test_a_pair_that_is_taken_back_is_shown_no_more(sky_relay):
    first, _ = both(sky_relay)
    pushed(sky_relay, chime_voevent(kind="retraction", event=CHIME_EVENT, time=R3_TIME), "chime")
    for one in (first["id"], first["companions"][0]["alerts"][0]["id"]):
        assert shown(sky_relay, one)["companions"] == []
    assert shown(sky_relay, first["id"])["best"]["dm"]["from"].startswith("chime_repeater")


def test_one_history_tells_of_both_sides_in_the_order_of_time(sky_relay):
    sky_relay.hand.turn(1)
    story, other = both(sky_relay)
    assert [(one["what"], one["at"]) for one in other["history"]] == [
        (one["what"], one["at"]) for one in story["history"]
    ]
    assert story["history_cut"] is False
    lines = story["history"]
    assert [one["at"] for one in lines] == sorted(one["at"] for one in lines)
    assert {one["event"] for one in lines} == {CHIME_EVENT, DSA_EVENT}
    decided = [one["says"] for one in lines if one["what"] == "decided"]
    assert any(says.startswith("codetection: message: certain") for says in decided)
    assert {one["what"] for one in lines} >= {"received", "decided", "commanded", "told"}


def test_one_side_alone_says_that_it_is_a_pair_and_the_other_shows_it(relay_of_module):
    relay = relay_of_module
    ours = alert("chime:41", time=R3_TIME, statement="chime:41/detection", dm_pc_cm3=348.8)
    seen = alert("dsa:one", stream="dsa", time=dsa_burst().time, statement="dsa:one/detection", dm_pc_cm3=348.8)
    one, two = enter(relay, ours, seen)
    judged_now(relay, two.id, with_event="chime:41", result="probable", dt_s=0.12)
    (companion,) = shown(relay, one.id)["companions"]
    assert (companion["event"], companion["result"], companion["dt_s"]) == ("dsa:one", "probable", 0.12)
    assert shown(relay, two.id)["companions"][0]["event"] == "chime:41"


def test_what_does_not_agree_in_time_is_shown_and_lends_nothing(relay_of_module):
    relay = relay_of_module
    ours = alert("chime:42", time=NOON, statement="chime:42/detection", ra_deg=10.0, dec_deg=50.0, r95_deg=0.5)
    seen = alert("dsa:two", stream="dsa", statement="dsa:two/detection", ra_deg=10.1, dec_deg=50.0, r95_deg=0.02)
    one, two = enter(relay, ours, seen)
    judged_now(relay, one.id, with_event="dsa:two", result="possible", dt_s=37.0, diagnosis="TAI taken for UTC")
    story = shown(relay, one.id)
    assert story["companions"][0]["diagnosis"] == "TAI taken for UTC"
    assert story["best"]["position"]["alert"] == one.id
    assert two.id not in (story["best"]["position"]["alert"],)


def judged_now(relay: RunningRelay, alert_id: int, **figures: Figure) -> None:
    """Write what `codetection` thought of an alert, over a notice of its own."""
    came = relay.push(f"<x n='{alert_id}'/>".encode(), "chime").json()["id"]
    judgement = Judgement(scenario="codetection", answer="message", summary="a pair", figures=figures)
    written(relay, lambda txn: verdicts.add(txn, judgement, alert_id, came, ()))


def test_the_command_line_shows_both_sides_and_where_the_best_comes_from(sky_relay):
    story, _ = both(sky_relay)
    env = {"RELAY_URL": sky_relay.url, "RELAY_KEY": KEY, "COLUMNS": "240"}
    result = CliRunner().invoke(ovro_alert, ["alert", str(story["id"])], env=env)
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert any(line.startswith(f"same burst, certain: {DSA_EVENT}, CHIME's time less DSA-110's +0") for line in lines)
    place = next(line for line in lines if line.startswith("best position: "))
    assert place.endswith(story["best"]["position"]["from"])
    assert next(line for line in lines if line.startswith("best DM: 600 ± 0.3 pc/cm³: DSA-110's of both"))
    assert any(DSA_EVENT in line and "decided" in line and "dsa_guano: message: no host" in line for line in lines)


def test_the_command_line_shows_what_only_a_trigger_has(sky_relay):
    _, seen = both(sky_relay)
    env = {"RELAY_URL": sky_relay.url, "RELAY_KEY": KEY, "COLUMNS": "240"}
    lines = CliRunner().invoke(ovro_alert, ["alert", str(seen["id"])], env=env).output.splitlines()
    named = dict(line.split(maxsplit=1) for line in lines if line.startswith(("ibox", "beams", "probability")))
    assert named["beams"].strip() == "127 14.2, 380 13.2"
    assert (named["ibox"].strip(), named["probability"].strip()) == ("4", "0.98")


# ── what is known best ──


def test_the_best_position_is_the_one_that_was_decided_on_with_its_origin(relay_of_module):
    (kept,) = enter(relay_of_module, alert("chime:50", ra_deg=29.0, dec_deg=65.0, r95_deg=0.5))
    place = {"ra_deg": 29.503, "dec_deg": 65.717, "r95_deg": 0.001, "position_from": "the table"}
    judged(relay_of_module, kept.id, "chime_repeater", **place, dm_pc_cm3=348.8, dm_error_pc_cm3=0.8)
    judged(relay_of_module, kept.id, "chime_new_repeater", ra_deg=29.0, dec_deg=65.0, r95_deg=0.5)
    best = shown(relay_of_module, kept.id)["best"]
    assert best["position"]["from"] == f"the table, chime_repeater on alert {kept.id}"
    assert (best["position"]["ra_deg"], best["position"]["r95_deg"]) == (29.503, 0.001)
    assert best["dm"]["dm_pc_cm3"] == 348.8
    assert best["dm"]["from"] == f"chime_repeater on alert {kept.id}"


def test_a_scenario_that_thinks_better_of_it_has_its_newest_word(relay_of_module):
    (kept,) = enter(relay_of_module, alert("chime:51"))
    judged(relay_of_module, kept.id, "chime_repeater", ra_deg=1.0, dec_deg=2.0, r95_deg=0.001)
    judged(relay_of_module, kept.id, "chime_repeater", ra_deg=3.0, dec_deg=4.0, r95_deg=0.3)
    judged(relay_of_module, kept.id, "chime_repeater")
    assert shown(relay_of_module, kept.id)["best"]["position"]["ra_deg"] == 3.0


def test_what_nobody_judged_is_known_as_it_was_stated(relay_of_module):
    later = alert("chime:52", statement="chime:52/subsequent", kind="subsequent", r95_deg=0.2, ra_deg=5.0, dec_deg=6.0)
    one, two = enter(relay_of_module, alert("chime:52", ra_deg=5.1, dec_deg=6.0, r95_deg=0.4, dm_pc_cm3=100.0), later)
    best = shown(relay_of_module, two.id)["best"]
    assert best["position"]["from"] == f"the notice, alert {two.id}"
    assert best["dm"] == {
        "from": f"the notice, alert {one.id}", "alert": one.id, "verdict": None, "dm_pc_cm3": 100.0, "error": None,
    }  # fmt: skip


def test_a_test_of_an_event_lends_nothing_to_the_real_one(relay_of_module):
    real = alert("chime:53", ra_deg=5.0, dec_deg=6.0, r95_deg=0.4)
    test = alert("chime:53", statement="chime:53/detection/test", role="test", ra_deg=50.0, dec_deg=6.0, r95_deg=0.01)
    one, _ = enter(relay_of_module, real, test)
    assert shown(relay_of_module, one.id)["best"]["position"]["ra_deg"] == 5.0


def test_of_an_event_without_place_and_dm_nothing_is_known(relay_of_module):
    (kept,) = enter(relay_of_module, alert("chime:54", ra_deg=0.0, dec_deg=0.0))
    assert shown(relay_of_module, kept.id)["best"] == {"position": None, "dm": None}


# ── what happened ──


def repointing(event: str) -> CommandDraft:
    args = {"dec_deg": 55.4}
    fields = {"telescope": "dsa", "action": "repoint", "args": args, "event": event, "scenario": "chime_new_repeater"}
    return CommandDraft(**fields, deadline=NOON + seconds(50_000), reason="a new repeater")


def test_a_history_says_who_proposed_and_who_agreed_when(relay_of_module):
    relay, event = relay_of_module, "chime:60"
    (kept,) = enter(relay, alert(event, time=relay_of_module.hand.now()))
    made = written(relay, lambda txn: making.make(txn, repointing(event), by="relay", role="test", alert_id=kept.id))
    relay.hand.turn(60)
    written(relay, lambda txn: approving.approve(txn, made.id, "gregg", "go"))
    relay.hand.turn(60)
    written(relay, lambda txn: messages.add(txn, MessageDraft(subject="command", level="quiet", event=event)))
    lines = shown(relay, kept.id)["history"]
    named = [(one["what"], one["command"]) for one in lines if one["what"] != "told"]
    assert named == [("proposed", made.id), ("approved", made.id)]
    assert "by gregg: go" in lines[1]["says"]
    assert lines[-1]["what"] == "told"
    assert seconds_between(lines[0], lines[1]) == 60


def seconds_between(one: dict[str, Any], two: dict[str, Any]) -> float:
    apart: datetime = parse_utc(two["at"])
    return (apart - parse_utc(one["at"])).total_seconds()


def test_a_long_history_shows_its_newest_lines_and_says_that_there_are_more(relay_of_module):
    relay = relay_of_module
    (kept,) = enter(relay, alert("chime:61"))

    def many(txn):
        judgement = Judgement(scenario="chime_repeater", answer="nothing", summary="again")
        return [verdicts.add(txn, judgement, kept.id, 1, ()).id for _ in range(happenings.MOST + 5)]

    ids = written(relay, many)
    story = shown(relay, kept.id)
    assert story["history_cut"] is True
    assert [one["verdict"] for one in story["history"]] == ids[-happenings.MOST :]


def test_words_of_strangers_stay_words(relay_of_module):
    (kept,) = enter(relay_of_module, Alert(**dict(alert("chime:62", words="<b>\x1b[31m"))))
    judged(relay_of_module, kept.id, "chime_repeater")
    assert shown(relay_of_module, kept.id)["history"][0]["says"] == "chime_repeater: nothing: a thought"
