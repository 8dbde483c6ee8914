"""One superevent from its early warning on, through reader, judge and journal: one dump, whatever happens."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from ovro_alert import sky
from ovro_alert.commands import FINAL, WAITING
from ovro_alert.notices import RawNotice
from ovro_alert.reading import read_whole
from ovro_alert.scenarios import judge_all
from ovro_alert.scenarios.limits import Limits
from tests.cases import gate
from tests.lvk_notices import lvk_json, sky_map_fits
from tests.mergers import after
from tests.relay import RunningRelay, relay_on, wait_for
from tests.test_relay_crashes import PARTS, Cut, observatory

__all__ = ["observatory"]

LETTERS = itertools.count(ord("a"))
BUDGET = {"dumps_per_day": 100, "tb_until_offload": 10_000}
NOISE = {"BNS": 0.1, "NSBH": 0.1, "BBH": 0.0, "Terrestrial": 0.8}
SOUTH = (60.0, -80.0)


class Story:
    """One superevent at a relay that other stories use too; it leaves nothing open behind."""

    def __init__(self, relay: RunningRelay) -> None:
        self.relay = relay
        self.name = f"S261120{chr(next(LETTERS))}"
        self.time = relay.hand.now() + timedelta(seconds=60)
        self.superevents = {self.name}

    def push(self, age_s: float, alert_type: str = "PRELIMINARY", name: str = "", **changes: Any) -> dict[str, Any]:
        """Hand in a statement issued a second ago, `age_s` after the merger; return its verdict or unread notice."""
        moment = self.time + timedelta(seconds=age_s)
        self.relay.hand.jump((moment - self.relay.hand.now()).total_seconds())
        self.superevents.add(name or self.name)
        issued = moment - timedelta(seconds=1)
        body = lvk_json(name or self.name, alert_type, time=self.time, issued=issued, **changes)
        notice = self.relay.settled(self.relay.push(body, "lvk", path="gcn-kafka").json()["id"])
        if notice["alert"] is None:
            return notice
        (verdict,) = self.relay.http.get(f"/alerts/{notice['alert']}").json()["verdicts"]
        return verdict

    def of_ours(self, path: str) -> list[dict[str, Any]]:
        found = [one for one in self.relay.http.get(path).json() if (one["event"] or "")[4:] in self.superevents]
        return sorted(found, key=lambda one: one["id"])

    def commands(self) -> list[tuple[str, str, int]]:
        return [(one["action"], one["state"], one["turn"]) for one in self.of_ours("/lwa/commands")]

    def messages(self) -> list[tuple[str, str]]:
        return [(one["subject"], one["level"]) for one in self.of_ours("/messages")]

    def report(self, *states: str) -> None:
        """Be the telescope's client: take the last command and report on it."""
        last = self.of_ours("/lwa/commands")[-1]["id"]
        claimed = self.relay.http.post(f"/commands/{last}/claim", json={"client": "lwa@a"}).json()
        for state in states:
            report = {"fence": claimed["fence"], "state": state}
            self.relay.http.post(f"/commands/{last}/report", json=report).raise_for_status()

    def leave(self) -> None:
        """Cancel what waits, and end what acts as the client that took it."""
        for one in self.of_ours("/lwa/commands"):
            if one["state"] in WAITING:
                self.relay.http.post(f"/commands/{one['id']}/cancel", json={}).raise_for_status()
            elif one["state"] == "acting":
                report = {"fence": 1, "state": "done"}
                self.relay.http.post(f"/commands/{one['id']}/report", json=report).raise_for_status()


@pytest.fixture(scope="module")
def generous(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRelay]:
    """One relay for all stories, with room for many dumps."""
    with relay_on(tmp_path_factory.mktemp("relay"), lwa=BUDGET) as relay:
        yield relay


@pytest.fixture
def story(generous: RunningRelay) -> Iterator[Story]:
    begun = Story(generous)
    yield begun
    begun.leave()


def gate_of(verdict: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in verdict["gates"] if one["gate"] == name)


def high(time: datetime) -> tuple[float, float]:
    """Return a direction that is high over OVRO-LWA when the signal of a merger arrives."""
    at = time + timedelta(seconds=174)
    return max(((float(ra), 37.0) for ra in range(0, 360, 5)), key=lambda place: sky.elevation_deg(*place, at))


def test_after_an_early_warning_the_preliminary_makes_the_one_dump(story):
    assert story.push(-20, "EARLYWARNING")["commands"] == []
    assert len(story.push(28)["commands"]) == 1
    story.report("acting")
    story.push(300, far_hz=1e-12)
    story.push(310, "INITIAL")
    assert story.commands() == [("dump", "acting", 1)]
    assert story.messages() == [("verdict", "loud"), ("verdict", "loud"), ("update", "normal"), ("update", "normal")]


def test_what_is_refused_first_and_promoted_at_the_second_is_dumped_once(story):
    assert story.push(28, far_hz=1e-6)["answer"] == "message"
    promoted = story.push(300, far_hz=1e-9)
    assert promoted["figures"]["files"] == 15
    story.push(305, "INITIAL", far_hz=1e-9)
    (dump,) = story.of_ours("/lwa/commands")
    assert dump["args"]["duration_s"] == pytest.approx(589.9, abs=0.05)


def test_a_map_that_moves_up_leads_to_a_dump(story):
    low = story.push(28, skymap=sky_map_fits(*SOUTH))
    assert (gate_of(low, "L12 visible")["result"], low["commands"]) == ("fail", [])
    up = story.push(200, "UPDATE", skymap=sky_map_fits(*high(story.time)))
    assert gate_of(up, "L12 visible")["value"] == pytest.approx(1, abs=1e-3)
    assert story.commands() == [("dump", "pending", 1)]


def test_a_dump_that_waits_is_taken_back_when_it_turns_out_to_be_noise(story):
    story.push(28)
    story.push(60, "INITIAL", classification=NOISE)
    assert story.commands() == [("dump", "cancelled", 1)]
    story.push(90, "UPDATE")
    assert story.commands() == [("dump", "cancelled", 1)]
    assert story.messages()[:3] == [("verdict", "loud"), ("command", "normal"), ("update", "normal")]


def test_a_dump_that_the_telescope_refused_is_tried_once_more_by_the_next_statement(story):
    story.push(28)
    story.report("refused")
    story.push(90, "INITIAL")
    story.push(120, "UPDATE")
    assert story.commands() == [("dump", "refused", 1), ("dump", "pending", 2)]


def test_a_dump_that_is_done_is_the_last(story):
    story.push(28)
    story.report("acting", "done")
    story.push(90, "INITIAL", far_hz=1e-15)
    assert story.commands() == [("dump", "done", 1)]


def test_an_update_after_a_retraction_changes_nothing(story):
    story.push(28)
    story.push(60, "RETRACTION")
    told = story.messages()
    story.push(90, "UPDATE", far_hz=1e-15)
    assert story.commands() == [("dump", "cancelled", 1)]
    assert story.messages() == [*told, ("verdict", "quiet")]


def test_a_mock_with_perfect_numbers_is_a_drill_once(story):
    mock = f"M{story.name}"
    story.push(28, name=mock)
    story.push(60, "INITIAL", name=mock)
    story.push(90, name=f"T{story.name}")
    assert story.commands() == [("test", "pending", 1)]
    assert {level for _, level in story.messages()} == {"quiet"}


def test_a_statement_without_its_event_cannot_be_read_and_somebody_hears_of_it(story):
    notice = story.push(28, event=None)
    told = [one for one in story.relay.http.get("/messages").json() if one["notice"] == notice["id"]]
    assert notice["state"] == "unreadable"
    assert [(one["subject"], one["level"]) for one in told] == [("notice", "normal")]


def test_the_second_of_two_mergers_hears_when_the_first_dump_ends(story):
    story.push(28)
    story.report("acting")
    number = story.of_ours("/lwa/commands")[0]["id"]
    other = story.push(60, name=f"{story.name}b")
    assert (other["answer"], other["commands"]) == ("message", [])
    assert f"dump {number} for lvk:{story.name} is being written until" in other["summary"]


# ── maps that are none ──


@pytest.mark.parametrize(
    ("skymap", "says"),
    [
        ("not base64 at all!", "map"),
        (b"SIMPLE  =                    T", "map broken"),
        (b"\0" * 5_000_000, "map"),
        (sky_map_fits(*SOUTH, nan=True), "map"),
        (sky_map_fits(*SOUTH, total=0.93), "map sums to 0.93"),
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
@pytest.mark.parametrize(("commit", "when"), [("decide", "before"), ("decide", "after"), ("claim", "before")])
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
