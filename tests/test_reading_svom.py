"""SVOM's and GECAM's notices, and Einstein Probe's."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ovro_alert.alerts import Alert
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import Ignored
from ovro_alert.reading import read
from tests.gcn_notices import SVOM, core_json, einstein_probe_json, gecam_voevent, svom_voevent
from tests.notices import raw

NOW = datetime(2026, 12, 1, 5, 18, 14, 500000, tzinfo=UTC)


def svom(packet: int = 201, **changes) -> Alert:
    return read(raw(svom_voevent(packet, **{"time": NOW} | changes), "gcn"))


def gecam(packet: str = "FLT", **changes) -> Alert:
    return read(raw(gecam_voevent(packet, **{"time": NOW} | changes), "gcn"))


def probe(**changes) -> Alert:
    return read(raw(einstein_probe_json(**{"time": NOW} | changes), "gcn"))


def test_grm_without_a_position_still_tells_of_a_burst():
    alert = svom(201, placed=False, timescale=0.1)
    assert (alert.stream, alert.event, alert.kind) == ("svom", "svom:sb26021102", "detection")
    assert (alert.ra_deg, alert.dec_deg, alert.position_note) == (None, None, None)
    assert (alert.gamma_rays.instrument, alert.gamma_rays.timescale_s, alert.snr) == ("SVOM GRM", 0.1, 9.2)


def test_a_negative_error_is_no_position():
    alert = svom(201, error="-1.0000")
    assert alert.ra_deg is None
    assert "negative" in alert.position_note


def test_eclairs_has_a_position_within_ninety_percent():
    alert = svom(202, error=0.1)
    assert alert.r95_deg == pytest.approx(0.1141, abs=1e-4)
    assert alert.gamma_rays.instrument == "SVOM ECLAIRs"


@pytest.mark.parametrize(
    ("written", "trigger"), [("CRT", "rate"), ("count_rate", "rate"), ("IMT", "image"), ("?", None)]
)
def test_a_trigger_is_by_rate_or_by_image(written, trigger):
    assert svom(202, trigger_type=written).gamma_rays.trigger == trigger


def test_a_known_source_is_catalogued_and_named():
    alert = svom(203, Source_Name="GX 340-00")
    assert (alert.gamma_rays.catalogued, alert.source) == (True, "GX 340-00")
    assert svom(202).gamma_rays.catalogued is None


@pytest.mark.parametrize("packet", [209, 210, 211])
def test_a_later_look_has_a_position_and_not_the_time_of_the_burst(packet):
    """MXT gives when it looked, up to an hour after the burst: taken for the burst's, it would look fresh."""
    alert = svom(packet, error=0.03)
    assert (alert.time, alert.ra_deg) == (None, 233.1)
    assert "later observation" in alert.time_note


@pytest.mark.parametrize("packet", SVOM)
def test_every_type_of_notice_is_a_statement_of_its_own_on_one_event(packet):
    alert = svom(packet)
    assert alert.event == "svom:sb26021102"
    others = {svom(other).statement for other in SVOM if other != packet}
    assert alert.statement not in others
    kinds = {201: "detection", 202: "detection", 203: "detection", 219: "retraction"}
    assert alert.kind == kinds.get(packet, "update")


def test_a_later_number_is_a_later_statement():
    assert svom(210, serial=2).statement == svom(210).statement + "-2"


@pytest.mark.parametrize("role", ["observation", "utility", "prediction", None, "rumour"])
def test_a_retraction_is_one_whatever_its_role_says(role):
    """It comes on the topic of what it retracts, as an observation, with that one's position."""
    alert = svom(219, role=role)
    assert (alert.kind, alert.role, alert.event) == ("retraction", "real", "svom:sb26021102")
    assert alert.cites == "ivo://org.svom/fsc#sb26021102_grm-trigger"
    assert alert.words == "Determined to not be a viable GRB candidate"
    assert (alert.ra_deg, alert.r95_deg) == (None, None)


def test_a_retracted_test_is_a_test():
    assert svom(219, role="test").role == "test"


def test_an_unheard_of_type_is_ignored_by_name():
    ignored = svom(201, Packet_Type=250)
    assert isinstance(ignored, Ignored)
    assert "sb26021102_grm-trigger" in ignored.why


def test_a_notice_without_a_burst_id_is_refused():
    with pytest.raises(UnreadableNoticeError, match="Burst_Id"):
        svom(201, Burst_Id=None)


def test_a_name_of_an_odd_ivorn_cannot_make_one_statement_look_like_another():
    body = svom_voevent(time=NOW).replace(b"_grm-trigger", b"_grm-trigger/test")
    assert read(raw(body, "gcn")).statement == "svom:sb26021102/detection/grm-trigger"


@pytest.mark.parametrize(
    ("notice", "packet"),
    [
        ({"instrument": "GRM", "alert_type": "initial"}, 201),
        ({"instrument": "ECLAIRs", "alert_type": "initial"}, 202),
        ({"instrument": "ECLAIRs", "alert_type": "initial", "event_name": ["M1"]}, 203),
        ({"instrument": "ECLAIRs", "alert_type": "update", "slew_status": "accepted"}, 204),
        ({"instrument": "ECLAIRs", "alert_type": "update", "slew_status": "rejected"}, 205),
        ({"instrument": "ECLAIRs", "alert_type": "retraction"}, 219),
    ],
)
def test_json_is_the_same_statement_as_the_voevent(notice, packet):
    alert = read(raw(core_json("svom/trigger", {"id": ["sb26021102"]} | notice), "gcn"))
    assert alert.statement == svom(packet).statement


# ── GECAM ──


def test_gecam_has_a_duration_and_a_class():
    alert = gecam(duration=1.5)
    assert (alert.stream, alert.event, alert.kind) == ("gecam", "gecam:61", "detection")
    burst = alert.gamma_rays
    assert (burst.duration_s, burst.timescale_s, burst.likely) == (1.5, 4.0, "GRB")
    assert alert.snr == 5.0
    assert gecam("GND").kind == "update"


@pytest.mark.parametrize(("number", "role"), [(99_999_999, "real"), (100_000_000, "test"), ("1.1e8", "test")])
def test_gecam_counts_its_tests_from_a_hundred_million(number, role):
    """Of 247 such, 13 came in the role of an observation."""
    assert gecam(trigger=number, role="observation").role == role


# ── Einstein Probe ──


def test_einstein_probe_says_where_and_when():
    alert = probe()
    assert (alert.stream, alert.event, alert.kind, alert.role) == ("ep", "ep:01709260122", "detection", "real")
    assert (alert.time, alert.issued, alert.snr) == (NOW, None, 9.6)
    assert alert.r95_deg == pytest.approx(0.0582, abs=1e-4)
    assert (alert.gamma_rays.instrument, alert.gamma_rays.timescale_s) == ("Einstein Probe WXT", None)


@pytest.mark.parametrize("given", [None, []])
def test_before_it_had_numbers_the_time_names_the_event(given):
    assert probe(id=given).event == "ep:20261201T051814.500000"
    with pytest.raises(UnreadableNoticeError, match="neither an id nor a time"):
        probe(id=given, trigger_time=None)


def test_its_instrument_is_enough_to_know_it():
    body = einstein_probe_json(time=NOW).replace(b"$schema", b"schema")
    assert read(raw(body, "gcn")).stream == "ep"
