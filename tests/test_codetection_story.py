"""One burst by CHIME and by DSA-110 at the relay's doors: told once, linked, and each side better for the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from ovro_alert import meridian, sky
from ovro_alert.observatory import CHIME, DSA_110
from ovro_alert.times import seconds
from tests.clocks import NOON
from tests.dsa_notices import dsa_t2, dsa_t3
from tests.notices import chime_gcn, chime_voevent
from tests.relay import RunningRelay, relay_on, wait_for

DM = 350.0
TIME_INF = NOON - seconds(20)
DEC_DEG = 55.0
RA_DEG = meridian.sidereal_deg(NOON) - meridian.of_date(0, DEC_DEG, NOON).ra_deg
"""A place on DSA-110's meridian, about."""
ERRORS = {"ra_error_deg": 0.6, "dec_error_deg": 0.6}
PLACE = {"ra_deg": RA_DEG, "dec_deg": DEC_DEG}
CHIME_EVENT, DSA_EVENT = "chime:300000001", "dsa:261120abcd"


@pytest.fixture
def story(tmp_path) -> Iterator[RunningRelay]:
    with relay_on(tmp_path / "home", chime={"one_offs": "all"}) as running:
        yield running


def chime(write=chime_voevent, **changes: Any) -> bytes:
    """Return CHIME's one-off, half a degree south of where it truly is."""
    place = PLACE | {"dec_deg": DEC_DEG - 0.5}
    time = sky.arrival(TIME_INF, DM, 400.0)
    fields = {"kind": "detection", "dm_pc_cm3": DM} | ERRORS | place
    burst = changes.get("kind") not in ("update", "retraction")
    return write(**({"time": time} | (fields if burst else {}) | changes))


def dsa_time() -> datetime:
    way_s = meridian.later_s(RA_DEG, DEC_DEG, TIME_INF, CHIME, DSA_110)
    return sky.arrival(TIME_INF - seconds(way_s), DM, 1530.0)


def dsa(write=dsa_t3, **keys: Any) -> bytes:
    """Return DSA-110's trigger."""
    place = {"ra": RA_DEG, "dec": DEC_DEG} if write is dsa_t3 else {}
    return write(**({"time": dsa_time(), "name": "261120abcd", "dm": DM} | place | keys))


def hand_in(relay: RunningRelay, body: bytes, stream: str, path: str = "by hand") -> dict[str, Any]:
    """Hand a notice in; return its alert with all that came of it."""
    notice = relay.settled(relay.push(body, stream, path=path).json()["id"])
    assert notice["state"] == "read", notice
    return relay.http.get(f"/alerts/{notice['alert']}").json()


def codetections(story: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in story["verdicts"] if one["scenario"] == "codetection"]


def told(relay: RunningRelay, *levels: str) -> list[tuple[str, str, str]]:
    """Return what people are told of the pair, oldest first: level, subject, event."""
    every = sorted(relay.http.get("/messages").json(), key=lambda one: one["id"])
    mine = [one for one in every if one["scenario"] == "codetection" and one["level"] in (levels or ("loud", "normal"))]
    return [(one["level"], one["subject"], one["event"]) for one in mine]


@pytest.mark.parametrize("first", ["chime", "dsa"])
def test_either_order_gives_one_loud_message_and_both_alerts_know_the_pair(story, first):
    bodies = {"chime": chime(), "dsa": dsa()}
    second = next(name for name in bodies if name != first)
    ids = {name: hand_in(story, bodies[name], name)["id"] for name in (first, second)}
    event = {"chime": CHIME_EVENT, "dsa": DSA_EVENT}
    assert told(story) == [("loud", "verdict", event[second])]
    for name, other in ((first, second), (second, first)):
        verdict = codetections(story.http.get(f"/alerts/{ids[name]}").json())[-1]
        assert (verdict["figures"]["result"], verdict["figures"]["with_event"]) == ("certain", event[other])
        assert verdict["figures"]["best_position"] == "dsa"


def test_a_second_path_an_update_or_t3_after_t2_does_not_tell_again(story):
    hand_in(story, chime(), "chime", "comet")
    hand_in(story, dsa(), "dsa", "etcd")
    for body, stream in (
        (chime(chime_gcn), "gcn"),
        (chime(kind="subsequent", source="FRB 20991120Z"), "chime"),
        (chime(kind="update", words="a nice burst"), "chime"),
        (dsa(snr=14.3, dmerr=0.5), "dsa"),
        (dsa(dsa_t2), "dsa"),
    ):
        hand_in(story, body, stream, "another")
    assert told(story) == [("loud", "verdict", DSA_EVENT)]


def test_a_better_position_replaces_the_beam_that_waits(story):
    alert = hand_in(story, chime(), "chime")
    (waiting,) = alert["commands"]
    assert waiting["args"]["dec_deg"] == pytest.approx(DEC_DEG - 0.5)
    hand_in(story, dsa(), "dsa")
    old, new = story.http.get(f"/alerts/{alert['id']}").json()["commands"]
    assert (old["state"], new["state"]) == ("cancelled", "pending")
    assert new["args"]["dec_deg"] == pytest.approx(DEC_DEG)
    beams = [one for one in story.http.get("/lwa/commands").json() if one["state"] == "pending"]
    assert [one["event"] for one in beams] == [CHIME_EVENT]


def test_a_test_of_its_name_does_not_stand_in_for_the_burst(story):
    alert = hand_in(story, chime(), "chime")
    hand_in(story, chime(role="test"), "chime", "comet-test")
    hand_in(story, dsa(), "dsa")
    beams = story.http.get(f"/alerts/{alert['id']}").json()["commands"]
    assert [(one["state"], one["args"]["dec_deg"]) for one in beams] == [
        ("cancelled", pytest.approx(DEC_DEG - 0.5)),
        ("pending", pytest.approx(DEC_DEG)),
    ]


def beams_of(relay: RunningRelay, event: str) -> list[str]:
    return [one["state"] for one in relay.http.get("/lwa/commands").json() if one["event"] == event]


def test_a_beam_that_is_taken_back_covers_nobody_any_more(story):
    """T2 had the beam, CHIME's burst lay within it; T3 calls T2's trigger noise, and CHIME's has a beam of its own."""
    near = DEC_DEG - 0.05
    hand_in(story, dsa(dsa_t2, ra=RA_DEG, dec=DEC_DEG), "dsa")
    hand_in(story, chime(dec_deg=near), "chime")
    assert (beams_of(story, DSA_EVENT), beams_of(story, CHIME_EVENT)) == (["pending"], [])
    hand_in(story, dsa(label="rfi", probability=0.1), "dsa")
    assert (beams_of(story, DSA_EVENT), beams_of(story, CHIME_EVENT)) == (["cancelled"], ["pending"])


def test_what_chimes_beam_covered_has_its_own_when_chime_takes_its_burst_back(story):
    hand_in(story, chime(dec_deg=DEC_DEG - 0.05), "chime")
    hand_in(story, dsa(), "dsa")
    assert (beams_of(story, CHIME_EVENT), beams_of(story, DSA_EVENT)) == (["pending"], [])
    hand_in(story, chime(kind="retraction"), "chime")
    assert (beams_of(story, CHIME_EVENT), beams_of(story, DSA_EVENT)) == (["cancelled"], ["pending"])


def test_an_injection_is_told_quietly_and_moves_nothing(story):
    alert = hand_in(story, chime(), "chime")
    hand_in(story, dsa(injected=True), "dsa")
    assert (told(story), told(story, "quiet")) == ([], [("quiet", "verdict", DSA_EVENT)])
    (beam,) = story.http.get(f"/alerts/{alert['id']}").json()["commands"]
    assert beam["state"] == "pending"


def test_chimes_retraction_is_told_in_the_thread_of_the_pair(story):
    hand_in(story, chime(), "chime")
    hand_in(story, dsa(), "dsa")
    hand_in(story, chime(kind="retraction"), "chime")
    assert told(story) == [("loud", "verdict", DSA_EVENT), ("normal", "update", DSA_EVENT)]
    hand_in(story, chime(chime_gcn, kind="retraction"), "gcn")
    assert len(told(story)) == 2


def test_chime_retracted_before_dsa_comes_is_no_pair(story):
    hand_in(story, chime(), "chime")
    hand_in(story, chime(kind="retraction"), "chime")
    alert = hand_in(story, dsa(), "dsa")
    assert (told(story), codetections(alert)[-1]["figures"]) == ([], {"result": "none"})


# ── DSA-110 pointed there ──


def points_there(relay: RunningRelay) -> None:
    """Be DSA-110's client: say that it points to where CHIME will see the burst."""
    pointing = {"ra_deg": RA_DEG, "dec_deg": DEC_DEG, "at": f"{relay.clock.now():%Y-%m-%dT%H:%M:%SZ}"}
    status = {"state": "observing", "moves": "simulator", "pointing": pointing}
    relay.http.put("/dsa/status", json=status).raise_for_status()


def turned_past_the_second_look(relay: RunningRelay, alert_id: int) -> dict[str, Any]:
    """Turn the clock until the second look is due; return the verdict that came of it."""
    relay.hand.turn((TIME_INF + timedelta(seconds=901) - relay.hand.now()).total_seconds())

    def second() -> dict[str, Any] | None:
        found = codetections(relay.http.get(f"/alerts/{alert_id}").json())
        return found[1] if len(found) > 1 else None

    return wait_for(second, "the second look")


def test_what_dsa_did_not_see_is_said_quietly_after_a_quarter_of_an_hour(story):
    points_there(story)
    alert = hand_in(story, chime(), "chime")
    assert codetections(alert)[-1]["answer"] == "nothing"
    assert told(story, "quiet") == []
    verdict = turned_past_the_second_look(story, alert["id"])
    assert verdict["summary"] == "DSA-110 pointed there, saw nothing"
    assert verdict["figures"]["pointing_dec_deg"] == pytest.approx(DEC_DEG, abs=0.2)
    assert (told(story), told(story, "quiet")) == ([], [("quiet", "verdict", CHIME_EVENT)])


def test_what_dsa_saw_is_not_called_unseen(story):
    points_there(story)
    alert = hand_in(story, chime(), "chime")
    hand_in(story, dsa(), "dsa")
    story.hand.turn(1000)
    later = hand_in(story, dsa(name="261120late", time=dsa_time() + seconds(30)), "dsa")
    assert codetections(later)[-1]["figures"] == {"result": "none"}
    assert told(story, "quiet") == []
    assert [one["figures"]["result"] for one in codetections(story.http.get(f"/alerts/{alert['id']}").json())] == [
        "none",
        "certain",
    ]
