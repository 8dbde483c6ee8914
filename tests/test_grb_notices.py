"""Notices of gamma-ray bursts from their bytes to what comes of them: what readers and scenario agree on."""

from __future__ import annotations

from typing import Any

import pytest

from ovro_alert.alerts import Alert
from ovro_alert.notices import Ignored
from ovro_alert.reading import read
from ovro_alert.times import seconds
from ovro_alert.verdicts import Judgement
from tests.cases import R3_TIME, gate, kept
from tests.cases import around as known
from tests.gamma_rays import configured, judged_after, standing
from tests.gcn_notices import (
    einstein_probe_json,
    fermi_voevent,
    gbm_json,
    gecam_voevent,
    guano_json,
    maxi_json,
    svom_voevent,
    swift_voevent,
)
from tests.notices import raw

RA_DEG, DEC_DEG = standing(64.0, R3_TIME)
UP: dict[str, Any] = {"time": R3_TIME, "ra": RA_DEG, "dec": DEC_DEG}
LATER: dict[str, Any] = {"made": R3_TIME + seconds(20)}


def alert_of(body: bytes) -> Alert:
    found = read(raw(body, "gcn"))
    assert isinstance(found, Alert), found
    return found


def judged(body: bytes, *before: bytes, command: str = "both", age_s: float = 22.0) -> Judgement:
    alert = alert_of(body)
    earlier = tuple(kept(alert_of(one), number) for number, one in enumerate(before))
    assert {one.event for one in earlier} <= {alert.event}
    return judged_after(age_s, alert, configured(command), known(age_s, time=R3_TIME, earlier=earlier))


def made(judgement: Judgement) -> list[str]:
    return [one.action for one in judgement.commands]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["dump"]),
        ({"timescale": 0.512}, ["dump"]),
        ({"timescale": 0.513}, []),
        ({"prob": 50}, ["dump"]),
        ({"prob": 49}, []),
        ({"index": 1}, []),
        ({"index": 3}, []),
        ({"index": 8}, []),
        ({"index": 19, "timescale": 0.016}, []),
        ({"Def_NOT_a_GRB": "true"}, []),
    ],
)
def test_the_first_flight_position_of_fermi(changes, expected):
    assert made(judged(fermi_voevent("FLT_POS", **UP, **LATER, **changes))) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ["beam", "dump"]),
        ({"timescale": 0.512}, ["beam", "dump"]),
        ({"timescale": 0.513}, []),
        ({"trigger_type": "image", "timescale": 64.0}, []),
        ({"GRB_Identified": "false"}, []),
        ({"StarTrack_Lost_Lock": "true"}, []),
        ({"Target_in_Flt_Catalog": "true"}, []),
        ({"Target_in_Gnd_Catalog": "true"}, []),
        ({"Target_in_Blk_Catalog": "true"}, []),
        ({"Def_NOT_a_GRB": "true"}, []),
        ({"Test_Submission": "true"}, ["test"]),
        ({"role": "test"}, ["test"]),
        ({"StarTrack_Lost_Lock": None}, []),
    ],
)
def test_each_flag_of_swift_alone_spoils_it(changes, expected):
    assert made(judged(swift_voevent(**UP, **LATER, **changes))) == expected


def test_fermis_alert_and_flight_position_are_one_event():
    alert = fermi_voevent("ALERT", **UP, made=R3_TIME + seconds(6))
    assert made(judged(alert)) == []
    assert made(judged(fermi_voevent("FLT_POS", **UP, **LATER), alert)) == ["dump"]


def test_the_final_position_is_too_late():
    judgement = judged(fermi_voevent("FIN_POS", **UP, length="Short", made=R3_TIME + seconds(555)), age_s=557)
    assert judgement.summary == "short, final; 557 s: nothing left to dump (17 %)"


@pytest.mark.parametrize(("timescale", "answer"), [(0.1, "message"), (1.0, "nothing"), (4.0, "nothing")])
@pytest.mark.parametrize("where", [{"placed": False}, {"error": -1.0}, {"ra": 0, "dec": 0, "error": 0}])
def test_grm_without_a_position_is_a_candidate_and_points_nowhere(timescale, answer, where):
    judgement = judged(svom_voevent(201, time=R3_TIME, timescale=timescale, **LATER, **where))
    assert (judgement.answer, made(judgement)) == (answer, [])
    assert gate(judgement, "G3").result == "unknown"


def test_eclairs_gives_grms_candidate_its_place():
    first = svom_voevent(201, time=R3_TIME, timescale=0.1, placed=False, **LATER)
    place = svom_voevent(202, **UP, timescale=20.4, trigger_type="IMT", made=R3_TIME + seconds(60))
    assert made(judged(place, first, age_s=62)) == ["beam", "dump"]


def test_svoms_retraction_is_one_whatever_its_role():
    judgement = judged(svom_voevent(219, **UP, **LATER), svom_voevent(202, **UP, timescale=0.64, **LATER))
    assert judgement.subject == "retraction"


@pytest.mark.parametrize(("trigger", "expected"), [(61, ["dump"]), (99_999_999, ["dump"]), (110_000_000, ["test"])])
def test_gecams_large_numbers_are_tests(trigger, expected):
    assert made(judged(gecam_voevent(**UP, trigger=trigger, **LATER))) == expected


@pytest.mark.parametrize("changes", [{"duration": 2.1}, {"source_class": "SGR"}])
def test_what_of_gecam_is_no_short_burst_is_nothing(changes):
    assert judged(gecam_voevent(**UP, **LATER, **changes)).answer == "nothing"


def test_an_x_ray_transient_is_told():
    judgement = judged(einstein_probe_json(**UP), age_s=60)
    assert (judgement.answer, judgement.level, made(judgement)) == ("message", "normal", [])


def test_guano_is_a_candidate_at_once_and_has_its_place_later():
    first = guano_json(time=R3_TIME, **LATER)
    assert judged(first).answer == "message"
    assert made(judged(guano_json(alert_type="update", **UP, made=R3_TIME + seconds(300)), first, age_s=302)) == [
        "beam",
        "dump",
    ]
    assert judged(guano_json(alert_type="retraction", time=R3_TIME, **LATER), first).subject == "retraction"


def test_fermi_by_json_is_the_same_burst():
    voevent = fermi_voevent("ALERT", **UP, made=R3_TIME + seconds(6))
    json = gbm_json(**UP, duration_class="SHORT", classification={"GRB": 0.5}, **LATER)
    assert made(judged(json, voevent)) == ["dump"]
    assert made(judged(gbm_json(**UP, duration_class="LONG", **LATER), voevent)) == []


@pytest.mark.parametrize("tense", ["archival", "planned", "commanded"])
def test_what_did_not_happen_now_is_never_acted_on(tense):
    updates = (gbm_json(**UP, alert_tense=tense), guano_json(alert_type="update", **UP, alert_tense=tense))
    assert all(isinstance(read(raw(body, "gcn")), Ignored) for body in updates)


def test_a_flare_that_maxi_saw_is_nothing():
    judgement = judged(maxi_json(time=R3_TIME))
    assert (judgement.answer, judgement.level) == ("nothing", "quiet")


def test_a_date_that_cannot_be_is_read_and_commands_nothing_and_the_next_notice_is_served():
    broken = fermi_voevent("FLT_POS", **UP | {"time": "2016-01--3T03:05:12.46"}, **LATER)
    judgement = judged(broken)
    assert (judgement.answer, made(judgement)) == ("nothing", [])
    assert gate(judgement, "clock").result == "unknown"
    assert made(judged(fermi_voevent("FLT_POS", **UP, serial=2, **LATER))) == ["dump"]


def test_a_flight_position_twenty_hours_late_is_quiet():
    ra_deg, dec_deg = standing(64.0, R3_TIME + seconds(72060))
    late = fermi_voevent("FLT_POS", time=R3_TIME, ra=ra_deg, dec=dec_deg, made=R3_TIME + seconds(71990))
    judgement = judged(late, age_s=72000)
    assert (judgement.answer, judgement.level, made(judgement)) == ("message", "quiet", [])
