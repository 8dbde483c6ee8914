"""CHIME/FRB notices, by VOEvent and by GCN JSON: what each says, and what it does not."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from ovro_alert.alerts import Alert
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import STREAMS, Ignored
from ovro_alert.observatory import K_S_MHZ2
from ovro_alert.reading import READERS, read
from tests.notices import chime_alert, chime_gcn, chime_voevent, raw
from tests.samples import need_samples, sample

NOW = datetime(2026, 12, 1, 5, 18, 14, 500000, tzinfo=UTC)
NO_PLACE = {"ra_deg": None, "dec_deg": None, "ra_error_deg": None, "dec_error_deg": None, "r95_deg": None}


def voevent(*changes: tuple[str, str], kind: str = "subsequent", **fields) -> Alert:
    """Read our own notice with pieces of its text replaced."""
    body = chime_voevent(time=NOW, kind=kind, **fields).decode()
    for old, new in changes:
        assert old in body, old
        body = body.replace(old, new)
    return read(raw(body.encode()))


def gcn(also: dict | None = None, kind: str = "subsequent", **fields) -> Alert | Ignored:
    """Read our own GCN JSON with keys added or replaced."""
    return read(raw(chime_gcn(time=NOW, kind=kind, also=also, **fields), "gcn"))


# ── real notices ──

SAMPLES = {
    "chime/chime_detection_2022-03-20_evt217097677.xml": {
        "event": "chime:217097677",
        "kind": "detection",
        "role": "real",
        "statement": "chime:217097677/detection",
        "time": datetime(2022, 3, 20, 10, 0, 28, 960760, tzinfo=UTC),
        "time_ref_mhz": 400.0,
        "time_inf": datetime(2022, 3, 20, 10, 0, 20, 969754, tzinfo=UTC),
        "time_inf_error_s": 0.02239969915578273,
        "ra_deg": 207.13546129702095,
        "dec_deg": 39.68328005638283,
        "ra_error_deg": 0.5392466329194251,
        "dec_error_deg": 0.38229381212162405,
        "r95_deg": 0.5392466329194251,
        "dm_pc_cm3": 308.1332092285156,
        "dm_error_pc_cm3": 0.808748543262481,
        "dm_gal_pc_cm3": 26.284419129901345,
        "snr": 24.771873474121094,
        "importance": 0.9999834084886757,
        "association_probability": None,
        "source": None,
        "event_type": "EXTRAGALACTIC",
        "ivorn": "ivo://ca.chimenet.frb/FRB-DETECTION-#2022-03-20-10:00:28.960760UTC+0000_996ae14090d1",
        "cites": None,
        "remarks": None,
    },
    "chime/chime_detection_2021-08-19_orig.xml": {
        "event": "chime:181344768",
        "kind": "detection",
        "role": "real",
        **NO_PLACE,
        "dm_pc_cm3": 1.0,
        "importance": 1.0,
        "association_probability": None,
    },
    "chime/chime_subsequent_2021-08-22_orig.xml": {
        "event": "chime:181866650",
        "kind": "subsequent",
        "role": "real",
        **NO_PLACE,
        "source": "60792403",
        "association_probability": 0.9998999834060661,
        "importance": 0.9880000000000001,
        "event_type": "UNDEFINED/KNOWN",
        "cites": None,
    },
    "chime/chime_retraction_2021-09-07_orig.xml": {
        "event": "chime:daa68ff4aeaf",
        "kind": "retraction",
        "role": "real",
        "statement": "chime:daa68ff4aeaf/retraction",
        "cites": "ivo://ca.chimenet.frb/FRB-DETECTION-#2021-09-07-09:48:59.922483UTC+0000_daa68ff4aeaf",
        "time": None,
        "importance": None,
        **NO_PLACE,
    },
    "chime/gcn_json/chime_frb.detection.example.json": {
        "stream": "chime",
        "event": "chime:427325191",
        "statement": "chime:427325191/detection",
        "role": "real",
        "time": datetime(2024, 9, 18, 7, 19, 10, 765268, tzinfo=UTC),
        "time_ref_mhz": 400.0,
        "time_inf": datetime(2024, 9, 18, 7, 19, 3, 518831, tzinfo=UTC),
        "ra_error_deg": 0.503806986334273,
        "dec_error_deg": 0.598921231135782,
        "r95_deg": 0.598921231135782,
        "dm_pc_cm3": 279.422607421875,
        "association_probability": None,
        "source": None,
        "ivorn": None,
        "remarks": None,
    },
    "chime/gcn_json/chime_frb.subsequent.example.json": {
        "event": "chime:427325192",
        "kind": "subsequent",
        "source": "FRB 20231013B",
        "association_probability": 0.932,
        "r95_deg": 0.598921231135782,
        "remarks": None,
    },
    "chime/gcn_json/chime_frb.update.example.json": {
        "event": "chime:427325191",
        "kind": "update",
        "role": "real",
        "words": "The dispersion measure of FRB 20231013B has been updated to 221.2 +/- 0.4 pc/cm^3.",
        "dm_pc_cm3": None,
        **NO_PLACE,
    },
    "chime/gcn_json/chime_frb.retraction.example.json": {
        "event": "chime:427325191",
        "kind": "retraction",
        "statement": "chime:427325191/retraction",
        "words": "Retraction of detection alert for event 427325191",
        **NO_PLACE,
    },
}


@need_samples
@pytest.mark.parametrize("path", SAMPLES)
def test_a_real_notice_is_read_to_the_last_digit(path):
    alert = read(raw(sample(path), "gcn" if path.endswith("json") else "chime"))
    assert {name: getattr(alert, name) for name in SAMPLES[path]} == SAMPLES[path]


@need_samples
@pytest.mark.parametrize("kind", ["detection", "subsequent", "update", "retraction"])
def test_the_version_of_the_gcn_schema_does_not_matter(kind):
    by_tag = read(raw(sample(f"chime/gcn_json/chime_frb.{kind}.example.json"), "gcn"))
    by_main = read(raw(sample(f"gcn/schema_examples/chime/frb.{kind}.example.json"), "gcn"))
    assert by_main == by_tag


@need_samples
def test_the_two_times_of_a_real_burst_differ_by_its_dispersion():
    """So the times are at 400 MHz and at infinity, and the constant is CHIME's own."""
    alert = read(raw(sample("chime/chime_detection_2022-03-20_evt217097677.xml")))
    delay_s = K_S_MHZ2 * alert.dm_pc_cm3 / 400**2
    assert (alert.time - alert.time_inf).total_seconds() == pytest.approx(delay_s, abs=2e-6)


@need_samples
def test_comets_own_test_of_the_line_is_ignored():
    ignored = read(raw(sample("chime/other/comet31_broker_test_event.xml")))
    assert ignored == Ignored(why="a broker's own test of the line; it speaks of no burst")


@need_samples
@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("chime/other/casm_t3_trigger_card_260922qlsiym.trimmed.json", "an unnamed kind"),
        ("gcn/schema_examples/core/Localization.example.json", "core/Localization"),
    ],
)
def test_a_gcn_notice_of_somebody_else_is_ignored_by_name(path, why):
    ignored = read(raw(sample(path), "gcn"))
    assert ignored.why.startswith("no reader yet for GCN notices of ")
    assert why in ignored.why


@need_samples
def test_what_is_no_notice_at_all_is_refused():
    with pytest.raises(UnreadableNoticeError, match="not well-formed XML"):
        read(raw(sample("chime/other/comet31_protocol_messages.txt")))


# ── one burst, two paths ──


@pytest.mark.parametrize("kind", ["detection", "subsequent", "retraction"])
def test_both_paths_make_the_same_statement_of_the_same_event(kind):
    by_comet, by_gcn = voevent(kind=kind), gcn(kind=kind)
    assert (by_gcn.stream, by_gcn.event, by_gcn.statement) == (by_comet.stream, by_comet.event, by_comet.statement)


def test_both_paths_say_the_same_of_a_burst():
    by_comet, by_gcn = voevent(), gcn()
    only_in_voevents = {"ivorn": None, "event_type": None}
    assert by_gcn == by_comet.model_copy(update=only_in_voevents)


def test_a_test_never_joins_the_real_statement_of_the_same_event():
    """Else a drill that comes first would be what the real burst is taken for."""
    assert voevent(role="test").statement != voevent().statement
    assert gcn({"alert_tense": "test"}).statement == voevent(role="test").statement


# ── kind and role ──


@pytest.mark.parametrize(("kind", "written"), [("detection", "observation"), ("retraction", "utility")])
def test_the_role_that_chime_writes_is_real(kind, written):
    alert = voevent((f'role="{written}"', f'role="{written}"'), kind=kind)
    assert (alert.kind, alert.role) == (kind, "real")


@pytest.mark.parametrize("kind", ["detection", "subsequent", "retraction", "update"])
def test_role_test_is_a_test_whatever_the_kind(kind):
    alert = voevent(kind=kind, role="test", cites="ivo://ca.chimenet.frb/FRB-DETECTION-#a_000000000000")
    assert (alert.kind, alert.role) == (kind, "test")


@pytest.mark.parametrize("role", ["utility", "prediction", "drill", ""])
def test_a_burst_in_no_role_of_a_burst_is_refused(role):
    with pytest.raises(UnreadableNoticeError, match="not taken for real"):
        voevent(('role="observation"', f'role="{role}"'))


def test_a_role_left_out_is_observation_as_the_schema_says():
    assert voevent((' role="observation"', "")).role == "real"


def test_what_cites_a_retraction_retracts_whatever_it_calls_itself():
    cited = "ivo://ca.chimenet.frb/FRB-DETECTION-#a_0123456789ab"
    alert = voevent(('cite="followup"', 'cite="retraction"'), ('role="observation"', 'role="utility"'), cites=cited)
    assert (alert.kind, alert.cites) == ("retraction", cited)


def test_a_chime_notice_of_no_known_kind_is_refused():
    with pytest.raises(UnreadableNoticeError, match="says what it is"):
        read(raw(b'<VOEvent ivorn="ivo://ca.chimenet.frb/NEWS#1" role="observation"/>'))


@pytest.mark.parametrize("ivorn", ["ivo://nasa.gsfc.gcn/SWIFT#BAT_GRB_Pos_1", "ivo://edu.caltech.chimera/x#1"])
def test_a_voevent_of_another_observatory_is_ignored(ivorn):
    """Its times are at another frequency: read as CHIME's they would be wrong."""
    assert "no reader yet" in read(raw(f'<VOEvent ivorn="{ivorn}" role="observation"/>'.encode())).why


@pytest.mark.parametrize(
    ("tense", "role"), [(None, "real"), ("current", "real"), ("test", "test"), ("injection", "test")]
)
def test_the_tense_of_a_gcn_notice_is_its_role(tense, role):
    assert gcn({"alert_tense": tense}).role == role


@pytest.mark.parametrize("tense", ["archival", "planned", "commanded"])
def test_what_did_not_happen_just_now_is_no_alert_but_a_retraction_of_it_is(tense):
    assert isinstance(gcn({"alert_tense": tense}), Ignored)
    assert gcn({"alert_tense": tense}, kind="retraction").role == "real"


@pytest.mark.parametrize(("key", "value"), [("alert_tense", "soon"), ("alert_tense", 5), ("alert_type", None)])
def test_a_gcn_notice_that_does_not_say_what_it_is_is_refused(key, value):
    with pytest.raises(UnreadableNoticeError, match=key):
        gcn({key: value})


def test_a_chime_notice_without_its_schema_is_known_by_its_own_keys():
    assert gcn({"$schema": None}).event == "chime:300000001"


def test_every_stream_has_its_reader():
    assert READERS.keys() == STREAMS.keys()


def test_a_stream_that_is_no_longer_one_is_ignored_by_its_name():
    assert read(raw(b"anything", "casm")).why == "no reader for the stream casm"


def test_gcn_in_another_form_is_ignored():
    assert (
        read(raw(b"TITLE: GCN/SWIFT NOTICE", "gcn")).why
        == "no reader yet for GCN notices that are neither JSON nor XML"
    )


# ── which event ──


@pytest.mark.parametrize("number", ["", "0", "None", "a b"])
def test_a_burst_without_its_number_is_named_by_the_end_of_its_ivorn(number):
    alert = voevent(('value="300000001"', f'value="{number}"'))
    assert alert.event == f"chime:{alert.ivorn[-12:]}"


def test_a_retraction_is_of_the_ivorn_that_it_cites():
    cited = "ivo://ca.chimenet.frb/FRB-DETECTION-#2022-03-20-10:00:28.960760UTC+0000_996AE14090d1"
    alert = voevent(kind="retraction", event="chime:996AE14090d1", cites=cited)
    assert (alert.event, alert.cites) == ("chime:996ae14090d1", cited)


def test_a_retraction_of_nothing_is_refused():
    with pytest.raises(UnreadableNoticeError, match="of what"):
        voevent(('value="300000001"', 'value=""'), kind="retraction")


def test_a_retraction_of_two_says_which_one_it_did_not_do():
    second = '</EventIVORN><EventIVORN cite="retraction">ivo://ca.chimenet.frb/b#2</EventIVORN>'
    alert = voevent(("</EventIVORN>", second), kind="retraction", cites="ivo://ca.chimenet.frb/a#1")
    assert alert.cites == "ivo://ca.chimenet.frb/a#1"
    assert "ivo://ca.chimenet.frb/b#2" in alert.remarks


@pytest.mark.parametrize("given", ["427325191", ["427325191", "x"], [None, "427325191"], 427325191, "0427325191"])
def test_the_id_of_a_gcn_notice_may_be_a_list(given):
    assert gcn({"id": given}).event == "chime:427325191"


@pytest.mark.parametrize("given", [None, "", [], {}, True, "../../etc", "a/b", 1.5, "x" * 99])
def test_a_gcn_notice_that_names_no_event_is_refused(given):
    with pytest.raises(UnreadableNoticeError, match="of which event"):
        gcn({"id": given})


def test_each_update_of_an_event_is_a_statement_of_its_own_and_the_same_if_sent_again():
    one, again = gcn(kind="update", words="DM is 221"), gcn({"tsys": 50}, kind="update", words="DM is 221")
    other = gcn(kind="update", words="DM is 222")
    assert one.statement == again.statement
    assert one.statement != other.statement
    assert one.event == other.event


# ── times ──


@pytest.mark.parametrize(
    "written",
    [
        "2026-12-01 05:18:14.500000+00:00",
        "2026-12-01T05:18:14.5Z",
        "2026-12-01T05:18:14.500000",
        "2026-12-01 05:18:14.5000001UTC",
        "2026-11-30 21:18:14.5-08:00",
    ],
)
def test_a_time_is_read_in_every_form_that_chime_has_used(written):
    assert gcn({"trigger_time": written}).time == NOW
    assert voevent(("2026-12-01 05:18:14.500000+00:00", written)).time == NOW


@pytest.mark.parametrize(
    "written",
    ["2026-13-01 05:18:14Z", "2026-12-01 05:18:60Z", "2026-12-01", "soon", "61375.2", "0001-01-01T00:00:00+14:00"],
)
def test_an_impossible_time_is_none_and_said(written):
    for alert in (gcn({"trigger_time": written}), voevent(("2026-12-01 05:18:14.500000+00:00", written))):
        assert (alert.time, alert.time_ref_mhz) == (None, None)
        assert alert.time_note.startswith("no time: ")


def test_where_when_stands_in_for_a_missing_time_of_a_burst_but_not_of_a_retraction():
    """CHIME writes the retraction's own time there."""
    no_stamp = ("2026-12-01 05:18:14.500000+00:00", "")
    assert voevent(no_stamp).time == NOW
    assert voevent(no_stamp, kind="retraction").time is None


def test_a_time_that_is_not_utc_does_not_stand_in():
    alert = voevent(("2026-12-01 05:18:14.500000+00:00", ""), ("UTC-FK5-TOPO", "TT-FK5-TOPO"))
    assert (alert.time, alert.time_note) == (None, "no time: given in 'TT-FK5-TOPO', not in UTC")


# ── where ──


@pytest.mark.parametrize(
    ("ra", "dec", "why"),
    [
        (0.0, 0.0, "exactly 0"),
        (-0.0, 0, "exactly 0"),
        (360.5, 10, "outside"),
        (10, -90.1, "outside"),
        (float("nan"), 10, "no finite number"),
        (10, 1e999, "no finite number"),
        (10, None, "only one"),
        ([], 10, "no number"),
        (True, 10, "no number"),
    ],
)
def test_what_cannot_be_a_position_is_none_and_says_why(ra, dec, why):
    alert = gcn({"ra": ra, "dec": dec})
    assert {name: getattr(alert, name) for name in NO_PLACE} == NO_PLACE
    assert why in alert.position_note


def test_a_negative_error_means_no_position():
    in_json = gcn({"ra_dec_error": [0.5, -1, 0]})
    in_axes = voevent(('value="0.25"', 'value="-0.25"'))
    in_radius = voevent(("<Error2Radius>0.3", "<Error2Radius>-1"))
    for alert in (in_json, in_axes, in_radius):
        assert alert.ra_deg is None
        assert alert.position_note == "no position: its error is negative"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (0.4, (0.4, 0.4, 0.4)),
        ([0.4], (0.4, 0.4, 0.4)),
        ([0.2, 0.4], (0.2, 0.4, 0.4)),
        ([0.4, 0.2, 0], (0.4, 0.2, 0.4)),
        ([0.4, 0.2, 30], (0.4, 0.4, 0.4)),
        ([None, 0.2], (None, 0.2, 0.2)),
        ([], (None, None, None)),
        (None, (None, None, None)),
        ("NaN", (None, None, None)),
        (1e9, (None, None, None)),
    ],
)
def test_the_error_of_a_gcn_position_is_a_number_or_a_pair(error, expected):
    alert = gcn({"ra_dec_error": error})
    assert (alert.ra_error_deg, alert.dec_error_deg, alert.r95_deg) == expected
    assert alert.ra_deg == 95.8742


def test_an_error_of_another_containment_is_scaled_to_95_percent():
    assert gcn({"containment_probability": 0.9}).r95_deg == pytest.approx(0.3 * 1.141, rel=1e-3)
    assert gcn({"containment_probability": 0.95}).r95_deg == pytest.approx(0.3)
    assert gcn({"containment_probability": 90}).remarks.startswith("containment_probability")


def test_a_radius_alone_is_the_error_of_a_voevent():
    alert = voevent(ra_error_deg=None, dec_error_deg=None, r95_deg=0.7)
    assert (alert.ra_error_deg, alert.dec_error_deg, alert.r95_deg) == (None, None, 0.7)


def test_a_position_in_another_frame_or_unit_is_none():
    assert "not in degrees" in voevent(('unit="deg"', 'unit="rad"')).position_note
    assert "neither FK5 nor ICRS" in voevent(("UTC-FK5-TOPO", "UTC-GAL-TOPO")).position_note


def test_the_observatorys_own_place_is_not_the_bursts():
    own = "<AstroCoords><Position2D><Value2><C1>1</C1><C2>2</C2></Value2></Position2D></AstroCoords>"
    empty = '<ObservatoryLocation id="CHIME, Dominion Radio Astrophysical Observatory"/>'
    alert = voevent((empty, f"<ObservatoryLocation>{own}</ObservatoryLocation>"))
    assert alert.ra_deg == 95.8742


# ── figures ──


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [
        ("dm", "dm_pc_cm3", -1),
        ("dm", "dm_pc_cm3", 1e999),
        ("dm", "dm_pc_cm3", 10**400),
        ("dm", "dm_pc_cm3", {"value": 3}),
        ("dm_error", "dm_error_pc_cm3", float("nan")),
        ("importance", "importance", 1.01),
        ("importance", "importance", "high"),
        ("snr", "snr", True),
        ("association_probability", "association_probability", -0.1),
    ],
)
def test_a_figure_that_cannot_be_is_missing_and_said(key, field, value):
    alert = gcn({key: value})
    assert getattr(alert, field) is None
    assert alert.remarks.startswith(f"{key} ")


def test_the_wider_side_of_an_uneven_error_counts():
    assert gcn({"dm_error": [-0.2, 0.5]}).dm_error_pc_cm3 == 0.5


def test_a_probability_of_exactly_0_is_a_value_where_an_association_is_given():
    assert voevent(association_probability=0.0).association_probability == 0.0
    assert gcn(association_probability=0.0).association_probability == 0.0


def test_the_0_that_a_detection_carries_for_not_reported_is_none():
    assert b'probability="0" relation=""' in chime_voevent(time=NOW, kind="detection")
    assert voevent(kind="detection").association_probability is None


@pytest.mark.parametrize("written", ["", " ", "None", "n/a", "-"])
def test_a_source_of_no_name_is_none(written):
    """A burst is a repeater's when it has a known source: an empty word is not one."""
    assert voevent(("FRB 20181226F", written)).source is None


def test_a_name_is_one_printable_line():
    assert gcn(source="FRB\n 2018\u202e1226F \ud800").source == "FRB 2018 1226F"


def test_the_larger_milky_way_counts():
    other = '<Param name="dm_gal_ymw_2016_max" value="99.5"/><Param ucd="" unit="pc/cm^3" value="83.0"'
    assert voevent(('<Param ucd="" unit="pc/cm^3" value="83.0"', other)).dm_gal_pc_cm3 == 99.5


def test_every_param_may_be_absent():
    body = '<VOEvent ivorn="ivo://ca.chimenet.frb/FRB-DETECTION-#x_0123456789ab" role="observation"/>'
    alert = read(raw(body.encode()))
    given = {name: value for name, value in alert if value is not None}
    assert given == {
        "stream": "chime",
        "event": "chime:0123456789ab",
        "kind": "detection",
        "role": "real",
        "statement": "chime:0123456789ab/detection",
        "ivorn": "ivo://ca.chimenet.frb/FRB-DETECTION-#x_0123456789ab",
    }


def test_a_param_that_contradicts_itself_is_refused():
    twice = '<Param name="dm" value="90"/><Param ucd="phys.dispMeasure"'
    with pytest.raises(UnreadableNoticeError, match="gives 'dm' twice"):
        voevent(('<Param ucd="phys.dispMeasure"', twice))


@pytest.mark.parametrize("version", ["2.0", "2.1"])
@pytest.mark.parametrize("prefix", ["voe:", ""])
def test_the_namespace_does_not_matter(version, prefix):
    body = chime_voevent(time=NOW).decode().replace("VOEvent/v2.0", f"VOEvent/v{version}").replace("voe:", prefix)
    body = body.replace('version="2.0"', f'version="{version}"')
    assert read(raw(body.encode())) == chime_alert(time=NOW)


def test_a_number_may_stand_in_a_value_element():
    alert = voevent(('value="240.1" name="dm"/>', 'name="dm"><Value>240.1</Value></Param>'))
    assert alert.dm_pc_cm3 == 240.1


def test_json_with_a_byte_order_mark_is_read():
    body = b"\xef\xbb\xbf" + json.dumps(json.loads(chime_gcn(time=NOW))).encode()
    assert read(raw(body, "gcn")).event == "chime:300000001"
