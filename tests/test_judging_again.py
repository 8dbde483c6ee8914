"""A rule tried on the past: the same judge, each notice as of its receipt, and nothing that was is changed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ovro_alert.commands import Report
from ovro_alert.console.entrance import ovro_alert
from ovro_alert.relay.journal import notices, offloads
from ovro_alert.relay.journal.notices import Arrived
from ovro_alert.relay.journal.opening import JOURNAL
from ovro_alert.times import iso_us, seconds
from tests.clocks import NOON
from tests.commanding import Rules
from tests.lvk_notices import lvk_json, lvk_voevent, sky_map_fits
from tests.notices import chime_gcn, chime_voevent
from tests.relay import RunningRelay, relay_on

Judge = Callable[..., Any]
DAY_BEFORE, DAY_AFTER = "2026-11-20T00:00Z", "2026-11-21T00:00Z"
LATE = timedelta(seconds=13)


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Judge:
    """Judge what that home has kept again, as the command line does; the outcome as programs see it."""
    monkeypatch.setenv("OVRO_ALERT_HOME", str(tmp_path / "home"))

    def outcome(*words: object, status: int = 0, since: str = DAY_BEFORE, until: str = DAY_AFTER) -> Any:
        result = run("judge", "--since", since, "--until", until, "--json", *words)
        assert result.exit_code == status, result.output
        return json.loads(result.stdout) if status == 0 else result.stderr

    return outcome


def run(*words: object) -> Result:
    return CliRunner().invoke(ovro_alert, [str(word) for word in words], env={"COLUMNS": "240"})


def came(relay: RunningRelay, body: bytes, stream: str = "chime", late: timedelta = LATE, **query: Any) -> dict:
    """Let a notice come so long after noon; the clock is turned on to then."""
    relay.hand.turn(max((NOON + late - relay.hand.now()).total_seconds(), 0))
    return relay.settled(relay.push(body, stream, **({"received": iso_us(NOON + late)} | query)).json()["id"])


def burst(number: int = 300000001, age_s: float = 0, **changes: Any) -> bytes:
    """A burst of a known repeater, at noon or so many seconds before."""
    return chime_voevent(**({"time": NOON - seconds(age_s), "event": f"chime:{number}"} | changes))


def one_off(number: int = 300000001, **changes: Any) -> bytes:
    """A burst of nothing that is known."""
    unlike = {"kind": "detection", "ra_deg": 200.0, "dec_deg": 60.0, "dm_pc_cm3": 612.0}
    return burst(number, **(unlike | changes))


def commands(relay: RunningRelay) -> list[dict]:
    return relay.http.get("/lwa/commands").json()


def carried_out(relay: RunningRelay) -> None:
    """Have a client take the one command that waits, and end it when it should."""
    (command,) = relay.http.get("/lwa/commands", params={"state": "open"}).json()
    claimed = relay.http.post(f"/commands/{command['id']}/claim", json={"client": "lwa@test"}).json()
    over = relay.hand.now() + seconds(command["args"]["duration_s"])
    for said in (
        Report(fence=claimed["fence"], state="acting", until=over),
        Report(fence=claimed["fence"], state="done"),
    ):
        body = said.model_dump(mode="json")
        assert relay.http.post(f"/commands/{command['id']}/report", json=body).status_code == 200
        relay.hand.turn(command["args"]["duration_s"])


def digests(home: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in home.glob(f"{JOURNAL}*")}


def counts(outcome: dict, which: str = "now") -> dict[tuple[str, str], int]:
    return {(line["telescope"], line["action"]): line[which]["commands"] for line in outcome["lines"]}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


class Archive:
    """A journal of notices that nobody has judged, without a relay."""

    def __init__(self, home: Path) -> None:
        home.mkdir()
        self.rules = Rules(home)

    def keep(self, body: bytes, late: timedelta = LATE, stream: str = "chime", *, history: bool = True) -> None:
        """Keep a notice as if it had been received so long after noon."""
        self.rules.do(notices.keep, Arrived(stream, body, "application/xml", NOON + late, "archive", history))


@pytest.fixture
def archive(home: Path) -> Archive:
    return Archive(home)


# ── what is not changed ──


def test_the_journal_is_the_same_to_the_byte_afterwards_and_nobody_is_told(home, judge):
    with relay_on(home) as relay:
        came(relay, burst())
    before = digests(home)
    judge("--set", "chime.min_importance=0.999")
    after = digests(home)
    assert after[JOURNAL] == before[JOURNAL]
    assert set(after.values()) - set(before.values()) <= {hashlib.sha256(b"").hexdigest(), after.get(f"{JOURNAL}-shm")}
    with relay_on(home) as relay:
        assert len(commands(relay)) == 1


def test_the_relay_may_run_beside_it_and_sees_nothing_of_it(relay, judge):
    came(relay, burst())
    before = relay.http.get("/commands/1").json(), len(relay.http.get("/messages").json())
    outcome = judge("--set", "lwa.min_elevation_deg=90")
    assert [one["how"] for one in outcome["differences"]] == ["fewer"]
    assert (relay.http.get("/commands/1").json(), len(relay.http.get("/messages").json())) == before


def test_a_home_without_a_journal_is_said_and_none_is_made(home, judge):
    assert f"no journal at {home / JOURNAL}" in judge(status=1)
    assert not home.exists()


@pytest.mark.parametrize("made", [b"no journal at all, whatever it is called", b""])
def test_a_file_that_is_no_journal_is_said_in_one_line(home, judge, made):
    home.mkdir()
    (home / JOURNAL).write_bytes(made)
    assert "no journal" in judge(status=1)


def test_a_journal_of_another_version_is_said(archive, judge, home):
    with contextlib.closing(sqlite3.connect(home / JOURNAL)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    assert "of another version" in judge(status=1)


# ── then and now ──


def test_under_the_same_limits_a_story_that_ran_live_runs_as_it_did(relay, judge):
    """A beam, the same by the other path while it runs, a one-off, a burst below the horizon."""
    came(relay, burst())
    carried_out(relay)
    later = timedelta(hours=1)
    came(relay, chime_gcn(time=NOON, event="chime:300000001"), "gcn", later, path="gcn-kafka")
    came(relay, one_off(300000002, time=NOON + later), late=later + LATE)
    came(relay, one_off(300000003, time=NOON + later, dec_deg=-60.0), late=later + LATE)
    outcome = judge()
    assert outcome["differences"] == []
    (line,) = outcome["lines"]
    assert line["then"]["commands"] == line["now"]["commands"] == 1
    assert line["now"]["hours"] == pytest.approx(line["then"]["hours"], abs=0.01)
    assert line["now"]["tb"] == pytest.approx(line["now"]["hours"] * 3600 * 79e6 / 1e12, rel=0.01)
    assert (outcome["notices"], outcome["states"]) == (4, {"read": 4})
    assert {one["level"]: one["now"] for one in outcome["messages"]} == {
        one["level"]: one["then"] for one in outcome["messages"]
    }


def test_a_stricter_limit_takes_a_beam_away_and_says_why(relay, judge):
    came(relay, burst())
    (one,) = judge("--set", "chime.min_importance=0.995")["differences"]
    assert (one["event"], one["how"], one["scenario"]) == ("chime:300000001", "fewer", "chime_repeater")
    assert one["then_says"].startswith("OVRO-LWA beam")
    assert "importance" in one["now_says"]


def test_a_wider_limit_gives_a_beam_and_says_why_there_was_none(relay, judge):
    came(relay, one_off())
    outcome = judge("--set", "chime.one_offs=all")
    (one,) = outcome["differences"]
    assert (one["how"], one["then"], len(one["now"])) == ("more", [], 1)
    assert "one_offs" in one["then_says"] or "one-off" in one["then_says"]
    assert counts(outcome, "then") == {("lwa", "beam"): 0}
    assert counts(outcome) == {("lwa", "beam"): 1}


def test_a_beam_of_another_length_is_another_beam(relay, judge):
    came(relay, burst())
    (one,) = judge("--set", "lwa.max_beam_s=400")["differences"]
    assert one["how"] == "other"
    assert "beam of 400 s" in one["now"][0]


def test_two_limits_at_once(relay, judge):
    came(relay, one_off())
    outcome = judge("--set", "chime.one_offs=all", "--set", "lwa.max_beam_s=900")
    assert "beam of 900 s" in outcome["differences"][0]["now"][0]


def test_a_switch_that_was_off_is_on(relay, judge):
    relay.http.put("/switches/chime_repeater", json={"state": "off", "why": "maintenance"})
    came(relay, burst())
    (one,) = judge()["differences"]
    assert one["how"] == "more"
    assert "off" in one["then_says"]


def test_history_is_judged_as_if_it_had_come_by_itself(archive, judge):
    archive.keep(burst())
    outcome = judge()
    assert (outcome["history"], [one["how"] for one in outcome["differences"]]) == (1, ["new"])


def test_what_no_reader_can_read_is_counted(archive, judge):
    archive.keep(b"<nonsense")
    assert judge()["states"] == {"unreadable": 1}


# ── as of then ──


def test_each_notice_is_judged_as_of_its_own_receipt_whenever_the_relay_had_it(relay, judge):
    """A spool kept it for an hour: too late for a beam. Had it come at once, there would have been one."""
    relay.hand.turn(3600)
    came(relay, burst())
    assert commands(relay) == []
    (one,) = judge()["differences"]
    assert one["how"] == "more"


def test_notices_are_judged_in_the_order_in_which_they_were_received(archive, judge):
    """The archive was told of the burst first; its retraction truly came before it."""
    archive.keep(burst(), timedelta(seconds=60))
    assert counts(judge()) == {("lwa", "beam"): 1}
    archive.keep(burst(kind="retraction", cites="ivo://ca.chimenet.frb/FRB-DETECTION-#x_0123456789ab"))
    assert counts(judge()) == {}


def test_only_what_was_received_in_the_window_is_counted(archive, judge):
    archive.keep(burst())
    assert judge(until="2026-11-20T12:00:13Z")["notices"] == 0
    assert judge(since="2026-11-20")["notices"] == judge(since="2026-11-20T00:00:00Z")["notices"] == 1
    assert judge(since="2026-11-21", until="2026-11-22")["notices"] == 0
    assert judge(since="2026-11-20T12:00:13Z")["notices"] == 1
    after = judge(since="2026-11-20T12:00:14Z")
    assert (after["notices"], after["before"], after["lines"]) == (0, 1, [])


def test_a_budget_is_used_up_as_it_would_have_been(archive, judge):
    """Three bursts, an hour apart; two beams a day, also where the first lie before the window."""
    for number in range(3):
        away = timedelta(hours=number)
        archive.keep(burst(300000001 + number, time=NOON + away), LATE + away)
    assert counts(judge()) == {("lwa", "beam"): 3}
    two = "--set", "lwa.beams_per_day=2"
    assert counts(judge(*two)) == {("lwa", "beam"): 2}
    assert judge(*two, since="2026-11-20T13:30Z")["lines"] == []


def test_a_beam_is_in_the_way_of_the_next_until_it_ends(archive, judge):
    """Two bursts a minute apart and far from one another: the second waits for the first; an hour later none does."""
    elsewhere = {"ra_deg": 29.5031, "dec_deg": 65.7168, "source": "FRB 20180916B", "dm_pc_cm3": 348.8}
    archive.keep(burst(1))
    for number, away in ((2, timedelta(minutes=1)), (3, timedelta(hours=1))):
        archive.keep(burst(number, time=NOON + away, **elsewhere), LATE + away)
    pairs = judge("--event", "chime:2", "--event", "chime:3")["events"]
    free = [gate["says"] for pair in pairs for gate in pair["now"]["gates"] if gate["gate"] == "B7 free"]
    assert "after beam 1" in free[0] or "busy until" in free[0]
    assert "beam 1" not in free[1]


def test_a_superevent_is_dumped_once_however_often_it_is_told(archive, judge):
    for number, kind in enumerate(("PRELIMINARY", "INITIAL", "UPDATE")):
        late = timedelta(seconds=30 + 20 * number)
        archive.keep(lvk_json("S261120a", kind, time=NOON, issued=NOON + late), late, "lvk")
    outcome = judge()
    assert counts(outcome) == {("lwa", "dump"): 1}
    assert 20 < outcome["lines"][0]["now"]["tb"] < 25
    assert {one["level"]: one["now"] for one in outcome["messages"]}["loud"] >= 1


def test_the_sky_map_of_an_earlier_path_is_known_to_a_later_one(archive, judge):
    """The same statement again, with HasNS and no map: what is up is reckoned from the map that came first."""
    below = sky_map_fits(180.0, -70.0)
    archive.keep(lvk_json(time=NOON, properties={}, skymap=below), timedelta(seconds=30), "lvk")
    archive.keep(lvk_voevent(time=NOON), timedelta(seconds=50), "lvk")
    (pair,) = judge("--event", "lvk:S261120a")["events"]
    assert pair["now"]["notice"] == 2
    says = next(gate["says"] for gate in pair["now"]["gates"] if gate["gate"].startswith("L12"))
    assert says == "probability above 15° 0 < 0.1"


def test_disks_are_emptied_when_they_truly_were(archive, judge):
    """Two dumps of 22.7 TB, three days apart, on disks for 30 TB."""
    for number, days in enumerate((0, 3)):
        merger = NOON + timedelta(days=days)
        body = lvk_json(f"S26112{number}a", time=merger)
        archive.keep(body, timedelta(days=days, seconds=30), "lvk")
    small = "--set", "lwa.tb_until_offload=30"
    assert counts(judge(*small, until="2026-11-25T00:00Z")) == {("lwa", "dump"): 1}
    archive.rules.clock.turn(2 * 86400)
    archive.rules.do(offloads.record, "lwa", "observation", "a person", "")
    assert counts(judge(*small, until="2026-11-25T00:00Z")) == {("lwa", "dump"): 2}


def test_disks_are_as_full_as_they_were_when_it_begins(relay, judge):
    """Two dumps of 22.7 TB in the weeks before; a third one found no room, and finds none when judged again."""
    for number in range(3):
        days = timedelta(days=7 * number)
        body = lvk_json(f"S26112{number}a", time=NOON + days)
        came(relay, body, "lvk", days + timedelta(seconds=30))
        if number < 2:
            carried_out(relay)
    window = {"since": "2026-12-04T00:00Z", "until": "2026-12-05T00:00Z"}
    outcome = judge(**window)
    assert (outcome["lines"], outcome["differences"]) == ([], [])
    more = judge("--set", "lwa.tb_until_offload=70", **window)
    assert counts(more) == {("lwa", "dump"): 1}
    relay.http.post("/lwa/offloaded", json={"note": "all on tape"}).raise_for_status()
    later = timedelta(days=28)
    came(relay, lvk_json("S261218a", time=NOON + later), "lvk", later + timedelta(seconds=30))
    assert judge(since="2026-12-18T00:00Z", until="2026-12-19T00:00Z")["differences"] == []


def test_a_stream_or_a_scenario_alone(archive, judge):
    archive.keep(burst())
    archive.keep(lvk_json("S261120a", time=NOON), timedelta(seconds=30), "lvk")
    assert counts(judge()) == {("lwa", "beam"): 1, ("lwa", "dump"): 1}
    assert counts(judge("--stream", "lvk")) == {("lwa", "dump"): 1}
    alone = judge("--scenario", "chime_repeater")
    assert (counts(alone), alone["notices"]) == ({("lwa", "beam"): 1}, 2)


# ── what people see ──


def test_people_see_what_was_assumed_counts_differences_and_the_gates_side_by_side(relay, judge):
    came(relay, burst())
    words = ("--since", DAY_BEFORE, "--until", DAY_AFTER, "--event", "chime:300000001")
    shown = run("judge", *words, "--set", "chime.min_importance=0.995")
    assert shown.exit_code == 0
    for expected in (
        "chime.min_importance = 0.995 instead of 0.9",
        "every switch had been on",
        "telescopes had said nothing",
        "fewer",
        "then: command over notice 1",
        "now: message over notice 1: importance 0.99 < 0.995",
    ):
        assert expected in shown.stdout
    assert "judging 1 notices again" in shown.stderr


def test_under_the_limits_in_force_it_says_so(archive, judge):
    shown = run("judge", "--since", DAY_BEFORE, "--until", DAY_AFTER)
    assert "with the limits in force" in shown.stdout
    assert "no event would have gone otherwise" in shown.stdout


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("lvk.max_far=1", "did you mean lvk.max_far_hz?"),
        ("lvk.max_far_hz=often", "lvk.max_far_hz"),
        ("lvk.max_far_hz=-1", "greater than or equal to 0"),
        ("lvk.max_far_hz", "NAME=VALUE"),
        ("mode=production", "no limit"),
    ],
)
def test_a_limit_that_is_none_is_said_and_nothing_is_judged(archive, judge, given, says):
    result = run("judge", "--since", DAY_BEFORE, "--until", DAY_AFTER, "--set", given)
    assert result.exit_code != 0
    assert says in result.stderr
    assert "judging" not in result.stderr


def test_an_event_that_nobody_judged_is_said(archive, judge):
    assert "chime:7" in judge("--event", "chime:7", status=1)


def test_a_window_that_ends_before_it_begins_is_said(archive, judge):
    assert "is not before" in judge(since=DAY_AFTER, until=DAY_BEFORE, status=2)
