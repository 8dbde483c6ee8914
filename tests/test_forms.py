"""Our own JSON forms: read as their schemas and docs/FORMATS.md say, refused with a clear word."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ovro_alert.alerts import Alert
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import Ignored, RawNotice
from ovro_alert.reading import read
from ovro_alert.reading.forms.envelope import FORMS, Form, schema, schema_path
from ovro_alert.reading.streams import stream_of
from ovro_alert.times import mjd, seconds
from ovro_alert.writing.grex_trigger import Candidate, write
from tests.forms import (
    LEFT_OUT,
    REQUEST,
    SEEN,
    START,
    TRANSIENT,
    TRIGGER,
    flarescope_request,
    grex_alert,
    grex_trigger,
    optical_alert,
    optical_transient,
    request_alert,
)
from tests.pages import FORMATS, ROOT, blocks
from tests.test_reading_hostile import outcome

COMPOSED = {"flarescope": flarescope_request, "grex": grex_trigger, "optical": optical_transient}
FIELDS = {"flarescope": REQUEST, "grex": TRIGGER, "optical": TRANSIENT}
STREAMS = sorted(COMPOSED)
ROW = re.compile(r"^\| `(\w+)` \| ([^|]*) \| ([^|]*) \| (.*) \|$", re.MULTILINE)

careful = settings(derandomize=True, database=None, deadline=None, max_examples=150)


def taken(stream: str, body: bytes) -> Alert:
    found = read(RawNotice(stream=stream, body=body, content_type="application/json"))
    assert isinstance(found, Alert)
    return found


def refused(stream: str, body: bytes) -> str:
    with pytest.raises(UnreadableNoticeError) as refusal:
        taken(stream, body)
    return str(refusal.value)


def form_of(stream: str) -> Form:
    return next(form for form in FORMS.values() if form.stream == stream)


# ── what is read ──


def test_a_request_is_an_alert_without_a_time_that_holds_the_request():
    alert = request_alert()
    assert (alert.event, alert.kind, alert.role) == ("flarescope:FS-2026-117", "request", "real")
    assert (alert.ra_deg, alert.dec_deg, alert.r95_deg) == (154.901, 19.87, None)
    assert (alert.time, alert.issued, alert.remarks) == (None, None, None)
    asked = alert.request
    assert asked is not None
    assert (asked.target, asked.start, asked.duration_s) == ("AD Leo", START, 7200)
    assert (asked.mode, asked.integration_ms, asked.requested_by, asked.cancel) == ("power", 128, "A. Observer", False)


def test_to_cancel_a_request_its_name_is_enough():
    bare = dict.fromkeys(("target", "ra_deg", "dec_deg", "start", "duration_s", "mode", "integration_ms"), LEFT_OUT)
    asked = request_alert(cancel=True, **bare).request
    assert asked is not None
    assert (asked.cancel, asked.target, asked.start) == (True, "FS-2026-117", None)


def test_what_is_sent_again_with_other_numbers_is_a_newer_statement_on_the_same_event():
    for of, change in ((request_alert, {"duration_s": 3600}), (grex_alert, {"snr": 22}), (optical_alert, {"mag": 17})):
        before, after = of(), of(**change)
        assert before.event == after.event
        assert before.statement != after.statement


@pytest.mark.parametrize("stream", STREAMS)
def test_the_same_content_in_other_bytes_is_the_same_statement(stream):
    body = COMPOSED[stream]()
    turned = json.dumps(dict(reversed(json.loads(body).items())), indent=3).encode()
    assert body != turned
    assert taken(stream, body) == taken(stream, turned)


@pytest.mark.parametrize("stream", STREAMS)
def test_a_test_never_joins_the_real_statement(stream):
    real, test = taken(stream, COMPOSED[stream]()), taken(stream, COMPOSED[stream](role="test"))
    assert (real.role, test.role) == ("real", "test")
    assert real.event == test.event
    assert test.statement.endswith("/test")


def test_a_moment_when_it_was_sent_tells_which_request_is_the_newest():
    assert request_alert(sent="2026-12-01T12:00:00+01:00").issued == datetime(2026, 12, 1, 11, tzinfo=UTC)


def test_a_trigger_of_grex_has_its_stations_and_no_place():
    alert = grex_alert(stations=["OVRO", "HCRO", " ovro"])
    assert (alert.event, alert.kind, alert.stations) == ("grex:G261201a", "detection", ("OVRO", "HCRO"))
    assert (alert.time, alert.time_ref_mhz) == (SEEN, 1530)
    assert (alert.dm_pc_cm3, alert.dm_error_pc_cm3, alert.snr, alert.width_ms) == (200, 0.5, 21, 0.6)
    assert (alert.ra_deg, alert.r95_deg, alert.position_note, alert.remarks) == (None, None, None, None)


@pytest.mark.parametrize("given", [None, LEFT_OUT])
def test_the_time_of_a_trigger_is_at_the_top_of_the_band_if_it_does_not_say(given):
    assert grex_alert(time_ref_mhz=given).time_ref_mhz == 1530
    assert grex_alert(time_ref_mhz=1280).time_ref_mhz == 1280


def test_the_error_of_a_trigger_holds_95_percent():
    assert grex_alert(ra_deg=293.7, dec_deg=21.9, error_deg=0.8).r95_deg == 0.8


def test_a_transient_has_its_name_its_first_detection_and_the_95_percent_radius_of_its_error():
    alert = optical_alert()
    assert (alert.event, alert.kind, alert.source, alert.time) == (
        "optical:ZTF26aaaaaaa",
        "detection",
        "AT2026abc",
        SEEN,
    )
    assert alert.r95_deg == pytest.approx(2.448 * 0.3 / 3600)
    found = alert.transient
    assert found is not None
    assert (found.classification, found.class_probability, found.error_arcsec) == ("TDE", 0.9, 0.3)
    assert (found.mag, found.filter, found.redshift, found.survey) == (17.8, "r", 0.03, "ZTF")


@pytest.mark.parametrize("stream", STREAMS)
def test_an_archive_knows_the_stream_of_each_form(stream):
    assert stream_of(COMPOSED[stream]()) == stream


# ── what is passed over, and said ──


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1, "21", [], True])
def test_a_number_that_cannot_be_one_is_missing_and_said_and_the_burst_is_not_lost(value):
    alert = grex_alert(snr=value)
    assert alert.snr is None
    assert alert.dm_pc_cm3 == 200
    assert "snr" in (alert.remarks or "")


def test_a_number_too_large_for_any_machine_is_missing():
    alert = taken("grex", grex_trigger().replace(b'"snr": 21.0', b'"snr": 1e999'))
    assert alert.snr is None
    assert "snr" in (alert.remarks or "")


@pytest.mark.parametrize(
    "change",
    [{"ra_deg": 400.0, "dec_deg": 20.0}, {"ra_deg": 0, "dec_deg": 0}, {"ra_deg": 1.0, "dec_deg": float("nan")}],
    ids=["off the sky", "exactly zero", "NaN"],
)
def test_what_cannot_be_a_place_is_none(change):
    alert = grex_alert(error_deg=0.5, **change)
    assert (alert.ra_deg, alert.dec_deg, alert.r95_deg) == (None, None, None)
    assert "no position" in (alert.position_note or "")


@pytest.mark.parametrize("time", ["2026-02-30T00:00:00Z", "2026-12-01T05:18:14", "61375.22", 61375.22, None])
def test_what_cannot_be_a_moment_is_missing_and_said(time):
    alert = grex_alert(time_utc=time)
    assert (alert.time, alert.time_ref_mhz) == (None, None)
    assert "time_utc" in (alert.remarks or "")
    request = request_alert(start=time).request
    assert request is not None
    assert request.start is None


def test_a_field_that_nobody_knows_is_passed_over_and_named():
    alert = request_alert(cancle=True)
    assert alert.request is not None
    assert not alert.request.cancel
    assert alert.remarks == "not known here: cancle"


# ── what is refused ──


@pytest.mark.parametrize("stream", STREAMS)
def test_another_version_is_refused_by_name_with_those_that_are_known(stream):
    name = form_of(stream).name
    for version in ("2", "", "1.0", "01", "one"):
        assert refused(stream, COMPOSED[stream](schema=f"{name}/{version}")) == (
            f"version {version!r} of {name} is not known here: known is {name}/1"
        )


@pytest.mark.parametrize("given", [LEFT_OUT, None])
def test_a_form_that_does_not_say_what_it_is_is_told_what_to_say(given):
    assert refused("grex", grex_trigger(schema=given)) == (
        "it does not say which form it is: `schema` must be grex-trigger/1"
    )


def test_a_form_on_the_wrong_stream_is_told_its_own():
    assert refused("grex", optical_transient()) == (
        "optical-transient belongs on the stream optical; the stream grex takes grex-trigger/1"
    )


@pytest.mark.parametrize("given", ["casm-trigger/1", 5, ["grex-trigger/1"], {}])
def test_a_form_that_there_is_not_is_refused(given):
    assert "no form of ours is called" in refused("grex", grex_trigger(schema=given))


@pytest.mark.parametrize("stream", STREAMS)
def test_each_field_that_is_needed_is_needed(stream):
    form = form_of(stream)
    for field in needed(form) - {"schema"}:
        assert f"'{field}' is a required property" in refused(stream, COMPOSED[stream](**{field: LEFT_OUT}))


@pytest.mark.parametrize(
    ("stream", "field", "value"),
    [
        ("flarescope", "cancel", "yes"),
        ("flarescope", "mode", "spectral"),
        ("flarescope", "target", 5),
        ("flarescope", "request_id", "a b"),
        ("flarescope", "role", "real"),
        ("grex", "id", "x\ny"),
        ("grex", "id", "none"),
        ("grex", "id", 7),
        ("grex", "role", "drill"),
        ("optical", "class", None),
        ("optical", "name", ""),
        ("optical", "id", "../etc"),
    ],
)
def test_what_says_which_event_and_what_is_wanted_must_make_sense(stream, field, value):
    assert field in refused(stream, COMPOSED[stream](**{field: value}))


def test_a_form_is_small():
    assert "no grex-trigger is larger" in refused("grex", grex_trigger(note="x" * 70_000))
    assert "twice" in refused("grex", grex_trigger().replace(b'"dm":', b'"dm": 1, "dm":'))
    assert "empty" in refused("grex", b" ")
    assert "not an object" in refused("grex", b"[]")


@careful
@given(
    stream=st.sampled_from(STREAMS),
    changes=st.dictionaries(
        st.text(max_size=8) | st.sampled_from(sorted({name for fields in FIELDS.values() for name in fields})),
        st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=8),
        max_size=4,
    ),
)
def test_whatever_stands_in_a_form_it_is_read_or_refused_with_a_sentence(stream, changes):
    fields = json.loads(COMPOSED[stream]()) | changes
    found = outcome(json.dumps(fields).encode(), stream)
    assert not isinstance(found, Ignored)
    if isinstance(found, Alert):
        assert found.event.startswith(f"{stream}:")
    else:
        assert len(str(found)) < 2000


# ── the schemas, and the page about them ──


def needed(form: Form) -> set[str]:
    whole = schema(form)
    return {*whole["required"], *whole.get("else", {}).get("required", ())}


@pytest.mark.parametrize("name", FORMS)
def test_each_schema_is_one_and_says_what_every_field_is(name):
    form = FORMS[name]
    Draft202012Validator.check_schema(schema(form))
    assert schema(form)["$id"] == f"urn:ovro-alert:{name}:1"
    assert all(field["description"] for field in schema(form)["properties"].values())
    assert Draft202012Validator(schema(form)).is_valid(json.loads(COMPOSED[form.stream]()))
    assert FIELDS[form.stream].keys() <= schema(form)["properties"].keys()


@pytest.mark.parametrize("name", FORMS)
def test_the_page_has_every_field_of_the_schema_as_it_is(name):
    form = FORMS[name]
    section = FORMATS.read_text().partition(f"## {name}/1\n")[2].partition("\n## ")[0]
    told = {field: (said.strip(), what) for field, said, _, what in ROW.findall(section)}
    assert list(told) == list(schema(form)["properties"])
    for field, (said, what) in told.items():
        assert what == schema(form)["properties"][field]["description"]
        assert bool(said) is (field in needed(form))
    text = FORMATS.read_text()
    assert schema(form)["$id"] in text
    assert f"../{schema_path(form).relative_to(ROOT)}" in text


def test_each_example_of_the_page_fits_its_schema_and_is_read():
    examples = blocks(FORMATS, "json")
    assert len(examples) == 4
    for example in examples:
        form = FORMS[json.loads(example)["schema"].partition("/")[0]]
        Draft202012Validator(schema(form)).validate(json.loads(example))
        assert taken(form.stream, example.encode()).remarks is None


def test_the_library_of_schemas_is_loaded_by_the_first_form_alone():
    ask = "import sys, ovro_alert.reading; print('jsonschema' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30)
    assert said.stdout.strip() == "False"


# ── TAI ──


def test_37_seconds_are_taken_off_a_tai_mjd_and_it_is_said():
    tai_mjd = mjd(SEEN + seconds(37))
    alert = taken("grex", write(Candidate("G261201a", ("OVRO",), tai_mjd, 332.7, snr=21.0)))
    assert alert.time is not None
    assert abs(alert.time - SEEN) <= seconds(2e-6)
    assert alert.role == "test"
    assert alert.words == f"time_utc is TAI MJD {tai_mjd:.10f} less 37 s"
    assert (alert.remarks, alert.snr, alert.time_ref_mhz) == (None, 21, 1530)


def test_the_page_counts_it_out():
    (program,) = blocks(FORMATS, "python")
    made: dict[str, bytes] = {}
    exec(program, made)
    time = taken("grex", made["body"]).time
    assert time is not None
    assert abs(time - SEEN) < seconds(1e-4)
    assert "37 s are 0.000428241 of a day" in FORMATS.read_text()
    assert round(37 / 86400, 9) == 0.000428241
