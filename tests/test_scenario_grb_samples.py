"""Real notices of gamma-ray bursts before the scenario, by the clock of their own day: what must come of each."""

from __future__ import annotations

import fnmatch
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from ovro_alert.alerts import Alert
from ovro_alert.reading import read
from ovro_alert.scenarios.limits import Limits
from ovro_alert.times import seconds
from ovro_alert.verdicts import Judgement
from tests.cases import around, gate, kept
from tests.gamma_rays import configured, judged_after
from tests.notices import raw
from tests.samples import SAMPLES, need_samples, sample

pytestmark = need_samples

LONG_AFTER = datetime(2026, 6, 1, tzinfo=UTC)


class Real(NamedTuple):
    """A real notice as it was read, and when it is taken to be here."""

    path: str
    alert: Alert
    here: datetime


def real(path: str) -> Real:
    """Read one: a VOEvent is here 2 s after it was made, any JSON 60 s after the burst."""
    found = read(raw(sample(path), "gcn"))
    assert isinstance(found, Alert), found
    if path.endswith(".xml"):
        return Real(path, found, (found.issued or LONG_AFTER) + seconds(2))
    return Real(path, found, (found.time or LONG_AFTER) + seconds(60))


def paths(*patterns: str) -> list[str]:
    """Return the real notices that match, by name."""
    every = (one.relative_to(SAMPLES).as_posix() for one in SAMPLES.rglob("*") if one.is_file())
    among = [pattern if pattern.startswith("outside/") else f"gcn/{pattern}" for pattern in patterns]
    found = sorted(one for one in every if any(fnmatch.fnmatchcase(one, pattern) for pattern in among))
    assert found, patterns
    return found


def alone(pattern: str, limits: Limits | None = None) -> Judgement:
    """Judge one real notice of which nothing was known before."""
    (path,) = paths(pattern)
    one = real(path)
    return judged_after(0, one.alert, limits, around(0, time=one.here))


def series(*patterns: str, command: str = "none") -> dict[str, Judgement]:
    """Judge all that match in the order in which they came, each with those before it, by path."""
    judged: dict[str, Judgement] = {}
    before: list[Alert] = []
    told: dict[str, str] = {}
    for one in sorted((real(path) for path in paths(*patterns)), key=lambda one: one.here):
        earlier = tuple(kept(alert, number) for number, alert in enumerate(before) if alert.event == one.alert.event)
        known = around(0, time=one.here, earlier=earlier, told=dict(told))
        judged[one.path] = judged_after(0, one.alert, configured(command), known)
        before.append(one.alert)
        if judged[one.path].level == "normal":
            told["short_grb"] = "normal"
    return judged


def outcomes(judged: dict[str, Judgement]) -> set[tuple[str, str | None]]:
    return {(one.answer, one.level) for one in judged.values()}


def lengths(judged: dict[str, Judgement]) -> list[object]:
    return [one.figures["length"] for one in judged.values()]


# ── Fermi ──


@pytest.mark.parametrize(("trigger", "timescale"), [("549671470", 0.016), ("580437952", 0.256), ("603790614", 0.256)])
def test_short_bursts_are_candidates_at_their_first_flight_position_and_below_the_horizon(trigger, timescale):
    judged = series(f"voevent/fermi_short_grb/{trigger}/*")
    assert lengths(judged) == ["no", "candidate", "candidate", "confirmed"]
    assert [(one.answer, one.level) for one in judged.values()] == [("nothing", "quiet"), *[("message", "quiet")] * 3]
    first = next(one for path, one in judged.items() if "_Flt_" in path)
    assert f"{timescale:g} s" in gate(first, "G2").says
    assert first.figures["visible"] == pytest.approx(0.0, abs=0.02)


def test_one_that_triggered_on_a_second_is_confirmed_at_the_end_alone():
    judged = series("voevent/fermi_short_grb/560843764/*")
    assert lengths(judged) == ["no", "no", "no", "confirmed"]
    final = list(judged.values())[-1]
    assert (final.answer, final.level) == ("message", "quiet")
    assert final.figures["visible"] == pytest.approx(0.0, abs=0.02)


@pytest.mark.parametrize(
    ("pattern", "share", "left"),
    [
        ("voevent/fermi_short_grb_long_timescale/705709044/*_Fin_*", 0.98, "17 %"),
        ("voevent/fermi_short_grb_long_timescale/711347407/*_Fin_*", 0.25, "16 %"),
        ("captured_2026/fermi/fermi_gbm_fin_pos/*_1032.xml", 0.28, "17 %"),
    ],
)
def test_a_final_word_is_told_where_the_burst_may_be_up_and_is_too_late_to_dump(pattern, share, left):
    judgement = alone(pattern)
    assert (judgement.answer, judgement.level) == ("message", "normal")
    assert judgement.figures["visible"] == pytest.approx(share, abs=0.02)
    assert judgement.summary.startswith("short, final; ")
    assert judgement.summary.endswith(f"nothing left to dump ({left})")


def test_a_final_word_on_what_was_below_the_horizon_is_quiet():
    judgement = alone("captured_2026/fermi/fermi_gbm_fin_pos/*_1031.xml")
    assert (judgement.answer, judgement.level) == ("message", "quiet")
    assert judgement.figures["visible"] == pytest.approx(0.0, abs=0.02)


def test_before_their_end_long_timescales_are_no_candidates():
    judged = series("voevent/fermi_short_grb_long_timescale/*/*")
    assert {one.figures["length"] for path, one in judged.items() if "_Fin_" not in path} == {"no"}
    assert {one.level for path, one in judged.items() if "_Fin_" in path} == {"normal"}


@pytest.mark.parametrize(
    "folder", ["fermi_long_grb", "fermi_not_grb_tgf", "fermi_not_grb_solar_flare", "fermi_not_grb_unreliable"]
)
def test_what_is_long_or_no_burst_is_nothing(folder):
    judged = series(f"voevent/{folder}/*/*", command="both")
    assert outcomes(judged) == {("nothing", "quiet")}


def test_the_one_captured_candidate_is_told_and_too_wide_for_a_beam():
    judgement = alone("captured_2026/fermi/fermi_gbm_flt_pos/*_8128.xml")
    assert (judgement.answer, judgement.level) == ("message", "normal")
    assert judgement.figures["length_says"] == "candidate: trigger timescale 0.064 s ≤ 0.512 s"
    assert judgement.figures["r95_deg"] / 1.616 == pytest.approx(3.4, abs=0.05)
    beam = alone("captured_2026/fermi/fermi_gbm_flt_pos/*_8128.xml", configured("beam"))
    assert beam.summary == "error too large for a beam (5.5° > 1.0°)"
    assert [one.action for one in alone("captured*/*/*/*flt*_8128.xml", configured("both")).commands] == ["dump"]


@pytest.mark.parametrize(
    "pattern",
    [
        *(f"fermi_gbm_flt_pos/*_{number}.xml" for number in (8126, 8127, 8129, 8130, 8131)),
        *(f"fermi_gbm_fin_pos/*_{number}.xml" for number in (1027, 1028, 1029, 1030)),
    ],
)
def test_other_captured_positions_are_nothing(pattern):
    judgement = alone(f"captured_2026/fermi/{pattern}", configured("both"))
    assert (judgement.answer, judgement.level) == ("nothing", "quiet")


@pytest.mark.parametrize("folder", ["fermi_gbm_alert", "fermi_gbm_gnd_pos", "fermi_lat_*"])
def test_alerts_ground_positions_and_lat_are_nothing(folder):
    assert outcomes(series(f"captured_2026/fermi/{folder}/*", command="both")) == {("nothing", "quiet")}


# ── Swift ──


def test_a_short_burst_of_swift_is_told_and_would_have_its_beam():
    told = alone("voevent/swift_short/*_1197027-*")
    assert (told.answer, told.level) == ("message", "normal")
    assert told.figures["elevation_deg"] == pytest.approx(64.5, abs=0.15)
    judgement = alone("voevent/swift_short/*_1197027-*", configured("beam"))
    (draft,) = judgement.commands
    burst = real(paths("voevent/swift_short/*_1197027-*")[0]).alert.time
    assert draft.args["duration_s"] == pytest.approx(2194, abs=1)
    assert (draft.deadline - burst).total_seconds() == pytest.approx(720.6, abs=0.05)


@pytest.mark.parametrize("trigger", ["1017711", "1180410"])
def test_short_bursts_of_swift_below_the_horizon_are_quiet(trigger):
    judgement = alone(f"voevent/swift_short/*_{trigger}-*", configured("both"))
    assert (judgement.answer, judgement.level) == ("message", "quiet")
    assert judgement.figures["length"] == "candidate"
    assert judgement.figures["elevation_deg"] < 0


def test_a_late_one_just_below_the_limit_is_quiet():
    judgement = alone("voevent/swift_short/*_1176135-*", configured("both"))
    assert (judgement.answer, judgement.level) == ("message", "quiet")
    assert judgement.figures["elevation_deg"] == pytest.approx(19.0, abs=0.1)
    assert judgement.figures["age_s"] == pytest.approx(430, abs=1)


@pytest.mark.parametrize(
    "folder", ["swift_long", "swift_image_trigger", "swift_catalog_source", "swift_star_tracker_lost"]
)
def test_what_of_swift_is_no_short_burst_is_nothing(folder):
    assert outcomes(series(f"voevent/{folder}/*", command="both")) == {("nothing", "quiet")}


def test_positions_that_swift_sends_as_tests_are_nothing():
    judged = series("captured_2026/swift/*/*", command="both")
    assert outcomes(judged) == {("nothing", "quiet")}
    assert all(one.summary.startswith("role test") for one in judged.values())


# ── SVOM, Einstein Probe, GECAM, and a time that cannot be ──


def test_grm_without_a_position_and_without_a_short_timescale_is_nothing():
    judged = series(*(f"captured_2026/svom/grm/grm_{number}.xml" for number in (284, 285, 288, 289)), command="both")
    assert outcomes(judged) == {("nothing", "quiet")}
    assert {gate(one, "G3").result for one in judged.values()} == {"unknown"}


def test_a_position_with_the_error_minus_one_is_none():
    judgement = alone("outside/svom/grm_330.xml", configured("both"))
    assert (judgement.answer, gate(judgement, "G3").result) == ("nothing", "unknown")


@pytest.mark.parametrize(
    "path", ["captured_2026/svom/grm/grm_286.xml", "captured_2026/svom/grm/grm_287.xml", "outside/svom/eclairs_304.xml"]
)
def test_svoms_retractions_are_retractions(path):
    judgement = alone(path)
    assert (judgement.answer, judgement.level, judgement.subject) == ("nothing", "quiet", "retraction")
    assert "remembered" in judgement.summary


def test_eclairs_mxt_and_the_documented_notices_are_long_or_refine():
    judged = series("captured_2026/svom/eclairs/*", "captured_2026/svom/mxt/*", "svom/*.xml", command="both")
    assert outcomes(judged) == {("nothing", "quiet")}


@pytest.mark.parametrize(
    ("number", "elevation_deg", "level"),
    [
        (247, 10.8, "quiet"),
        (248, 27.8, "normal"),
        (249, 35.0, "normal"),
        (250, 34.6, "normal"),
        (251, 64.5, "normal"),
        (252, 20.2, "normal"),
    ],
)
def test_x_ray_transients_of_einstein_probe_are_told_where_they_are_up(number, elevation_deg, level):
    judgement = alone(f"captured_2026/ep/alert/alert_{number}.json", configured("both"))
    assert (judgement.answer, judgement.level) == ("message", level)
    assert judgement.figures["elevation_deg"] == pytest.approx(elevation_deg, abs=0.06)


def test_gecams_test_numbers_are_tests():
    judged = series("voevent/gecam_test_number_role_observation/*", command="both")
    assert outcomes(judged) == {("nothing", "quiet")}
    assert all(one.summary.startswith("role test") for one in judged.values())


def test_a_time_that_cannot_be_is_unknown():
    judged = series("voevent/bad_isotime/*", command="both")
    assert outcomes(judged) == {("nothing", "quiet")}
    assert {gate(one, "clock").result for one in judged.values()} == {"unknown"}


def test_no_real_notice_of_a_burst_commands_anything_by_default():
    judged = series("voevent/*", "captured_2026/*", "svom/*.xml")
    assert {one.answer for one in judged.values()} == {"nothing", "message"}
