"""The simulated DSA-110: its dishes take their time and get stuck, its operators forbid, and it remembers."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ovro_alert import meridian
from ovro_alert.commands import Command
from ovro_alert.errors import CannotStartError, TelescopeRefusedError
from ovro_alert.telescopes import dsa
from ovro_alert.telescopes.dry_run import DryRun
from ovro_alert.telescopes.simulated.dishes import ACQUIRED, FIRST_EL_DEG, HALT, SEEK, TIMEOUT, driven, stuck
from ovro_alert.telescopes.simulated.dsa import SimulatedDsa
from ovro_alert.telescopes.simulated.faults import DishFaults
from ovro_alert.times import iso, seconds
from tests.clocks import NOON
from tests.lwa_commands import command

RA_DEG = 20.0
THERE_EL_DEG = 95.91
"""Where Dec +43 at that right ascension is at noon of 2026-11-20, of date."""

THERE_S = 21
"""12.26° away: 11.46° fast, 1.25 s of rest, 0.75° creeping, and seen at the next full second."""


def repoint(number: int = 41, now: datetime = NOON, **args: Any) -> Command:
    return command("repoint", {"dec_deg": 43.0, "ra_deg": RA_DEG, **args}, number, now, telescope="dsa")


def to_elevation(el_deg: float, number: int = 41) -> Command:
    """A repointing for which the dishes must be told this elevation, at noon."""
    there = meridian.icrs(RA_DEG, meridian.dish_declination_deg(el_deg), NOON)
    return repoint(number, dec_deg=there.dec_deg, ra_deg=there.ra_deg)


def after(seconds_: float) -> datetime:
    return NOON + seconds(seconds_)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "record.jsonl"


@pytest.fixture
def array(path: Path) -> SimulatedDsa:
    return SimulatedDsa(path)


def steps(path: Path) -> list[tuple[int, str]]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [(line["command"], line["step"]) for line in lines]


# ── one dish ──


@pytest.mark.parametrize(("way_deg", "first_s"), [(0.5, 0.71), (10, 16.87), (50, 79.67), (95, 150.32)])
def test_a_dish_needs_1_57_s_for_each_degree_a_rest_and_a_creep(way_deg: float, first_s: float) -> None:
    assert driven(30.0, 30.0 + way_deg, first_s - 0.02).drv_state == SEEK
    there = driven(30.0, 30.0 + way_deg, first_s + 0.02)
    assert there.drv_state == ACQUIRED
    assert there.el_deg == pytest.approx(30.0 + way_deg - 0.05)


def test_a_dish_rests_at_eight_tenths_of_a_degree() -> None:
    assert driven(108.0, 98.0, 9.2 * 1.57).el_deg == pytest.approx(98.8)
    assert driven(108.0, 98.0, 9.2 * 1.57 + 1.24).el_deg == pytest.approx(98.8)
    assert driven(108.0, 98.0, 9.2 * 1.57 + 1.26).el_deg < 98.8


def test_a_dish_stops_at_its_limits_and_a_stuck_one_gives_up() -> None:
    assert driven(108.0, 140.0, 100) == (135.0, 140.0, 4)
    assert driven(30.0, 1.0, 100) == (3.0, 1.0, 5)
    patience_s = 1.05 * 10 * 1.57 + 30
    assert stuck(30.0, 40.0, patience_s - 0.1) == (30.0, 40.0, SEEK)
    assert stuck(30.0, 40.0, patience_s) == (30.0, 40.0, TIMEOUT)


# ── a repointing ──


def test_the_dishes_are_told_the_declination_of_date(array: SimulatedDsa) -> None:
    progress = array.begin(repoint(), NOON)
    assert progress.detail["dishes"]["el_deg"] == THERE_EL_DEG
    assert progress.detail["dishes"]["dec_of_date_deg"] == pytest.approx(43.1405, abs=0.0005)
    assert "+43.140 of date" in array.intention(repoint(), NOON)
    assert "assumed" not in array.intention(repoint(), NOON)


def test_without_a_right_ascension_the_meridian_s_is_taken_and_said(array: SimulatedDsa) -> None:
    start = after(3600)
    plan = dsa.plan_repoint(repoint(ra_deg=None, start=iso(start)), NOON)
    assert plan.assumed
    assert meridian.hour_angle_deg(plan.ra_deg, 43.0, start) == pytest.approx(0, abs=0.02)
    assert "assumed, which is on the meridian then" in array.intention(repoint(ra_deg=None), NOON)


def test_for_a_second_the_dishes_seem_to_be_there_and_are_not_taken_for_it(array: SimulatedDsa) -> None:
    progress = array.begin(repoint(), NOON)
    assert progress.state == "acting"
    assert progress.detail["dishes"]["by_state"] == {str(ACQUIRED): 64}
    assert progress.detail["dishes"]["settled"] == 0
    assert array.progress(repoint(), after(1)).detail["dishes"]["by_state"] == {str(SEEK): 64}


def test_it_is_done_when_the_dishes_have_settled_and_says_that_the_search_is_not_armed(array: SimulatedDsa) -> None:
    array.begin(repoint(), NOON)
    assert array.progress(repoint(), after(THERE_S - 0.1)).state == "acting"
    done = array.progress(repoint(), after(THERE_S))
    assert done.state == "done"
    assert (done.detail["dishes"]["settled"], done.detail["dishes"]["of"]) == (64, 64)
    assert done.detail["dishes"]["seen"] == iso(after(THERE_S))
    assert "the search must be armed anew" in done.detail["says"]
    assert array.progress(repoint(), after(9000)) == done


def test_four_dishes_may_be_missing_and_are_named(path: Path) -> None:
    array = SimulatedDsa(path, faults=DishFaults(stuck=2, emergency_off=1, silent=1))
    array.begin(repoint(), NOON)
    done = array.progress(repoint(), after(THERE_S))
    assert (done.state, done.detail["dishes"]["settled"]) == ("done", 60)
    off = {"antenna": 3, "el_deg": FIRST_EL_DEG, "drv_state": HALT}
    seeks = [{"antenna": number, "el_deg": FIRST_EL_DEG, "drv_state": SEEK} for number in (1, 2)]
    assert done.detail["dishes"]["stragglers"] == [*seeks, off, {"antenna": 116}]


def test_five_missing_dishes_are_too_many_two_minutes_after_the_slew(path: Path) -> None:
    array = SimulatedDsa(path, faults=DishFaults(stuck=5))
    until = array.begin(repoint(), NOON).until
    assert (until - NOON).total_seconds() == pytest.approx(12.26 * 1.57 + 120, abs=0.01)
    assert array.progress(repoint(), until - seconds(1)).state == "acting"
    failed = array.progress(repoint(), until)
    assert (failed.state, failed.detail["outcome"]) == ("failed", "not settled")
    assert "only 59 of 64 dishes settled in 139 s: look at DSA-110" in failed.detail["says"]
    assert failed.detail["dishes"]["by_state"] == {str(ACQUIRED): 59, str(TIMEOUT): 5}


def test_no_repointing_takes_longer_than_four_minutes(path: Path) -> None:
    array = SimulatedDsa(path, faults=DishFaults(stuck=5))
    array.begin(to_elevation(125), NOON)
    array.progress(to_elevation(125), after(300))
    progress = array.begin(to_elevation(30, 42), after(300))
    assert progress.until == after(300 + 240)


def test_dishes_that_are_switched_off_are_known_before(path: Path) -> None:
    array = SimulatedDsa(path, faults=DishFaults(emergency_off=3, silent=2))
    assert array.refusal(repoint(), NOON) == "SIMULATED: 5 of 64 dishes are switched off or silent: too many to settle"


@pytest.mark.parametrize("el_deg", [30.0, 125.0])
def test_the_edge_of_the_envelope_is_inside(array: SimulatedDsa, el_deg: float) -> None:
    assert array.refusal(to_elevation(el_deg), NOON) is None


@pytest.mark.parametrize("el_deg", [29.99, 125.01])
def test_beyond_the_envelope_is_refused_and_nothing_is_told(array: SimulatedDsa, path: Path, el_deg: float) -> None:
    with pytest.raises(TelescopeRefusedError, match="operators allow 30° to 125°"):
        array.begin(to_elevation(el_deg), NOON)
    assert path.read_text() == ""


def test_what_would_be_there_too_late_is_refused(array: SimulatedDsa) -> None:
    with pytest.raises(TelescopeRefusedError, match="nothing is left"):
        array.refusal(repoint(until=iso(after(19))), NOON)
    assert array.refusal(repoint(until=iso(after(20))), NOON) is None


def test_what_nobody_approved_is_refused_whatever_the_relay_did(array: SimulatedDsa) -> None:
    proposed = repoint().model_copy(update={"state": "proposed"})
    with pytest.raises(TelescopeRefusedError, match="nobody has approved it"):
        array.begin(proposed, NOON)


def test_arguments_that_cannot_be_are_refused(array: SimulatedDsa) -> None:
    with pytest.raises(ValidationError):
        array.refusal(repoint(dec_deg=91), NOON)
    with pytest.raises(TelescopeRefusedError, match="DSA-110 knows no 'beam'"):
        array.refusal(command("beam", {}, 1, NOON, telescope="dsa"), NOON)


def test_halted_it_stays_where_it_is_and_goes_on_from_there(array: SimulatedDsa, path: Path) -> None:
    array.begin(repoint(), NOON)
    halted = array.stop(repoint(), after(10))
    where_deg = FIRST_EL_DEG - 10 / 1.57
    assert halted.state == "cancelled"
    assert f"halted at elevation {where_deg:.2f}°" in halted.detail["says"]
    assert array.status(after(3600)).detail["el_deg"] == pytest.approx(where_deg, abs=0.001)
    assert array.status(after(3600)).detail["antennas_by_state"] == {str(HALT): 64}
    again = array.begin(repoint(42), after(3600))
    assert again.detail["dishes"]["slew_s"] == pytest.approx(
        (where_deg - again.detail["dishes"]["el_deg"]) * 1.57, abs=0.1
    )
    assert array.progress(repoint(), after(3700)) == halted
    assert steps(path) == [(41, "told"), (41, "halted"), (42, "told")]


def test_what_has_settled_cannot_be_halted_any_more(array: SimulatedDsa) -> None:
    array.begin(repoint(), NOON)
    assert array.stop(repoint(), after(100)).state == "done"


def test_a_second_repointing_is_refused_while_the_dishes_move(array: SimulatedDsa) -> None:
    array.begin(repoint(), NOON)
    assert "the dishes move already, for command 41, until 12:02:19" in str(array.refusal(repoint(42), after(5)))
    with pytest.raises(TelescopeRefusedError, match="move already"):
        array.begin(repoint(42), after(5))
    assert array.refusal(repoint(42), after(THERE_S)) is None


# ── its operators ──


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ('{"agents_enabled": false}', "agents_enabled is false"),
        ('{"paused": true}', "have paused it"),
        ('{"holder": "the observer on duty"}', "in the hands of the observer on duty, who holds its lease"),
        ("{rubbish", "operators.json cannot be read"),
        ('{"pausd": true}', "operators.json cannot be read"),
    ],
)
def test_what_its_operators_forbid_is_not_begun(array: SimulatedDsa, path: Path, keys: str, why: str) -> None:
    assert array.refusal(repoint(), NOON) is None
    operators = path.with_name("operators.json")
    operators.write_text(keys)
    assert why in str(array.refusal(repoint(), NOON))
    with pytest.raises(TelescopeRefusedError, match=why):
        array.begin(repoint(), NOON)
    assert steps(path) == [(41, "refused")]
    detail = array.status(NOON).detail
    assert (detail["agents_enabled"], detail["paused"], detail["holder"]) != (True, False, None)
    operators.unlink()
    assert array.refusal(repoint(), NOON) is None


def test_a_drill_asks_nobody(array: SimulatedDsa, path: Path) -> None:
    path.with_name("operators.json").write_text('{"paused": true}')
    drill = command("test", {}, 43, NOON, telescope="dsa")
    assert array.refusal(drill, NOON) is None
    assert array.begin(drill, NOON).state == "done"
    assert array.status(NOON).detail["el_deg"] == FIRST_EL_DEG


# ── when ──


def test_an_approved_command_is_due_at_once_or_as_late_as_it_may_be(path: Path, tmp_path: Path) -> None:
    late = SimulatedDsa(tmp_path / "late.jsonl", move="late")
    assert SimulatedDsa(path).due(repoint(), NOON) == NOON
    assert late.due(repoint(), NOON) == repoint().deadline - seconds(30)
    assert late.due(command("test", {}, 1, NOON, telescope="dsa"), NOON) == NOON


def test_sixty_times_faster_than_the_sky_the_sky_s_times_stay_true(path: Path) -> None:
    array = SimulatedDsa(path, speed=60)
    array.begin(repoint(), NOON)
    assert array.progress(repoint(), after((THERE_S - 0.1) / 60)).state == "acting"
    done = array.progress(repoint(), after(THERE_S / 60))
    assert (done.state, done.detail["dishes"]["seen"]) == ("done", iso(after(THERE_S)))
    assert done.detail["says"].startswith("SIMULATED, 60 times faster than the sky: the dishes are at elevation 95.91°")


# ── what it says of itself, and remembers ──


def test_the_status_says_where_it_looks_icrs_and_of_date(array: SimulatedDsa) -> None:
    status = array.status(NOON)
    assert (status.state, status.moves, status.schedule) == ("idle", "simulator", ())
    assert status.detail["dec_of_date_deg"] == 55.4
    assert status.pointing is not None
    assert meridian.hour_angle_deg(status.pointing.ra_deg, status.pointing.dec_deg, NOON) == pytest.approx(0, abs=0.02)
    there = meridian.of_date(status.pointing.ra_deg, status.pointing.dec_deg, NOON)
    assert there.dec_deg == pytest.approx(55.4, abs=1e-3)


def test_while_the_dishes_move_nobody_says_where_they_look(array: SimulatedDsa) -> None:
    array.begin(repoint(target="FRB 20260101A"), NOON)
    status = array.status(after(5))
    assert (status.state, status.pointing, status.detail["el_deg"]) == ("observing", None, None)
    assert [one.name for one in status.schedule] == ["FRB 20260101A"]
    status = array.status(after(THERE_S))
    assert (status.state, status.schedule) == ("idle", ())
    assert status.detail["dec_of_date_deg"] == pytest.approx(43.14 + 0.05, abs=0.01)


def test_it_is_wanted_where_it_is_until_the_command_s_own_end(array: SimulatedDsa) -> None:
    until = after(4000)
    array.begin(repoint(until=iso(until)), NOON)
    status = array.status(after(1000))
    assert (status.state, status.until) == ("observing", until)
    assert array.status(after(4000)).state == "idle"


@pytest.mark.parametrize("when_s", [0.5, 10, THERE_S, 500])
def test_it_goes_on_alone_and_remembers_when_its_driver_comes_back(path: Path, when_s: float) -> None:
    first = SimulatedDsa(path)
    first.begin(repoint(), NOON)
    first.close()
    second = SimulatedDsa(path)
    then = second.progress(repoint(), after(when_s))
    second.close()
    third = SimulatedDsa(path)
    assert third.progress(repoint(), after(when_s)) == then
    assert third.progress(repoint(), after(900)).state == "done"
    assert steps(path) == [(41, "told"), (41, "settled")]
    third.begin(to_elevation(50, 42), after(1000))
    assert third.status(after(1200)).detail["el_deg"] == pytest.approx(50.05, abs=0.01)
    where = third.status(after(1200))
    third.close()
    assert SimulatedDsa(path).status(after(1200)) == where


def test_a_command_that_it_was_never_told_was_not_begun(array: SimulatedDsa, tmp_path: Path) -> None:
    assert array.progress(repoint(), NOON).detail["outcome"] == "not begun"
    forgetful = SimulatedDsa(tmp_path / "other.jsonl", faults=DishFaults(forgets=True))
    forgetful.begin(repoint(), NOON)
    assert forgetful.progress(repoint(), NOON) is None


def test_one_process_at_a_time_drives_it(array: SimulatedDsa, path: Path) -> None:
    with pytest.raises(CannotStartError, match="held by another"):
        SimulatedDsa(path)


def test_a_dry_run_says_what_the_dishes_would_be_told() -> None:
    assert (
        DryRun(dsa.intention)
        .intention(repoint(), NOON)
        .startswith("halt the dishes and drive them to elevation 95.91°")
    )
    with pytest.raises(TelescopeRefusedError, match="operators allow"):
        DryRun(dsa.intention).intention(repoint(dec_deg=88), NOON)
