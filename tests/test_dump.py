"""The ring buffer: what it still holds of a merger at an age, and what a dump of it takes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ovro_alert.actions import DumpArgs
from ovro_alert.circumstances import Used
from ovro_alert.observatory import DUMP_BAND
from ovro_alert.scenarios.dump import ring_of, written_share
from ovro_alert.scenarios.dump_gates import DumpWish, captured_gate, ready_gate
from ovro_alert.scenarios.limits import GrbLimits, LvkLimits, LwaLimits
from ovro_alert.times import seconds
from tests.cases import lwa, switch
from tests.mergers import EVENT, MERGER_TIME, after, dump

LWA = LwaLimits()
RING = ring_of(LWA, LvkLimits())
GRB_RING = ring_of(LWA, GrbLimits())
T0 = datetime(2023, 5, 29, 18, 15, tzinfo=UTC)


def plan(age_s, ring=RING):
    return ring.plan(T0, T0 + seconds(age_s), 0.5)


# ── what is captured ──


@pytest.mark.parametrize(
    ("age_s", "share"),
    [(-20, 1.0), (0, 1.0), (147.47, 1.0), (229.34, 0.75), (314.86, 0.50), (411.77, 0.25), (780, 0.0), (11290, 0.0)],
)
def test_the_older_a_merger_the_less_of_the_band_is_left(age_s, share):
    assert RING.captured(age_s) == pytest.approx(share, abs=2e-5)


def test_nothing_is_lost_before_the_smallest_dm_enters_the_band_in_the_oldest_sample():
    assert RING.captured(147.47) == 1.0
    assert RING.captured(147.48) < 1.0


@pytest.mark.parametrize(("share", "age_s"), [(1.0, 147.47), (0.75, 229.34), (0.5, 314.86), (0.25, 411.77)])
def test_the_latest_age_is_where_the_share_goes_through_its_limit(share, age_s):
    latest_s = RING.latest_age_s(share)
    assert latest_s == pytest.approx(age_s, abs=0.01)
    assert RING.captured(latest_s) >= share > RING.captured(latest_s + 1e-3)


def test_other_dms_have_another_latest_age():
    assert GRB_RING.latest_age_s(0.5) == pytest.approx(378.4, abs=0.05)
    assert GRB_RING.dms_pc_cm3 == (100, 150, 200, 250, 300, 350, 400, 450, 500)


def test_the_smallest_and_the_largest_dm_count_whatever_the_step():
    assert ring_of(LWA, LvkLimits(dm_step=100)).dms_pc_cm3 == (50, 150, 250, 350, 400)
    assert ring_of(LWA, LvkLimits(dm_min=400)).dms_pc_cm3 == (400,)
    assert ring_of(LWA, LvkLimits(dm_min=500)).dms_pc_cm3 == (500,)


def test_a_ring_of_half_an_hour_loses_nothing_for_half_an_hour():
    half_an_hour = ring_of(LwaLimits(ring_min_s=1800, ring_max_s=1800), LvkLimits())
    assert half_an_hour.captured(1827) == 1.0
    assert half_an_hour.latest_age_s(0.5) == pytest.approx(314.86 + 1680, abs=0.01)


# ── the dump ──


@pytest.mark.parametrize(
    ("age_s", "duration_s", "lookback_s", "files", "tb"),
    [(28, 861.9, 0.53, 21, 22.7), (300, 589.9, 120.0, 15, 16.2), (-20, 909.9, 0.0, 22, 23.8)],
)
def test_a_dump_is_as_long_as_it_takes_from_the_oldest_sample(age_s, duration_s, lookback_s, files, tb):
    found = plan(age_s)
    assert found.duration_s == pytest.approx(duration_s, abs=0.05)
    assert found.lookback_s == pytest.approx(lookback_s, abs=0.01)
    assert found.files == files
    assert found.size_tb == pytest.approx(tb, abs=0.05)


def test_a_dump_at_28_seconds_is_done_708_seconds_later():
    found = plan(28)
    assert (found.done - T0).total_seconds() == pytest.approx(28 + 708.0, abs=0.05)
    assert (found.stop - T0).total_seconds() == pytest.approx(659.93 + 60, abs=0.05)
    assert found.deadline == T0 + seconds(RING.latest_age_s(0.5))


def test_the_end_of_a_dump_does_not_depend_on_when_it_begins():
    assert plan(28).stop == plan(300).stop
    assert plan(28).deadline == plan(300).deadline


def test_a_short_burst_of_30_seconds_ago_takes_25_files():
    found = plan(30, GRB_RING)
    assert (found.duration_s, found.files) == (pytest.approx(1024.9, abs=0.05), 25)
    assert found.size_tb == pytest.approx(27.0, abs=0.05)


def test_nothing_is_planned_when_nothing_is_left():
    assert plan(780) is None
    assert plan(779) is not None


def test_the_arguments_are_those_of_the_telescopes_client():
    args = DumpArgs.model_validate(plan(28).args(EVENT))
    assert (args.event, args.stop) == (EVENT, plan(28).stop.replace(microsecond=934_000))
    assert args.lookback_s <= LWA.ring_min_s


# ── enough of it ──


@pytest.mark.parametrize(("age_s", "result"), [(28, "pass"), (314, "pass"), (316, "fail"), (11290, "fail")])
def test_half_of_the_band_must_be_left(age_s, result):
    gate = captured_gate("L6 time", age_s, RING, 0.5)
    assert (gate.result, gate.limit) == (result, 0.5)
    assert f"{DUMP_BAND.bottom_mhz:g}-86.90 MHz" in gate.says


def test_without_a_time_nobody_knows_what_is_left():
    assert captured_gate("L6 time", None, RING, 0.5).result == "unknown"


def test_nothing_is_never_enough():
    assert captured_gate("L6 time", 900, RING, 1e-12).result == "fail"


# ── ready ──


def ready(circumstances, age_s=28, limits=LWA):
    wish = DumpWish("lvk_dump", EVENT, RING.plan(MERGER_TIME, MERGER_TIME + seconds(age_s), 0.5))
    return ready_gate("L13 ready", wish, circumstances, limits)


def test_a_telescope_of_which_nothing_is_known_is_no_reason_not_to_dump():
    gate = ready(after())
    assert gate.result == "pass"
    assert gate.says.startswith("telescope state unknown; no other dump")


def test_an_old_status_is_not_known():
    old = lwa(after(), state="unavailable", at=MERGER_TIME - seconds(33))
    gate = ready(after(statuses={"lwa": old}))
    assert (gate.result, "telescope state unknown for 61 s" in gate.says) == ("pass", True)


@pytest.mark.parametrize(("state", "result"), [("idle", "pass"), ("observing", "pass"), ("unavailable", "fail")])
def test_a_telescope_that_says_it_is_not_there_is_not_asked(state, result):
    assert ready(after(statuses={"lwa": lwa(after(), state=state)})).result == result


@pytest.mark.parametrize("name", ["lvk_dump", "lwa"])
@pytest.mark.parametrize("state", ["message-only", "off"])
def test_a_person_holds_it_back(name, state):
    gate = ready(after(switches=switch(name, state, why="maintenance", by="anna")))
    assert (gate.result, gate.value) == ("fail", state)
    assert "by anna: maintenance" in gate.says


def test_a_switch_of_another_scenario_is_not_ours():
    assert ready(after(switches=switch("short_grb", "off"))).result == "pass"


@pytest.mark.parametrize(
    ("state", "words"), [("pending", "waits (pending)"), ("claimed", "waits (claimed)"), ("acting", "is being written")]
)
def test_another_dump_is_in_the_way_and_its_end_is_said(state, words):
    other = dump(state).model_copy(update={"event": "lvk:S261120b"})
    gate = ready(after(running=(other,)))
    assert (gate.result, gate.value) == ("fail", 17)
    assert f"dump 17 for lvk:S261120b {words} until 2026-11-20T12:12:00.101Z: a second trigger is lost" in gate.says


def test_what_the_telescope_says_of_the_end_comes_first():
    until = MERGER_TIME + seconds(736)
    other = dump("acting", until=until, event=None)
    assert "dump 17 for no event is being written until 2026-11-20T12:12:16.167Z" in ready(after(running=(other,))).says


def test_what_is_done_late_or_ours_is_not_in_the_way():
    late = dump().model_copy(update={"event": "lvk:S261120b", "deadline": MERGER_TIME})
    done = dump("done").model_copy(update={"event": "lvk:S261120c"})
    beam = dump().model_copy(update={"event": "lvk:S261120d", "action": "beam"})
    assert ready(after(running=(late, done, beam, dump()))).result == "pass"


@pytest.mark.parametrize(("dumps", "result"), [(0, "pass"), (1, "pass"), (2, "fail")])
def test_two_dumps_a_day_are_the_most(dumps, result):
    gate = ready(after(used={"lwa": Used(dumps=dumps)}))
    assert (gate.result, gate.value, gate.limit) == (result, dumps + 1, 2)
    assert ("raise lwa.dumps_per_day" in gate.says) == (result == "fail")


@pytest.mark.parametrize(("tb", "result"), [(27.28, "pass"), (27.29, "fail")])
def test_the_disks_hold_so_much_and_no_more(tb, result):
    """21 files are 22.715 TB; with 27.285 TB they are 50."""
    gate = ready(after(used={"lwa": Used(dump_tb=tb)}))
    assert gate.result == result
    if result == "fail":
        assert (gate.value, gate.limit, gate.unit) == (pytest.approx(50.005, abs=0.001), 50, "TB")
        assert "raise lwa.tb_until_offload, or empty the disks" in gate.says


def test_everything_that_stands_against_it_is_said():
    gate = ready(after(used={"lwa": Used(dumps=9, dump_tb=99)}, switches=switch("lwa", "off")))
    assert gate.value == "off"
    assert "10 of 2 dumps" in gate.says
    assert "121.7 of 50 TB" in gate.says


# ── how far it is ──


@pytest.mark.parametrize(("age_s", "share"), [(28, 0.0), (382, 0.5), (736, 1.0), (900, 1.0)])
def test_a_dump_is_written_evenly_from_when_it_began(age_s, share):
    writing = dump("acting", until=MERGER_TIME + seconds(736))
    assert written_share(writing, MERGER_TIME + seconds(age_s), 170) == pytest.approx(share)


def test_a_dump_that_began_late_is_written_less_far():
    """Its first sample is 170 s older than its beginning, 128 s after the merger."""
    writing = dump("acting", until=MERGER_TIME + seconds(736), detail={"on": (MERGER_TIME - seconds(42)).isoformat()})
    assert written_share(writing, MERGER_TIME + seconds(432), 170) == pytest.approx(0.5)


@pytest.mark.parametrize("on", ["soon", 17, None, "9999-12-31T23:59:59-10:00", "9999-12-31T23:59:59Z"])
def test_whatever_a_client_reports_is_no_obstacle(on):
    writing = dump("acting", until=MERGER_TIME + seconds(736), detail={"on": on})
    assert 0 <= written_share(writing, MERGER_TIME + seconds(382), 170) <= 1


def test_what_waits_is_not_written_and_what_has_ended_is():
    assert written_share(dump("claimed"), MERGER_TIME, 170) == 0
    assert written_share(dump("done"), MERGER_TIME, 170) == 1
    assert written_share(dump("acting", args={}), MERGER_TIME, 170) == 1
