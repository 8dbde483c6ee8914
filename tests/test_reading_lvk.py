"""LIGO/Virgo/KAGRA notices, by JSON, Avro and VOEvent: what each says, and that they say the same."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from ovro_alert.alerts import Alert
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.mergers import Coincidence
from ovro_alert.reading import read, read_whole
from tests.lvk_notices import (
    AVRO_SCHEMA,
    COINCIDENCE,
    MERGER,
    NSBH,
    PROPERTIES,
    avro_file,
    lvk_avro,
    lvk_json,
    lvk_record,
    lvk_voevent,
    sky_map_fits,
)
from tests.notices import raw
from tests.samples import SAMPLES, need_samples, sample

FORMS = {"json": lvk_json, "avro": lvk_avro, "voevent": lvk_voevent}
KINDS = {
    "EARLYWARNING": "early_warning",
    "PRELIMINARY": "preliminary",
    "INITIAL": "initial",
    "UPDATE": "update",
    "RETRACTION": "retraction",
}

every_form = pytest.mark.parametrize("form", FORMS)


def found(body: bytes) -> Alert:
    """Read what must be an alert."""
    alert = read(raw(body, "lvk"))
    assert isinstance(alert, Alert), alert
    return alert


def refused(body: bytes) -> str:
    """Return why a notice cannot be read."""
    with pytest.raises(UnreadableNoticeError) as refusal:
        read(raw(body, "lvk"))
    return str(refusal.value)


# ── one statement, three forms ──


@every_form
@pytest.mark.parametrize("alert_type", KINDS)
def test_every_type_is_one_statement_by_every_path(alert_type, form):
    alert = found(FORMS[form]("S230529ay", alert_type))
    kind = KINDS[alert_type]
    assert (alert.stream, alert.event, alert.kind, alert.role) == ("lvk", "lvk:S230529ay", kind, "real")
    assert alert.merger.alert_type == alert_type
    assert alert.statement == f"lvk:S230529ay/{kind}/2026-11-20T12:00:28Z"
    assert alert.issued == datetime(2026, 11, 20, 12, 0, 28, tzinfo=UTC)


@every_form
def test_what_comes_by_a_path_of_tests_is_a_test_and_another_statement_whatever_it_says(form):
    """A superevent with a real name, marked as a test by its broker alone."""
    body = FORMS[form]("S230529ay")
    alert, real = read(raw(body, "lvk", "hop-test")), read(raw(body, "lvk", "hop"))
    assert (alert.role, alert.statement) == ("test", f"{real.statement}/test")
    assert (real.role, alert.event) == ("real", real.event)
    mock = FORMS[form]("MS230529ay")
    assert read(raw(mock, "lvk", "hop-test")) == read(raw(mock, "lvk", "hop"))


def test_json_and_avro_of_one_record_are_one_alert_to_the_last_digit():
    changes = {"skymap": sky_map_fits(), "external_coinc": COINCIDENCE}
    by_kafka, by_hop = (read_whole(raw(form(**changes), "lvk")) for form in (lvk_json, lvk_avro))
    assert by_kafka.found == by_hop.found
    assert by_kafka.found.remarks is None
    assert (by_kafka.sky_map.probability == by_hop.sky_map.probability).all()


def test_a_voevent_adds_its_ivorn_to_the_record_and_a_record_its_map_to_the_voevent():
    record = found(lvk_json(skymap=sky_map_fits(), external_coinc=COINCIDENCE))
    voevent = found(lvk_voevent(external_coinc=COINCIDENCE))
    assert record.merged_with(voevent) == record.model_copy(update={"ivorn": voevent.ivorn})
    merged = voevent.merged_with(record)
    assert (merged.merger.map, merged.merger.map_note) == (record.merger.map, None)


@every_form
def test_all_that_a_record_says_of_a_merger(form):
    alert = found(FORMS[form](external_coinc=COINCIDENCE))
    merger = alert.merger
    assert (alert.time, alert.time_ref_mhz, alert.ra_deg, alert.dec_deg) == (MERGER, None, None, None)
    assert (merger.far_hz, merger.significant) == (1.98e-10, True)
    assert (merger.group, merger.pipeline, merger.search) == ("CBC", "pycbc", "AllSky")
    assert merger.instruments == ("L1",)
    assert (merger.classification, merger.properties) == (NSBH, PROPERTIES)
    assert merger.page == "https://gracedb.ligo.org/superevents/S261120a/view/"
    assert merger.coincidence == Coincidence(
        observatory="Fermi",
        search="GRB",
        time_difference_s=1.74,
        time_far_hz=2.1e-9,
        sky_far_hz=6.4e-11,
        ivorn=COINCIDENCE["ivorn"],
    )


def test_the_second_preliminary_is_another_statement_of_the_same_superevent():
    first, second = (found(lvk_json(issued=MERGER + timedelta(seconds=after_s))) for after_s in (28, 308))
    assert first.event == second.event
    assert first.statement != second.statement


def test_a_fraction_of_a_second_in_when_it_was_made_makes_no_other_statement():
    assert found(lvk_json(time_created="2026-11-20T12:00:28.912Z")).statement == found(lvk_json()).statement


def test_without_when_it_was_made_every_notice_is_a_statement_of_its_own():
    one, other = (found(lvk_json(time_created=None, far_hz=far_hz)) for far_hz in (1e-9, 2e-9))
    assert one.issued is None
    assert one.statement != other.statement


# ── mock or real ──


@every_form
@pytest.mark.parametrize(("superevent", "role"), [("S261120a", "real"), ("MS261120a", "test"), ("TS261120a", "test")])
def test_the_name_tells_mock_from_real(superevent, role, form):
    alert = found(FORMS[form](superevent))
    assert alert.role == role
    assert alert.statement.endswith("/test") == (role == "test")


def test_a_search_called_mdc_does_not_make_a_real_superevent_a_mock():
    assert found(lvk_json(search="MDC")).role == "real"


@pytest.mark.parametrize("flag", ["HardwareInj", "internal"])
def test_an_injection_or_an_internal_voevent_is_never_taken_for_real(flag):
    alert = found(lvk_voevent(also={flag: 1}))
    assert alert.role == "test"
    assert alert.statement != found(lvk_voevent()).statement


@pytest.mark.parametrize("role", ["test", "utility", "observe"])
def test_a_voevent_in_another_role_than_observation_is_never_taken_for_real(role):
    assert found(lvk_voevent().replace(b'role="observation"', f'role="{role}"'.encode())).role == "test"


# ── what cannot be ──


@pytest.mark.parametrize(
    "name",
    ["", "s261120a", "XS261120a", "S26112a", "S261120A", "S261120", "S261120a ", "G298048", "S261120a\n", 7, None],
)
def test_a_superevent_without_a_name_of_the_right_form_is_refused(name):
    assert "superevent_id" in refused(lvk_json(superevent_id=name))


@pytest.mark.parametrize("alert_type", sorted(KINDS.keys() - {"RETRACTION"}))
@pytest.mark.parametrize("form", [lvk_json, lvk_avro])
def test_an_event_that_is_null_is_refused_in_all_but_a_retraction(alert_type, form):
    assert f"its event is null, which only a RETRACTION may have; it is {alert_type}" in refused(
        form("S261120a", alert_type, event=None)
    )


@pytest.mark.parametrize("event", [[], "", 1, False])
def test_an_event_that_is_no_record_is_refused(event):
    assert "its event is" in refused(lvk_json(event=event))


@pytest.mark.parametrize("alert_type", ["", "EXPLOSION", None, 3, ["UPDATE"]])
def test_a_type_that_is_none_is_refused(alert_type):
    assert "its alert_type is" in refused(
        lvk_json(alert_type="UPDATE").replace(b'"UPDATE"', json.dumps(alert_type).encode())
    )


@pytest.mark.parametrize("body", [b"Unknown topic or partition", b"[]", b"\x1f\x8b\x08\x00", b"\x00\x00"])
def test_what_is_neither_json_nor_avro_nor_xml_is_refused(body):
    assert "neither JSON nor Avro nor XML" in refused(body)


# ── numbers ──


@pytest.mark.parametrize("table", ["classification", "properties"])
@pytest.mark.parametrize("value", [1.0001, -0.1, float("nan"), float("inf"), "likely", [0.5], {"p": 1}, True])
def test_a_probability_that_is_none_is_missing_and_said(value, table):
    alert = found(lvk_json(**{table: {"BNS": value, "Terrestrial": 0.1}}))
    assert getattr(alert.merger, table) == {"Terrestrial": 0.1}
    assert f"{table} BNS" in alert.remarks


@every_form
def test_a_probability_of_exactly_zero_is_a_value(form):
    merger = found(FORMS[form](classification={"BNS": 0.0, "Terrestrial": 0.0}, properties={"HasNS": 0.0})).merger
    assert (merger.classification, merger.properties) == ({"BNS": 0.0, "Terrestrial": 0.0}, {"HasNS": 0.0})


@every_form
def test_a_burst_has_no_classes_and_lacks_nothing(form):
    alert = found(FORMS[form](group="Burst", classification={}, properties={}))
    assert (alert.merger.classification, alert.merger.properties, alert.remarks) == ({}, {}, None)


def test_properties_are_an_open_table_with_an_end():
    assert found(lvk_json(properties={"HasSSM": 0.3})).merger.properties == {"HasSSM": 0.3}
    many = found(lvk_json(properties={f"Has{index}": 0.5 for index in range(1000)}))
    assert len(many.merger.properties) == 40
    assert "1000 entries" in many.remarks


@every_form
@pytest.mark.parametrize("far_hz", [-1e-9, float("nan"), float("inf")])
def test_a_rate_that_is_none_is_missing_and_said(far_hz, form):
    alert = found(FORMS[form](far_hz=far_hz))
    assert alert.merger.far_hz is None
    assert alert.remarks.startswith("far ")


def test_a_list_of_rates_is_no_rate():
    assert found(lvk_json(far_hz=[-1e-12, 1e-12])).merger.far_hz is None


def test_a_rate_of_exactly_zero_is_a_value():
    assert found(lvk_json(far_hz=0.0)).merger.far_hz == 0.0


@pytest.mark.parametrize(
    ("given", "read_as"),
    [(True, True), (False, False), (1, True), ("0", False), ("true", True), (None, None), (2, None)],
)
def test_significance_is_yes_no_or_unknown(given, read_as):
    alert = found(lvk_json(significant=given))
    assert alert.merger.significant is read_as
    assert (alert.remarks is None) == (given != 2)


def test_detectors_may_be_anything_and_are_bounded():
    assert found(lvk_json(instruments=["H1", "MbtaL-Hon-clustered", 5, ""])).merger.instruments == (
        "H1",
        "MbtaL-Hon-clustered",
    )
    assert len(found(lvk_json(instruments=["H1"] * 1000)).merger.instruments) == 40
    assert found(lvk_json(instruments=17)).merger.instruments == ()


@pytest.mark.parametrize("form", [lvk_json, lvk_avro])
@pytest.mark.parametrize("number", [524666471, "524666471", "S2 0716"])
def test_the_number_of_an_outside_notice_is_a_number_or_a_text(number, form):
    assert found(form(external_coinc=COINCIDENCE | {"gcn_notice_id": number})).merger.coincidence.observatory == "Fermi"


@every_form
def test_what_a_coincidence_lacks_is_unknown(form):
    lacking = {"time_coincidence_far": None, "time_sky_position_coincidence_far": None}
    seen = found(FORMS[form](external_coinc=COINCIDENCE | lacking)).merger.coincidence
    assert (seen.time_far_hz, seen.sky_far_hz, seen.time_difference_s) == (None, None, 1.74)


def test_what_a_coincidence_gives_wrongly_is_said():
    alert = found(lvk_json(external_coinc={"time_coincidence_far": -1, "observatory": ["Fermi"]}))
    assert alert.merger.coincidence == Coincidence()
    assert "external_coinc observatory" in alert.remarks
    assert "external_coinc time_coincidence_far" in alert.remarks
    assert "external_coinc 'Fermi' is no record" in found(lvk_json(external_coinc="Fermi")).remarks


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://x", "https://a b", "https://\u202e", 7, None, ["https://x"]]
)
def test_a_page_is_only_an_address(url):
    assert found(lvk_json(urls={"gracedb": url})).merger.page is None


# ── times ──


@pytest.mark.parametrize("time", ["2026-02-30T00:00:00Z", "soon", "1e9", 1.2e9, "1889-01-01T00:00:00Z"])
def test_an_impossible_time_is_unknown_and_said(time):
    alert = found(lvk_json().replace(b'"2026-11-20T12:00:00.167Z"', json.dumps(time).encode()))
    assert alert.time is None
    assert alert.time_note.startswith("no time: ")


def test_a_time_in_another_frame_than_utc_is_unknown_and_said():
    alert = found(lvk_voevent().replace(b"UTC-FK5-GEO", b"TDB-ICRS-BARY"))
    assert (alert.time, alert.time_note) == (None, "no time: given in 'TDB-ICRS-BARY', not in UTC")


def test_a_time_without_zone_is_utc():
    """As in the third observing run."""
    body = re.sub(rb"(<(?:ISOTime|Date)>[^<]*)Z", rb"\1", lvk_voevent())
    assert found(body) == found(lvk_voevent())


# ── VOEvents ──


def test_a_voevent_whose_classes_stand_in_a_group_without_a_name_is_read():
    """As in the third observing run, which also had the class MassGap."""
    classes = {"BNS": 0.5, "MassGap": 0.25, "Terrestrial": 0.25}
    body = (
        lvk_voevent(classification=classes).replace(b'name="Classification" ', b"").replace(b'name="Properties" ', b"")
    )
    assert (found(body).merger.classification, found(body).merger.properties) == (classes, PROPERTIES)


def test_a_voevent_has_only_the_address_of_a_map_and_nobody_goes_there():
    read_as = read_whole(raw(lvk_voevent(), "lvk"))
    assert read_as.sky_map is None
    assert read_as.found.merger.map_note == "no map in this notice, only its address, which is not fetched"


def test_a_retraction_cites_what_it_retracts_and_says_why():
    body = lvk_voevent("S261120a", "RETRACTION", serial=3).replace(
        b"</Citations>", b"<Description>Determined to not be a viable GW event candidate</Description></Citations>"
    )
    alert = found(body)
    assert alert.ivorn == "ivo://gwnet/LVC#S261120a-3-Retraction"
    assert alert.cites == "ivo://gwnet/LVC#S261120a-2-Preliminary"
    assert alert.words == "Determined to not be a viable GW event candidate"
    assert alert.merger.map_note is None


@pytest.mark.parametrize(
    "also",
    [
        {"AlertType": "Preliminary", "Packet_Type": 164},
        {"AlertType": None, "Packet_Type": 164},
        {"AlertType": "Update"},
    ],
)
def test_what_retracts_by_any_sign_is_a_retraction(also):
    body = lvk_voevent("S261120a", "RETRACTION" if also == {"AlertType": "Update"} else "PRELIMINARY", also=also)
    assert found(body).kind == "retraction"


def test_the_type_is_believed_before_the_number_of_the_packet():
    """Some mocks carry 153, which was once for counterparts."""
    assert found(lvk_voevent(also={"Packet_Type": 153})).kind == "preliminary"
    assert found(lvk_voevent(also={"AlertType": None, "Packet_Type": 152})).kind == "update"


def test_an_ivorn_that_many_superevents_share_names_none_of_them():
    """As early mocks have it; kept, it would bring the next one's retraction to this one."""
    alert = found(lvk_voevent().replace(b"ivo://gwnet/LVC#S261120a-1-Preliminary", b"ivo://gwnet/gcn_sender"))
    assert (alert.event, alert.ivorn) == ("lvk:S261120a", None)


def test_a_citation_of_another_superevent_changes_nothing():
    body = lvk_voevent("S261120a", "RETRACTION", serial=2).replace(b"LVC#S261120a-1", b"LVC#S261119z-1")
    assert (found(body).event, found(body).cites) == ("lvk:S261120a", None)


@pytest.mark.parametrize(
    ("ivorn", "role", "why"),
    [
        ("ivo://org.example/TestEvent#TestEvent-2026", "test", "a broker's own test"),
        ("ivo://nasa.gsfc.gcn/Fermi#GBM_Flt", "observation", "no reader yet for VOEvents of nasa.gsfc.gcn"),
    ],
)
def test_a_voevent_of_somebody_else_is_ignored(ivorn, role, why):
    assert why in read(raw(f'<VOEvent role="{role}" ivorn="{ivorn}"/>'.encode(), "lvk")).why


# ── Avro ──


def test_a_list_of_one_record_is_that_record():
    assert found(avro_file({"type": "array", "items": AVRO_SCHEMA}, [[lvk_record()]])) == found(lvk_json())


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (avro_file(AVRO_SCHEMA, []), "Avro of no record"),
        (avro_file(AVRO_SCHEMA, [lvk_record()] * 2), "Avro of more than one record"),
        (avro_file(AVRO_SCHEMA, [lvk_record()], codec="deflate"), "compressed Avro (b'deflate')"),
        (avro_file("string", ["S261120a"]), "Avro of more than one record"),
        (lvk_avro()[:-1], "Avro that cannot be read"),
        (lvk_avro()[:100], "Avro that cannot be read"),
        (b"Obj\x01", "Avro that cannot be read"),
    ],
    ids=["none", "two", "compressed", "text", "short by a byte", "cut in its schema", "its first bytes"],
)
def test_avro_of_anything_but_one_whole_record_is_refused(body, why):
    assert why in refused(body)


# ── real notices ──


@need_samples
@pytest.mark.parametrize("kind", ["earlywarning", "preliminary", "initial", "update", "retraction"])
def test_the_user_guides_json_and_voevent_are_one_statement(kind):
    (voevent,) = (path for path in (SAMPLES / "lvk/userguide").glob("*-[1-5]-*.xml") if kind in path.stem.lower())
    record = found(sample(f"lvk/userguide/MS181101ab-{kind}.json"))
    assert found(voevent.read_bytes()).statement == record.statement
    assert record.event == "lvk:MS181101ab"


@need_samples
def test_the_user_guides_avro_is_its_json():
    assert found(sample("lvk/userguide/MS181101ab-retraction.avro")) == found(
        sample("lvk/userguide/MS181101ab-retraction.json")
    )


@need_samples
def test_a_record_in_the_published_schema_is_read():
    schema = json.loads(sample("lvk/schema/igwn.alerts.Alert.avsc"))
    assert found(avro_file(schema, [lvk_record(skymap=sky_map_fits(), external_coinc=COINCIDENCE)])).remarks is None


REAL = {
    "S230529ay/S230529ay-1-Preliminary": ("preliminary", "2023-05-29T18:15:00Z", 1.975121185032117e-10, ("L1",)),
    "S230529ay/S230529ay-4-Update": ("update", "2023-05-29T18:15:00Z", 1.975121185032117e-10, ("L1",)),
    "S190425z/S190425z-1-Initial": ("initial", "2019-04-25T08:18:05.017147Z", 4.53764787126e-13, ("L1", "V1")),
    "S231030av/S231030av-1-EarlyWarning": (
        "early_warning",
        "2023-10-30T12:51:11Z",
        4.214686555314984e-08,
        ("H1", "L1"),
    ),
    "S230715bw/S230715bw-3-Retraction": ("retraction", "2023-07-15T19:05:37Z", None, ()),
    "S200114f/S200114f-1-Preliminary": ("preliminary", "2020-01-14T02:08:18.239300Z", 1.22642e-09, ("H1", "L1", "V1")),
}


@need_samples
@pytest.mark.parametrize("name", REAL)
def test_real_voevents_say_what_they_say(name):
    alert = found(sample(f"lvk/voevent/{name}.xml"))
    kind, time, far_hz, detectors = REAL[name]
    assert (alert.kind, alert.role, alert.event) == (kind, "real", f"lvk:{name.partition('/')[0]}")
    assert (alert.time, alert.merger.far_hz) == (datetime.fromisoformat(time), far_hz)
    assert (alert.merger.instruments, alert.remarks, alert.time_note) == (detectors, None, None)


@need_samples
def test_every_real_notice_of_theirs_is_an_alert_about_its_superevent():
    paths = [
        path
        for pattern in ("voevent/*/*.xml", "mocks_2026/*/*.xml", "kafka/*.json", "userguide/*")
        for path in (SAMPLES / "lvk").glob(pattern)
    ]
    assert len(paths) == 57
    for path in paths:
        alert = found(path.read_bytes())
        assert alert.remarks is None, path
        assert alert.time is not None or path.name.startswith("MS181101ab-retraction"), path
        assert alert.role == ("real" if alert.event.startswith("lvk:S") else "test")
        assert (
            path.parent.name == "userguide"
            or alert.merger.properties
            or alert.kind == "retraction"
            or "S2001" in path.name
        )
