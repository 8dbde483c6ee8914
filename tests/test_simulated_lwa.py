"""The simulated OVRO-LWA takes its time, refuses and remembers as the array does."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ovro_alert.commands import Command
from ovro_alert.errors import CannotStartError, TelescopeRefusedError
from ovro_alert.telescopes import lwa
from ovro_alert.telescopes.simulated.faults import Faults
from ovro_alert.telescopes.simulated.lwa import SimulatedLwa
from ovro_alert.times import iso, parse_utc, seconds
from tests.clocks import NOON
from tests.lwa_commands import BURST, DM, DOWN, STOP, beam, command, drill, dump, sweep_beam


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "record.jsonl"


@pytest.fixture
def array(path: Path) -> SimulatedLwa:
    return SimulatedLwa(path)


def after(seconds_: float) -> datetime:
    return NOON + seconds(seconds_)


def record(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def steps(path: Path) -> list[tuple[int, str, str]]:
    return [(line["command"], line["what"], line["step"]) for line in record(path)]


# ── beams ──


def test_a_beam_is_on_eighteen_seconds_after_it_is_told_and_off_when_the_sweep_is_over(array: SimulatedLwa) -> None:
    """The scheduler takes 3 s; a recorder that is told 'now' starts 15 s later."""
    command = sweep_beam()
    progress = array.begin(command, NOON)
    assert progress.state == "acting"
    assert progress.until == STOP
    assert "waits" in progress.detail["says"]
    assert array.progress(command, after(17.9)).detail["says"].endswith("waits until 12:00:18 UTC")
    assert array.progress(command, after(18)).detail["says"].endswith("records")
    done = array.progress(command, STOP)
    assert done.state == "done"
    assert done.detail["on"] == iso(after(18))
    assert done.detail["off"] == iso(STOP)
    assert done.detail["lead_s"] == 18.0
    assert done.detail["gb"] == pytest.approx((STOP - after(18)).total_seconds() * 0.079, abs=0.1)
    assert done.detail["caught"] == 1.0
    assert done.detail["file"].startswith("/lustre/ubuntu/beam01/061364_120018000000")
    assert (done.detail["ra_deg"], done.detail["dec_deg"], done.detail["beam"]) == (180.0, 60.0, 1)


def test_a_late_start_never_moves_the_end_and_what_was_caught_is_computed_again(array: SimulatedLwa) -> None:
    late = BURST + seconds(1.47717 * DM - 18)
    command = sweep_beam()
    assert array.begin(command, late).until == STOP
    done = array.progress(command, STOP)
    assert done.detail["on"] == iso(late + seconds(18))
    assert done.detail["caught"] == pytest.approx(0.25, abs=0.001)


def test_nothing_is_claimed_of_a_burst_that_the_command_does_not_name(array: SimulatedLwa) -> None:
    array.begin(beam(), NOON)
    assert "caught" not in array.progress(beam(), after(700)).detail


def test_a_beam_whose_end_has_passed_is_refused(array: SimulatedLwa) -> None:
    with pytest.raises(TelescopeRefusedError, match="nothing is left"):
        array.refusal(sweep_beam(), STOP - seconds(18))
    assert array.refusal(sweep_beam(), STOP - seconds(19)) is None


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (DOWN, "elevation -"),
        ({"beam": 2}, "beam 2 has no voltage recorder"),
        ({"mode": "power", "beam": 13}, "beam 13 has no power recorder"),
    ],
)
def test_what_the_array_cannot_do_is_refused_before_it_is_told(
    array: SimulatedLwa, path: Path, args: dict[str, Any], why: str
) -> None:
    try:
        refused = array.refusal(beam(**args), NOON)
    except TelescopeRefusedError as error:
        refused = str(error)
    assert refused is not None
    assert why in refused
    with pytest.raises(TelescopeRefusedError, match=why):
        array.begin(beam(**args), NOON)
    assert "told" not in {line["step"] for line in record(path)}


def test_a_second_session_on_the_same_beam_is_refused_whatever_its_mode(array: SimulatedLwa) -> None:
    array.begin(beam(1), NOON)
    assert array.refusal(beam(2), after(300)) == ("SIMULATED: beam 1 is taken by command 1 until 12:10:19 UTC")
    assert array.refusal(beam(2, mode="power", beam=1), after(300)) is not None
    assert array.refusal(beam(2, mode="power"), after(300)) is None
    with pytest.raises(TelescopeRefusedError, match="taken by command 1"):
        array.begin(beam(2), after(300))
    assert array.refusal(beam(2), after(620)) is None


def test_a_session_that_encloses_another_is_seen(array: SimulatedLwa) -> None:
    """The array's own scheduler overlooks it."""
    array.begin(beam(1, start=iso(after(200)), duration_s=100), NOON)
    assert array.refusal(beam(2), after(1)) is not None
    assert array.refusal(beam(2, duration_s=150), after(1)) is None


def test_a_start_seventy_seconds_ahead_is_scheduled_and_a_nearer_one_is_told_just_in_time(array: SimulatedLwa) -> None:
    far, near = beam(start=iso(after(70))), beam(start=iso(after(69.9)))
    assert array.due(far, NOON) == NOON
    assert array.due(near, NOON) == after(69.9 - 18)
    assert array.due(beam(start=iso(after(-5))), NOON) < NOON
    array.begin(far, NOON)
    assert array.progress(far, after(69)).detail["says"].endswith("waits until 12:01:10 UTC")
    assert array.progress(far, after(700)).detail["on"] == iso(after(70))
    assert array.progress(far, after(700)).detail["off"] == iso(after(670))


def test_a_near_start_that_is_told_late_ends_when_it_was_meant_to(array: SimulatedLwa) -> None:
    late = beam(start=iso(after(-100)))
    array.begin(late, NOON)
    assert array.progress(late, after(600)).detail["off"] == iso(after(500))


def test_a_waiting_session_can_be_taken_back_a_running_one_cannot(array: SimulatedLwa, path: Path) -> None:
    array.begin(beam(1), NOON)
    taken_back = array.stop(beam(1), after(17))
    assert (taken_back.state, taken_back.detail["outcome"]) == ("cancelled", "not begun")
    array.begin(beam(2), after(20))
    going_on = array.stop(beam(2), after(38))
    assert going_on.state == "acting"
    assert "cannot be stopped" in going_on.detail["stop"]
    done = array.progress(beam(2), after(700))
    assert done.state == "done"
    assert "cannot be stopped" in done.detail["stop"]
    assert "gb" in done.detail
    assert [step for _, _, step in steps(path)] == ["told", "cancelled", "told", "on", "not stopped", "off"]


def test_slow_pipelines_make_the_lead_longer_and_it_is_reported(path: Path) -> None:
    array = SimulatedLwa(path, faults=Faults(slow_s=7))
    array.begin(sweep_beam(), NOON)
    done = array.progress(sweep_beam(), STOP)
    assert done.detail["lead_s"] == 25.0
    assert done.detail["off"] == iso(STOP)


# ── dumps ──


def test_the_dump_of_a_merger_28_s_old_is_21_files_and_708_s(array: SimulatedLwa) -> None:
    progress = array.begin(dump(), NOON)
    assert progress.until == after(21 * lwa.FILE_S - 170)
    assert (progress.until - NOON).total_seconds() == pytest.approx(708, abs=0.5)
    assert array.progress(dump(), after(354)).detail["files"] == 10
    done = array.progress(dump(), after(709))
    assert done.state == "done"
    assert done.detail["files"] == 21
    assert done.detail["gb"] == pytest.approx(22_716, abs=1)
    assert done.detail["on"] == iso(after(-170))


def test_the_length_of_a_dump_is_counted_again_from_its_stop(array: SimulatedLwa) -> None:
    """At age 28 s it would be 21 files, at age 300 s it is 15."""
    stop = iso(after(-28 + 719.9))
    assert lwa.plan_dump(dump(stop=stop), NOON).files == 21
    assert lwa.plan_dump(dump(stop=stop), after(272)).files == 15
    with pytest.raises(TelescopeRefusedError, match="nothing is left"):
        array.refusal(dump(stop=stop), after(862))
    with pytest.raises(TelescopeRefusedError, match="7200 s are the most"):
        array.refusal(dump(stop=iso(after(9000))), NOON)


@pytest.mark.parametrize("stop", [iso(after(18 + 43_201)), "2027-11-20T12:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_beam_whose_stop_is_another_day_is_refused(array: SimulatedLwa, stop: str) -> None:
    """A wrong year in a `stop` must not record for a year."""
    with pytest.raises(TelescopeRefusedError, match="43200 s are the most"):
        array.refusal(beam(stop=stop), NOON)
    assert array.refusal(beam(stop=iso(after(18 + 43_200))), NOON) is None


def test_a_short_dump_takes_as_long_as_the_disks_need(array: SimulatedLwa) -> None:
    assert array.begin(dump(duration_s=80), NOON).until == after(2 * lwa.FILE_S / 2)


def test_the_ring_must_hold_what_is_asked_of_it(path: Path) -> None:
    array = SimulatedLwa(path, faults=Faults(ring_promised_s=40, ring_held_s=40))
    assert array.refusal(dump(lookback_s=40.5), NOON) == "SIMULATED: the ring holds 40 s for sure, 40 s are needed"
    assert array.refusal(dump(lookback_s=40), NOON) is None


def test_a_second_trigger_while_a_dump_is_written_is_refused_it_would_be_lost(array: SimulatedLwa) -> None:
    array.begin(dump(1), NOON)
    assert "command 1 is being written until 12:11:47" in str(array.refusal(dump(2), after(100)))
    with pytest.raises(TelescopeRefusedError, match="a second trigger is lost"):
        array.begin(dump(2), after(100))
    assert array.refusal(dump(2), after(709)) is None
    assert array.refusal(beam(3), after(100)) is None


def test_an_aborted_dump_keeps_the_files_that_are_full(array: SimulatedLwa) -> None:
    array.begin(dump(), NOON)
    aborted = array.stop(dump(), after(354))
    assert aborted.state == "cancelled"
    assert aborted.detail["files"] == 10
    assert array.progress(dump(), after(5000)) == aborted
    assert array.refusal(dump(2), after(355)) is None


def test_a_dump_that_is_over_cannot_be_aborted_any_more(array: SimulatedLwa) -> None:
    array.begin(dump(), NOON)
    assert array.stop(dump(), after(800)).state == "done"


def test_dead_pipelines_are_counted_and_if_all_are_dead_the_dump_is_refused(tmp_path: Path) -> None:
    array = SimulatedLwa(tmp_path / "a", faults=Faults(dead_pipelines=1))
    array.begin(dump(), NOON)
    assert array.progress(dump(), after(800)).detail["pipelines"] == 15
    assert array.progress(dump(), after(800)).detail["gb"] == pytest.approx(22_716 * 15 / 16, abs=1)
    array = SimulatedLwa(tmp_path / "b", faults=Faults(dead_pipelines=16))
    assert "none of 16 pipelines answers" in str(array.refusal(dump(), NOON))


# ── all ──


def test_a_drill_moves_nothing_and_is_remembered(array: SimulatedLwa, path: Path) -> None:
    assert array.begin(drill(), NOON).state == "done"
    assert array.status(NOON).state == "idle"
    assert steps(path) == [(19, "drill", "told")]
    assert array.progress(drill(), NOON).state == "done"


def test_an_unknown_action_and_impossible_arguments_are_refused(array: SimulatedLwa) -> None:
    with pytest.raises(TelescopeRefusedError, match="knows no 'repoint'"):
        array.refusal(command("repoint", {"dec_deg": 1}, 1, NOON), NOON)
    with pytest.raises(ValidationError):
        array.refusal(beam(dec_deg=91), NOON)


def test_a_command_that_it_was_never_told_was_not_begun(array: SimulatedLwa) -> None:
    progress = array.progress(beam(), NOON)
    assert progress.state == "failed"
    assert progress.detail["outcome"] == "not begun"


def test_an_array_that_forgets_says_that_it_cannot_say(path: Path) -> None:
    array = SimulatedLwa(path, faults=Faults(forgets=True))
    array.begin(beam(), NOON)
    assert array.progress(beam(), NOON) is None


@pytest.mark.parametrize("order", [beam(), dump(), drill()], ids=["beam", "dump", "drill"])
def test_it_goes_on_alone_and_remembers_when_its_driver_comes_back(path: Path, order: Command) -> None:
    first = SimulatedLwa(path)
    begun = first.begin(order, NOON)
    first.close()
    second = SimulatedLwa(path)
    assert second.progress(order, NOON) == begun
    done = second.progress(order, after(900))
    assert done.state == "done"
    second.close()
    third = SimulatedLwa(path)
    assert third.progress(order, after(901)) == done
    assert [step for _, _, step in steps(path)].count("told") == 1


def test_what_it_was_told_twice_stands_there_twice(array: SimulatedLwa, path: Path) -> None:
    """The record is the witness: it does not hide what a client should not have done."""
    array.begin(drill(), NOON)
    array.begin(drill(), NOON)
    assert len(steps(path)) == 2


def test_each_line_of_the_record_begins_with_what_it_is_and_names_its_command(array: SimulatedLwa, path: Path) -> None:
    array.begin(beam(), NOON)
    array.begin(dump(), NOON)
    array.progress(beam(), after(900))
    for line in record(path):
        assert line["says"].startswith("SIMULATED")
        assert line["command"] in (17, 18)
        assert parse_utc(line["at"]) >= NOON


def test_sixty_times_faster_than_the_sky_the_sky_s_times_stay_true(path: Path) -> None:
    array = SimulatedLwa(path, speed=60)
    progress = array.begin(sweep_beam(), NOON)
    assert progress.until == NOON + (STOP - NOON) / 60
    done = array.progress(sweep_beam(), progress.until + seconds(0.01))
    assert done.state == "done"
    assert done.detail["says"].startswith("SIMULATED, 60 times faster than the sky: ")
    assert done.detail["on"] == iso(after(18))
    assert done.detail["off"] == iso(STOP)
    assert done.detail["lead_s"] == 18.0
    assert done.detail["caught"] == 1.0
    assert array.status(NOON).detail["speed"] == 60
    assert array.refusal(beam(2), progress.until + seconds(2)) is None


def test_the_status_says_what_runs_until_when_and_where_it_looks(array: SimulatedLwa) -> None:
    assert array.status(NOON).state == "idle"
    array.begin(beam(), NOON)
    status = array.status(after(1))
    assert (status.state, status.moves, status.until) == ("observing", "simulator", after(618))
    assert status.pointing is None
    assert status.detail["op_type"] == "waiting"
    array.begin(dump(), after(2))
    status = array.status(after(20))
    assert status.pointing is not None
    assert status.pointing.dec_deg == 60.0
    assert [(one.mode, one.beam) for one in status.schedule] == [("DUMP", None), ("VOLT", 1)]
    assert status.detail["op_type"] == "recording"
    assert array.status(after(900)).state == "idle"


def test_what_is_only_scheduled_keeps_nobody_out_until_it_has_its_beam(array: SimulatedLwa) -> None:
    array.begin(beam(start=iso(after(3600)), mode="power"), NOON)
    status = array.status(after(3589))
    assert (status.state, status.until, len(status.schedule)) == ("idle", None, 1)
    status = array.status(after(3591))
    assert (status.state, status.until) == ("observing", after(4200))


def test_one_process_at_a_time_drives_it(array: SimulatedLwa, path: Path) -> None:
    with pytest.raises(CannotStartError, match="held by another"):
        SimulatedLwa(path)
