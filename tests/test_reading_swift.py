"""Swift's notices: BAT's positions with all their flags, and what a search of its kept events found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ovro_alert.alerts import Alert
from ovro_alert.notices import Ignored
from ovro_alert.reading import read
from tests.gcn_notices import guano_json, swift_voevent
from tests.notices import raw

NOW = datetime(2026, 12, 1, 5, 18, 14, 500000, tzinfo=UTC)
ALL_IS_WELL = {"identified": True, "catalogued": False, "star_tracker_lost": False, "not_a_grb": False}


def swift(packet: str = "BAT_GRB_Pos", **changes) -> Alert:
    return read(raw(swift_voevent(packet, **{"time": NOW} | changes), "gcn"))


def guano(alert_type: str = "initial", **changes) -> Alert:
    return read(raw(guano_json(alert_type=alert_type, **{"time": NOW} | changes), "gcn"))


def flags(alert: Alert) -> dict[str, bool | None]:
    return alert.gamma_rays.model_dump(include=set(ALL_IS_WELL))


def test_a_clean_rate_trigger_is_all_there():
    alert = swift(timescale=0.128)
    assert (alert.stream, alert.event, alert.kind, alert.role) == ("swift", "swift:1197027", "detection", "real")
    assert alert.statement == "swift:1197027/detection/BAT_GRB_POS_ACK-3"
    assert alert.r95_deg == pytest.approx(0.05703, abs=1e-5)
    burst = alert.gamma_rays
    assert (burst.notice_type, burst.timescale_s, burst.trigger) == ("BAT_GRB_POS_ACK", 0.128, "rate")
    assert flags(alert) == ALL_IS_WELL
    assert alert.snr == 255.99


@pytest.mark.parametrize(
    ("param", "value", "field"),
    [
        ("GRB_Identified", "false", "identified"),
        ("StarTrack_Lost_Lock", "true", "star_tracker_lost"),
        ("Target_in_Flt_Catalog", "true", "catalogued"),
        ("Target_in_Gnd_Catalog", "true", "catalogued"),
        ("Target_in_Blk_Catalog", "true", "catalogued"),
        ("Def_NOT_a_GRB", "true", "not_a_grb"),
    ],
)
def test_each_flag_is_read_alone(param, value, field):
    assert flags(swift(**{param: value})) == ALL_IS_WELL | {field: not ALL_IS_WELL[field]}


def test_one_catalogue_that_is_not_spoken_of_may_have_it():
    assert flags(swift(Target_in_Gnd_Catalog=None))["catalogued"] is None
    assert flags(swift(Target_in_Gnd_Catalog=None, Target_in_Blk_Catalog="true"))["catalogued"] is True


def test_an_image_trigger_has_the_significance_of_its_image():
    alert = swift(trigger_type="image", timescale=64.0)
    assert (alert.gamma_rays.trigger, alert.snr) == ("image", 24.19)


def test_a_flag_that_differs_between_groups_spoils_nothing():
    """Near_Bright_Star stands in the solution's status and in the flags, and they need not agree."""
    body = swift_voevent(time=NOW).replace(b'Near_Bright_Star" value="false"', b'Near_Bright_Star" value="true"', 1)
    assert flags(read(raw(body, "gcn"))) == ALL_IS_WELL


def test_the_quick_look_is_another_statement_on_the_same_event():
    quick, acknowledged = swift("BAT_QuickLook_Pos"), swift()
    assert quick.event == acknowledged.event
    assert quick.statement != acknowledged.statement
    assert quick.gamma_rays.notice_type == "BAT_QL_POS"


@pytest.mark.parametrize("changes", [{"packet": "BAT_GRB_Test_Pos"}, {"role": "test"}, {"Test_Submission": "true"}])
def test_a_test_is_a_test_however_it_says_so(changes):
    assert swift(**changes).role == "test"


@pytest.mark.parametrize("packet", ["BAT_SubSubThresh_Pos_", "BAT_Known_Pos_", "XRT_Pos", "Point_Dir_"])
def test_what_comes_by_the_hundred_thousand_is_ignored(packet):
    """Far below threshold and known sources are sent as observations."""
    ignored = swift(packet, trigger="-1532692135")
    assert isinstance(ignored, Ignored)
    assert packet in ignored.why


# ── GUANO ──


def test_a_found_burst_has_a_duration_a_class_and_no_position_yet():
    alert = guano()
    assert (alert.stream, alert.event, alert.kind) == ("swift", "swift:694215995", "detection")
    assert (alert.ra_deg, alert.position_note) == (None, None)
    burst = alert.gamma_rays
    assert (burst.instrument, burst.duration_s, burst.timescale_s) == ("Swift BAT-GUANO", 0.256, None)
    assert (burst.likely, burst.likely_probability) == ("GRB", 1)
    assert alert.snr == 15.8


def test_an_update_brings_the_position():
    alert = guano("update")
    assert (alert.kind, alert.event, alert.ra_deg) == ("update", "swift:694215995", 336.26)
    assert alert.r95_deg == pytest.approx(0.5703, abs=1e-4)


def test_a_sky_map_is_no_position():
    alert = guano("update", ra=None, dec=None, ra_dec_error=None, healpix_file="aGVhbHBpeA==")
    assert alert.ra_deg is None
    assert "sky map" in alert.position_note


def test_updates_are_told_apart_by_their_record():
    assert guano("update", record_number=2).statement != guano("update", record_number=3).statement


def test_a_retraction_names_the_event():
    alert = guano("retraction")
    assert (alert.kind, alert.event, alert.statement) == ("retraction", "swift:694215995", "swift:694215995/retraction")


@pytest.mark.parametrize("tense", ["archival", "planned", "commanded"])
def test_what_did_not_happen_now_is_ignored(tense):
    assert tense in guano(alert_tense=tense).why
