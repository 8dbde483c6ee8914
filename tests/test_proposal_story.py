"""A new repeater at the relay's doors: people are asked once, in numbers, decide once, in time; or it is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ovro_alert.times import iso, seconds
from tests.cases import R3_TIME
from tests.clocks import HandClock
from tests.entries import made_key
from tests.listener import Listener
from tests.notices import chime_gcn, chime_voevent
from tests.relay import RunningRelay, relay_on, wait_for
from tests.repeaters import NAME, NUMBER, dsa, new

PLACE = {"ra_deg": new().ra_deg, "dec_deg": new().dec_deg, "ra_error_deg": 0.5, "dec_error_deg": 0.5}
BURST = {"source": NUMBER, "dm_pc_cm3": 348.8, "dm_error_pc_cm3": 0.8} | PLACE


@pytest.fixture
def ears() -> Listener:
    return Listener()


@pytest.fixture
def relay(tmp_path: Path, ears: Listener) -> Iterator[RunningRelay]:
    """A relay 13 s after a burst, while DSA-110 points elsewhere."""
    with relay_on(tmp_path / "home", HandClock(R3_TIME + seconds(13)), ears) as running:
        status = dsa(age_s=0)["dsa"].model_dump(mode="json", exclude={"telescope", "seq", "at"})
        status["pointing"]["at"] = iso(running.hand.now())
        answer = running.http.put("/dsa/status", json=status)
        assert answer.status_code < 300, answer.text
        yield running


def come(relay: RunningRelay, body: bytes, stream: str = "chime", path: str = "comet") -> dict[str, Any]:
    """Hand a notice in; return its alert with all that came of it."""
    notice = relay.settled(relay.push(body, stream, path=path).json()["id"])
    assert notice["state"] == "read", notice
    return relay.http.get(f"/alerts/{notice['alert']}").json()


def burst(number: int = 1, *, write: Any = chime_voevent, later_s: float = 0, **changes: Any) -> bytes:
    return write(time=R3_TIME + seconds(later_s), event=f"chime:{number}", **(BURST | changes))


def retraction(number: int = 1) -> bytes:
    return chime_voevent(time=None, event=f"chime:{number}", kind="retraction")


def proposals(relay: RunningRelay) -> list[tuple[int, str]]:
    return [(one["turn"], one["state"]) for one in relay.http.get("/dsa/commands").json()]


def only(relay: RunningRelay) -> dict[str, Any]:
    (one,) = relay.http.get("/dsa/commands").json()
    return one


def heard(ears: Listener, *words: str) -> tuple[str, str]:
    """Return the message with all these words, once it was told."""

    def look() -> list[tuple[str, str]]:
        return [(level, text) for level, text in ears.heard if all(word in text for word in words)]

    return wait_for(look, f"people to hear {words}")[0]


# ── asked ──


def test_a_source_with_a_number_alone_is_proposed_once_and_told_in_numbers(relay, ears):
    come(relay, burst())
    one = only(relay)
    assert (one["action"], one["state"], one["scenario"]) == ("repoint", "proposed", "chime_new_repeater")
    level, text = heard(ears, "repoint DSA-110?")
    assert level == "loud"
    first, *lines = text.splitlines()
    deadline = one["deadline"][:16].replace("T", " ")
    assert first.endswith(
        f"New CHIME repeater {NUMBER}: repoint DSA-110? (proposal {one['id']}, runs out {deadline} UTC, in 4.9 h)"
    )
    assert lines[0].startswith(
        f"DM 348.8 ± 0.8, RA {PLACE['ra_deg']:.2f} Dec {PLACE['dec_deg']:+.2f}, r95 0.50°; "
        "association by CHIME p = 0.9999; bursts here: 1 (first seen now); 2026-12-01 05:18:14.5 UTC (400 MHz)"
    )
    assert lines[1].startswith("Next transit of DSA-110 2026-12-01 ")
    assert lines[1].endswith("(14.6 min); elevation 95.77 (now 69.07)")
    assert lines[2].startswith(
        "Costs: slew 42 s + arming 45 min, twice: 91 min without search; searching again at dec +16.3 by "
    )
    assert "armed anew by DSA-110's own people" in lines[3]
    assert lines[4].startswith("Bursts of this source seen here in 7 days: 1; ")
    assert f"ovro-alert approve {one['id']} --note …" in lines[5]


def test_a_burst_is_one_line_of_the_other_scenario_where_nothing_is_new(relay):
    come(relay, burst(kind="detection", source=None))
    named = come(relay, burst(2, source="FRB 20180916B"))
    assert proposals(relay) == []
    told = relay.http.get("/messages").json()
    assert {one["scenario"] for one in told} == {"chime_repeater"}
    assert {verdict["scenario"] for verdict in named["verdicts"]} >= {"chime_repeater", "chime_new_repeater"}


def test_the_same_burst_by_both_ways_is_one_proposal(relay):
    come(relay, burst())
    come(relay, burst(write=chime_gcn), "gcn", "gcn-kafka")
    assert proposals(relay) == [(1, "proposed")]


def test_two_bursts_ten_minutes_apart_are_one_proposal(relay):
    come(relay, burst())
    relay.hand.jump(600)
    second = come(relay, burst(2, later_s=600))
    assert proposals(relay) == [(1, "proposed")]
    (verdict,) = [one for one in second["verdicts"] if one["scenario"] == "chime_new_repeater"]
    assert verdict["answer"] == "nothing"
    assert verdict["summary"].startswith("proposal ")


def test_a_number_that_is_published_later_is_not_new_again(relay):
    come(relay, burst())
    relay.hand.jump(10 * 86400)
    published = come(relay, burst(2, later_s=10 * 86400, source=NAME))
    (verdict,) = [one for one in published["verdicts"] if one["scenario"] == "chime_new_repeater"]
    assert verdict["summary"].startswith(f"{NAME} came before, as {NUMBER}")
    assert [state for _, state in proposals(relay)] == ["expired"]


def test_the_third_burst_in_a_week_is_a_storm_also_of_a_source_in_the_table(relay, ears):
    for number in (1, 2, 3):
        come(relay, burst(number, later_s=86400 * (number - 1), source="FRB 20180916B"))
        assert len(proposals(relay)) == (number == 3)
        relay.hand.jump(86400)
    level, text = heard(ears, "repoint DSA-110?")
    assert (level, "CHIME repeater FRB 20180916B" in text, "New" in text) == ("loud", True, False)
    assert "seen here in 7 days: 3" in text


def test_a_storm_that_goes_on_is_asked_about_once_however_many_bursts_come(relay):
    """More bursts than are looked back at: those that made it a storm before the question stay known."""
    for number in range(18):
        come(relay, burst(number, later_s=600 * number, source="FRB 20180916B"))
        relay.hand.jump(600)
        if number == 3:
            decline = {"note": "not this week"}
            assert relay.http.post(f"/commands/{only(relay)['id']}/decline", json=decline).status_code == 200
    assert proposals(relay) == [(1, "declined")]


def test_a_burst_that_was_retracted_does_not_count(relay):
    for number in (1, 2):
        come(relay, burst(number, later_s=3600 * number, source="FRB 20180916B"))
    come(relay, retraction(2))
    come(relay, burst(3, later_s=3 * 3600, source="FRB 20180916B"))
    assert proposals(relay) == []


def test_a_better_position_replaces_the_proposal(relay):
    come(relay, burst())
    better = {"dec_deg": PLACE["dec_deg"] + 0.4, "ra_error_deg": 0.1, "dec_error_deg": 0.1}
    first = only(relay)
    come(relay, burst(write=chime_gcn, **better), "gcn", "gcn-kafka")
    assert sorted(proposals(relay)) == [(1, "cancelled"), (2, "proposed")]
    newest = relay.http.get("/dsa/commands").json()[-1]
    assert newest["deadline"] <= first["deadline"]


def test_where_dsa_points_already_people_hear_what_it_sees_there(relay, ears):
    come(relay, burst(dec_deg=new(16.8).dec_deg, ra_deg=new(16.8).ra_deg))
    assert proposals(relay) == []
    level, text = heard(
        ears, f"New CHIME repeater {NUMBER}: no proposal: DSA-110 already points there: response 91% at "
    )
    assert level == "normal"
    assert "Next transit of DSA-110 2026-12-01 " in text
    assert "Costs" not in text


def test_two_one_offs_that_look_alike_are_told_and_nothing_is_proposed(relay, ears):
    sharp = {"kind": "detection", "source": None, "ra_error_deg": 0.1, "dec_error_deg": 0.1}
    come(relay, burst(**sharp))
    relay.hand.jump(86400)
    come(relay, burst(2, later_s=86400, **sharp))
    assert proposals(relay) == []
    level, text = heard(
        ears, "CHIME burst 2: no proposal: place and DM match chime:1 of 2026-12-01 (χ² 0.0, by chance "
    )
    assert level == "normal"
    assert "association by own match" in text


# ── decided ──


@pytest.mark.parametrize(("late_s", "status"), [(-1, 200), (1, 410)])
def test_it_can_be_approved_until_it_runs_out(relay, ears, late_s, status):
    come(relay, burst())
    one = only(relay)
    relay.hand.jump(one["left_s"] + late_s)
    ada = made_key(relay, "approve:dsa", name="ada")
    answer = relay.http.post(f"/commands/{one['id']}/approve", json={"note": "quiet sky"}, headers=ada)
    assert answer.status_code == status, answer.text
    if status == 200:
        level, text = heard(ears, "approved by ada: quiet sky")
        assert level == "normal"
        assert "\nApproved by ada 2026-12-01 " in text
        assert "4.9 h after it was proposed" in text


def test_a_second_person_who_approves_does_nothing(relay):
    come(relay, burst())
    number = only(relay)["id"]
    ada, ben = (made_key(relay, "approve:dsa", name=name) for name in ("ada", "ben"))
    answers = [relay.http.post(f"/commands/{number}/approve", headers=key) for key in (ada, ben, ada)]
    assert [answer.status_code for answer in answers] == [200, 409, 200]
    assert "approved by ada" in answers[1].text


def test_nobody_decides_and_people_hear_it_loudly(relay, ears):
    come(relay, burst())
    relay.hand.turn(only(relay)["left_s"] + 1)
    level, text = heard(ears, "expired: nobody decided")
    assert level == "loud"
    assert f"New CHIME repeater {NUMBER}: DSA-110 repointing expired" in text


# ── taken back ──


def test_a_retraction_while_it_waits_cancels_it_and_is_told(relay, ears):
    come(relay, burst())
    number = only(relay)["id"]
    come(relay, retraction())
    assert proposals(relay) == [(1, "cancelled")]
    _, text = heard(ears, "retracted by its discoverer", f"DSA-110 repointing {number}")
    assert f"DSA-110 repointing {number}: cancelled" in text
    ada = made_key(relay, "approve:dsa", name="ada")
    assert relay.http.post(f"/commands/{number}/approve", headers=ada).status_code == 410


def test_a_retraction_is_told_once_though_a_beam_and_a_proposal_came_of_the_burst(relay):
    """Its words name every command there is: the same again by another scenario would say nothing new."""
    come(relay, burst())
    assert len(relay.http.get("/lwa/commands").json()) == len(proposals(relay)) == 1
    come(relay, retraction())
    said = [one for one in relay.http.get("/messages").json() if one["subject"] == "retraction"]
    assert [(one["level"], one["broadcast"]) for one in said] == [("normal", True)]


def test_a_retraction_of_dishes_that_move_is_a_loud_question(relay, ears):
    come(relay, burst())
    number = only(relay)["id"]
    assert relay.http.post(f"/commands/{number}/approve").status_code == 200
    claimed = relay.http.post(f"/commands/{number}/claim", json={"client": "dsa@test", "moves": "simulator"}).json()
    report = {"fence": claimed["fence"], "state": "acting", "until": iso(relay.hand.now() + seconds(120))}
    assert relay.http.post(f"/commands/{number}/report", json=report).status_code == 200
    come(relay, retraction())
    one = only(relay)
    assert (one["state"], one.get("stop")) == ("acting", None)
    level, text = heard(ears, f"stop DSA-110 repointing {number}?")
    assert level == "loud"
    assert f"ovro-alert cancel {number} --note …" in text
