"""GCN's other notices: DSA-110 there, MAXI, missions read by the core schema, and what is ignored with a reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ovro_alert.alerts import Alert
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import Ignored
from ovro_alert.reading import read
from tests.gcn_notices import core_json, dsa_gcn, einstein_probe_json, fermi_voevent, guano_json, maxi_json, voevent
from tests.notices import raw

NOW = datetime(2026, 12, 1, 5, 18, 14, 500000, tzinfo=UTC)
CORE = {"alert_type": "initial", "id": "7", "trigger_time": "2026-12-01T05:18:14.5", "ra": 10.0, "dec": 20.0}


def dsa(alert_type: str = "initial", **changes) -> Alert:
    return read(raw(dsa_gcn(alert_type=alert_type, **{"time": NOW} | changes), "gcn"))


def maxi(**changes) -> Alert:
    return read(raw(maxi_json(**{"time": NOW} | changes), "gcn"))


def core(schema: str, **changes) -> Alert | Ignored:
    return read(raw(core_json(schema, CORE | changes), "gcn"))


# ── DSA-110 ──


def test_a_burst_of_dsa_joins_the_stream_of_dsa():
    alert = dsa()
    assert (alert.stream, alert.event, alert.kind, alert.role) == ("dsa", "dsa:240918aaaa", "detection", "real")
    assert (alert.time, alert.time_ref_mhz) == (NOW, 1530)
    assert (alert.dm_pc_cm3, alert.snr, alert.width_ms, alert.importance) == (279.4226, 12.7, 1, 0.987)
    assert alert.r95_deg == pytest.approx(0.0228, abs=1e-4)
    assert alert.ra_error_deg < alert.dec_error_deg
    assert alert.gamma_rays is None


def test_kinds_of_dsa_are_those_of_chime():
    assert [dsa(kind).kind for kind in ("initial", "subsequent", "update", "retraction")] == [
        "detection",
        "subsequent",
        "update",
        "retraction",
    ]
    assert dsa("subsequent", known_source="FRB 20231013B").source == "FRB 20231013B"
    assert dsa("update", description="DM is 221").words == "DM is 221"


def test_updates_of_dsa_are_told_apart_by_their_words():
    assert dsa("update", description="one").statement != dsa("update", description="two").statement


@pytest.mark.parametrize("changes", [{"id": "240918_inj003"}, {"id": "260101abcd_inj1"}])
def test_what_dsa_injects_is_an_injection(changes):
    assert dsa(**changes).role == "injection"
    assert dsa(**changes, alert_tense="test").role == "test"


def test_a_time_without_a_zone_is_utc():
    assert dsa(trigger_time="2026-12-01T05:18:14.500000").time == NOW


def frb(ivorn: str, role: str = "observation", name: str | None = "260101abcd", cites: tuple = ()) -> Alert:
    params = {("event parameters", "dm"): 500.1, ("event parameters", "snr"): 12.3, ("event parameters", "width"): 1.05}
    body = voevent(ivorn, params, time=NOW, place=(123.4, 56.7, 1 / 60), role=role, cites=cites)
    why = f'<Why importance="0.97">{f"<Name>{name}</Name>" if name else ""}</Why></voe:VOEvent>'
    return read(raw(body.replace(b"</voe:VOEvent>", why.encode()), "gcn"))


def test_a_voevent_of_dsa_is_the_same_statement():
    alert = frb("ivo://edu.caltech.dsa-110#1")
    assert alert.statement == "dsa:260101abcd/detection" == dsa(id="260101abcd").statement
    assert (alert.time_ref_mhz, alert.dm_pc_cm3, alert.width_ms, alert.importance) == (1530, 500.1, 1.05, 0.97)
    assert (alert.trigger.ibox, alert.trigger.probability) == (4, 0.97)


def test_a_retraction_by_voevent_is_real_as_utility_and_cites():
    cited = (("retraction", "ivo://edu.caltech.dsa-110#1"),)
    alert = frb("ivo://edu.caltech.dsa-110#2", role="utility", cites=cited)
    assert (alert.kind, alert.role, alert.cites) == ("retraction", "real", "ivo://edu.caltech.dsa-110#1")
    assert alert.importance is None


def test_others_bursts_say_that_their_frequency_is_unknown():
    alert = frb("ivo://realfast.io/realfast#rfcand210513UT20SGx/59347.8", role="test", name=None)
    assert (alert.stream, alert.event, alert.role) == ("realfast", "realfast:rfcand210513UT20SGx", "test")
    assert "frequency" in alert.remarks


# ── MAXI ──


def test_maxi_is_read_with_its_ellipse():
    alert = maxi()
    assert (alert.stream, alert.event, alert.source) == ("maxi", "maxi:9995289617", "GRB 230220A")
    assert alert.ra_error_deg == alert.dec_error_deg == alert.r95_deg == pytest.approx(0.22 * 1.1406, abs=1e-3)
    assert (alert.gamma_rays.timescale_s, alert.gamma_rays.catalogued) == (10, None)


def test_a_known_source_is_catalogued():
    assert maxi(known=True).gamma_rays.catalogued is True


@pytest.mark.parametrize("unit", ["scan", "orbit", "d"])
def test_a_timescale_in_another_unit_is_not_seconds(unit):
    assert maxi(detection_timescale_units=unit).gamma_rays.timescale_s is None


def test_a_rectangle_reaches_as_far_as_its_farthest_corner():
    corners = [[345.72, 19.547], [345.464, 19.29], [347.309, 17.634], [347.566, 17.889]]
    assert maxi(ra_dec_error=None, rectangular_error_corners=corners).r95_deg == pytest.approx(1.414, abs=0.001)
    odd = maxi(ra_dec_error=None, rectangular_error_corners=[[1], "x"])
    assert (odd.ra_deg, odd.r95_deg) == (346.56, None)
    assert "no corner" in odd.position_note


# ── the core of the schema ──


@pytest.mark.parametrize(
    ("schema", "event"),
    [
        ("icecube/single_neutrino_alerts", "icecube:7"),
        ("km3net/alert", "km3net:7"),
        ("superk/sn_alert", "superk:7"),
        ("glowbug/Alert", "glowbug:7"),
        ("burstcube/alert", "burstcube:7"),
    ],
)
def test_other_missions_are_read_to_what_all_share(schema, event):
    alert = core(schema)
    assert (alert.event, alert.time, alert.ra_deg) == (event, NOW, 10.0)


@pytest.mark.parametrize(("schema", "role"), [("burstcube/test", "test"), ("burstcube/alert", "real")])
def test_a_schema_for_tests_makes_a_test_whatever_the_tense(schema, role):
    assert core(schema, alert_tense="current").role == role


@pytest.mark.parametrize(
    ("given", "r95_deg"),
    [(0.5, 0.5703), ([0.5], 0.5703), ([0.5, 0.8], 0.9125), ([0.5, 0.8, 30], 0.9125), (0, None), ("wide", None)],
)
def test_an_error_is_a_number_or_one_to_three_and_holds_ninety_percent(given, r95_deg):
    expected = None if r95_deg is None else pytest.approx(r95_deg, abs=1e-4)
    assert core("km3net/alert", ra_dec_error=given).r95_deg == expected


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (core_json("boom/alert", {"data": {}}), "optical"),
        (core_json("heasarc/archive_alert", {"alert_tense": "archival"}), "archive"),
        (core_json("fermi/lat/flare", {"mission": "Fermi", "instrument": "LAT"}), "known source"),
        (core_json("icecube/lvk_nu_track_search", {}), "no event of its own"),
        (core_json("new/thing", {}), "no reader yet for GCN notices of https://gcn.nasa.gov/schema"),
        (b'{"superevent_id": "S1"}', "an unnamed kind"),
        (b"Subscribed topic not available: gcn.notices.x: Broker: Unknown topic or partition", "neither JSON nor XML"),
        (voevent("ivo://ca.chimenet.frb/broker#TestEvent-1", {}, time=NOW, place=None, role="test"), "a broker's own"),
        (voevent("ivo://nasa.gsfc.gcn/INTEGRAL#Wakeup_1", {}, time=NOW, place=None), "nasa.gsfc.gcn INTEGRAL"),
        (voevent("ivo://org.elsewhere/SWIFT#BAT_GRB_Pos_1", {}, time=NOW, place=None), "org.elsewhere"),
    ],
)
def test_what_is_none_of_ours_is_ignored_and_says_why(body, why):
    ignored = read(raw(body, "gcn"))
    assert isinstance(ignored, Ignored)
    assert why in ignored.why


def test_a_title_before_the_prolog_is_refused():
    with pytest.raises(UnreadableNoticeError, match="not well-formed"):
        read(raw(b"A sample\n" + fermi_voevent(time=NOW), "gcn"))


def test_a_voevent_in_utf_16_is_read():
    body = fermi_voevent(time=NOW).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert read(raw(body, "gcn")).event == "fermi:711347407"


@pytest.mark.parametrize("compose", [dsa_gcn, maxi_json, guano_json, einstein_probe_json])
@pytest.mark.parametrize("given", [True, {}, [None], "", "none", 0])
def test_a_notice_that_names_no_event_is_refused(compose, given):
    with pytest.raises(UnreadableNoticeError, match="of which event"):
        read(raw(compose(time=NOW, id=given), "gcn"))
