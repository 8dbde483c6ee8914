"""One superevent from its early warning on, through reader, judge, journal and client: one dump, whatever happens."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ovro_alert import sky
from ovro_alert.commands import FINAL
from ovro_alert.notices import RawNotice
from ovro_alert.reading import read_whole
from ovro_alert.scenarios import judge_all
from ovro_alert.scenarios.limits import Limits
from tests.cases import gate
from tests.lvk_notices import MERGER, lvk_json, sky_map_fits
from tests.mergers import after
from tests.relay import wait_for
from tests.telescope_clients import bench
from tests.test_relay_crashes import PARTS, Cut, observatory

__all__ = ["bench", "observatory"]

UP, DOWN = (60.0, 37.0), (60.0, -80.0)
NOISE = {"BNS": 0.1, "NSBH": 0.1, "BBH": 0.0, "Terrestrial": 0.8}


def push(bench, age_s, alert_type="PRELIMINARY", superevent="S261120a", **changes):
    """Hand in a statement that was issued a second ago, `age_s` after the merger; return its notice once judged."""
    moment = MERGER + timedelta(seconds=age_s)
    bench.hand.turn((moment - bench.hand.now()).total_seconds())
    body = lvk_json(superevent, alert_type, issued=moment - timedelta(seconds=1), **changes)
    return bench.relay.settled(bench.relay.push(body, "lvk", path="gcn-kafka").json()["id"])


def commands(bench):
    return [(one["action"], one["state"], one["turn"]) for one in bench.relay.http.get("/lwa/commands").json()]


def verdict(bench, notice):
    (found,) = bench.relay.http.get(f"/alerts/{notice['alert']}").json()["verdicts"]
    return found


def messages(bench):
    found = bench.relay.http.get("/messages").json()
    return [(one["subject"], one["level"]) for one in sorted(found, key=lambda one: one["id"])]


def test_after_an_early_warning_the_preliminary_makes_the_one_dump(bench):
    bench.hand.jump(-60)
    warning = push(bench, -20, "EARLYWARNING")
    assert verdict(bench, warning)["commands"] == []
    first = push(bench, 28)
    assert verdict(bench, first)["commands"] == [1]
    bench.client().live(2)
    push(bench, 300, far_hz=1e-12)
    push(bench, 310, "INITIAL")
    assert commands(bench) == [("dump", "acting", 1)]
    assert messages(bench) == [("verdict", "loud"), ("verdict", "loud"), ("update", "normal"), ("update", "normal")]


def test_what_is_refused_first_and_promoted_at_the_second_is_dumped_once(bench):
    push(bench, 28, far_hz=1e-6)
    assert commands(bench) == []
    push(bench, 300, far_hz=1e-9)
    client = bench.client()
    client.live(2)
    push(bench, 305, "INITIAL", far_hz=1e-9)
    (dump,) = bench.relay.http.get("/lwa/commands").json()
    assert dump["args"]["duration_s"] == pytest.approx(589.9, abs=0.05)
    client.live(500, 10)
    done = bench.command(1)
    assert (done["state"], done["detail"]["files"]) == ("done", 15)


def test_a_map_that_moves_up_leads_to_a_dump(bench):
    low = push(bench, 28, skymap=sky_map_fits(*DOWN))
    assert gate_of(verdict(bench, low), "L12 visible")["result"] == "fail"
    high = push(bench, 200, "UPDATE", skymap=sky_map_fits(*zenith()))
    assert gate_of(verdict(bench, high), "L12 visible")["value"] == pytest.approx(1, abs=1e-3)
    assert commands(bench) == [("dump", "pending", 1)]


def gate_of(found, name):
    return next(one for one in found["gates"] if one["gate"] == name)


def zenith():
    """Return a direction that is high over OVRO-LWA when the signal of the merger arrives."""
    at = MERGER + timedelta(seconds=174)
    return max(((float(ra), 37.0) for ra in range(0, 360, 5)), key=lambda place: sky.elevation_deg(*place, at))


def test_a_dump_that_waits_is_taken_back_when_it_turns_out_to_be_noise(bench):
    push(bench, 28)
    push(bench, 60, "INITIAL", classification=NOISE)
    assert commands(bench) == [("dump", "cancelled", 1)]
    push(bench, 90, "UPDATE")
    assert commands(bench) == [("dump", "cancelled", 1)]
    assert messages(bench)[:3] == [("verdict", "loud"), ("command", "normal"), ("update", "normal")]


def test_a_dump_that_the_telescope_refused_is_tried_once_more_by_the_next_statement(bench):
    push(bench, 28)
    claimed = bench.relay.http.post("/commands/1/claim", json={"client": "lwa@a"}).json()
    bench.relay.http.post("/commands/1/report", json={"fence": claimed["fence"], "state": "refused"}).raise_for_status()
    push(bench, 90, "INITIAL")
    push(bench, 120, "UPDATE")
    assert commands(bench) == [("dump", "refused", 1), ("dump", "pending", 2)]


def test_a_dump_that_is_done_is_the_last(bench):
    push(bench, 28)
    client = bench.client()
    client.live(2)
    client.live(740, 10)
    push(bench, 900, "INITIAL", far_hz=1e-15)
    assert commands(bench) == [("dump", "done", 1)]


def test_an_update_after_a_retraction_changes_nothing(bench):
    push(bench, 28)
    push(bench, 60, "RETRACTION")
    told = messages(bench)
    push(bench, 90, "UPDATE", far_hz=1e-15)
    assert commands(bench) == [("dump", "cancelled", 1)]
    assert messages(bench) == [*told, ("verdict", "quiet")]


def test_a_mock_with_perfect_numbers_is_a_drill_once(bench):
    push(bench, 28, superevent="MS261120a")
    push(bench, 60, "INITIAL", superevent="MS261120a")
    push(bench, 90, superevent="MS261120b")
    assert commands(bench) == [("test", "pending", 1)]
    assert {level for _, level in messages(bench)} == {"quiet"}


def test_a_statement_without_its_event_cannot_be_read_and_somebody_hears_of_it(bench):
    notice = push(bench, 28, event=None)
    assert notice["state"] == "unreadable"
    assert messages(bench) == [("notice", "normal")]


def test_the_second_of_two_mergers_hears_when_the_first_dump_ends(bench):
    push(bench, 28)
    bench.client().live(2)
    other = verdict(bench, push(bench, 60, superevent="S261120b"))
    assert (other["answer"], other["commands"]) == ("message", [])
    assert "dump 1 for lvk:S261120a is being written until" in other["summary"]


# ── maps that are none ──


@pytest.mark.parametrize(
    ("skymap", "says"),
    [
        ("not base64 at all!", "map"),
        (b"SIMPLE  =                    T", "map broken"),
        (b"\0" * 5_000_000, "map"),
        (sky_map_fits(*UP, nan=True), "map"),
        (sky_map_fits(*UP, total=0.93), "map sums to 0.93"),
        (None, "no map"),
    ],
    ids=["base64", "FITS", "5 MB", "NaN", "0.93", "none"],
)
def test_a_map_that_is_none_or_broken_neither_vetoes_nor_is_passed_over(skymap, says):
    found = read_whole(RawNotice(stream="lvk", body=lvk_json(skymap=skymap)))
    (judgement,) = judge_all(found.found, after(sky_map=found.sky_map), Limits())
    visible = gate(judgement, "L12 visible")
    assert (judgement.answer, visible.result) == ("command", "pass")
    assert visible.says.startswith(says)
    assert visible.says.endswith("(visibility not checked)")


# ── the relay dies ──


def live(observatory):
    """Let the client live until the dump has ended; no time passes while the relay is started again."""

    def step():
        observatory.client.step(*PARTS)
        found = observatory.commands()
        if found:
            observatory.clock.turn(5)
        return next((one for one in found if one["state"] in FINAL), None)

    return wait_for(step, "the dump to end", 60)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("commit", ["decide", "claim", "acting"])
def test_a_relay_that_dies_between_verdict_and_dump_leaves_one_dump(observatory, monkeypatch, commit, when):
    cut = Cut(monkeypatch, commit, when)
    observatory.clock.turn(28)
    observatory.push(lvk_json(), "lvk")
    observatory.decided()
    ended = live(observatory)
    assert not cut.armed, "the commit never came"
    wait_for(lambda: observatory.lives == 2, "the relay's second life")
    assert (ended["action"], ended["state"], ended["id"]) == ("dump", "done", 1)
    assert observatory.bench.told(1) == 1
