"""Whatever comes on the stream of LIGO/Virgo/KAGRA: an alert, ignored with a reason, or refused with a sentence."""

from __future__ import annotations

import io
import json
import time
from typing import Any

import fastavro
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ovro_alert.alerts import Alert
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import NOTICE_LIMIT_BYTES, Ignored
from ovro_alert.reading import read_whole
from tests.lvk_notices import COINCIDENCE, avro_file, lvk_avro, lvk_json, lvk_record, lvk_voevent, sky_map_fits
from tests.notices import raw
from tests.samples import SAMPLES, need_samples, sample
from tests.test_reading_hostile import DOCTYPES, NASTY, careful, mutated, values

MAP = sky_map_fits(order=4)
TYPES = ("EARLYWARNING", "PRELIMINARY", "RETRACTION")
OURS = [lvk_json("S261120a", kind, external_coinc=COINCIDENCE) for kind in TYPES]
OURS += [lvk_voevent("S261120a", kind, external_coinc=COINCIDENCE, serial=2) for kind in TYPES]
OURS += [lvk_avro("S261120a", kind, external_coinc=COINCIDENCE) for kind in TYPES]
KEYS = sorted(set(lvk_record()) - {"superevent_id", "alert_type"})
EVENT_KEYS = sorted(lvk_record()["event"])


def outcome(body: bytes) -> Alert | Ignored | UnreadableNoticeError:
    """Read; what comes must be one of three, and what scenarios compute with must be within reason."""
    try:
        found, sky_map = read_whole(raw(body, "lvk"))
    except UnreadableNoticeError as error:
        return sentence(error)
    json.loads(found.model_dump_json())
    if isinstance(found, Alert):
        check_sane(found)
        assert (sky_map is None) == (found.merger.map is None)
        assert sky_map is None or all(np.isfinite(column).all() for column in sky_map)
    return found


def sentence(refusal: UnreadableNoticeError) -> UnreadableNoticeError:
    """A refusal says why in words that can be stored and shown."""
    assert 15 < len(str(refusal)) < 400
    assert str(refusal).isprintable()
    return refusal


def check_sane(alert: Alert) -> None:
    """What scenarios compute with is what can be."""
    merger = alert.merger
    assert Alert.model_validate_json(alert.model_dump_json()).event == alert.event
    assert (alert.ra_deg, alert.dec_deg, alert.time_ref_mhz) == (None, None, None)
    assert alert.event.startswith("lvk:")
    assert len(alert.event) < 40
    assert alert.role == "test" or alert.event.startswith("lvk:S")
    assert alert.time is None or 2000 <= alert.time.year < 2100
    assert merger.far_hz is None or merger.far_hz >= 0
    for table in (merger.classification, merger.properties):
        assert all(0 <= probability <= 1 for probability in table.values())
        assert all(name.isprintable() and len(name) <= 60 for name in table)
    assert (alert.kind == "retraction") == (merger.alert_type == "RETRACTION")
    assert merger.map is None or merger.map.total >= 0
    assert alert.kind == "retraction" or merger.map is not None or merger.map_note


# ── anything ──


@careful
@given(st.binary(max_size=300), st.sampled_from([b"", b"{", b"<", b"Obj\x01", b"\xff\xfe", b"\x1f\x8b"]))
def test_any_bytes_are_answered(body, begin):
    outcome(begin + body)


@careful
@given(mutated(OURS))
def test_a_mutated_notice_is_answered(body):
    outcome(body)


@settings(careful, max_examples=600)
@given(st.sampled_from(OURS), st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), max_size=4))
def test_a_notice_with_bytes_flipped_is_answered(original, flips):
    outcome(flipped(original, flips))


def flipped(original: bytes, flips: list[tuple[float, int]]) -> bytes:
    body = bytearray(original)
    for where, mask in flips:
        body[int(where * len(body))] ^= mask
    return bytes(body)


@settings(careful, max_examples=600)
@given(
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=4), st.floats(0, 1)
)
def test_a_map_with_bytes_flipped_or_cut_off_costs_no_superevent(flips, end):
    """In its two headers above all, which are the first 5,760 bytes."""
    heads = [(where * 5760 / len(MAP), mask) for where, mask in flips]
    for body in (flipped(MAP, flips), flipped(MAP, heads), MAP[: int(end * len(MAP))]):
        assert isinstance(outcome(lvk_avro(skymap=body)), Alert)


@careful
@given(
    st.dictionaries(st.sampled_from(KEYS), values, max_size=3),
    st.dictionaries(st.sampled_from(EVENT_KEYS), values | NASTY, max_size=8),
    st.dictionaries(st.sampled_from(sorted(COINCIDENCE)), values | NASTY, max_size=4),
)
def test_any_value_under_any_key_is_answered(changes, event, external):
    record = lvk_record(external_coinc=COINCIDENCE | external)
    record["event"] |= event
    outcome(json.dumps(record | changes).encode())


@careful
@given(st.dictionaries(st.sampled_from(["alert_type", "superevent_id"]), values | NASTY, min_size=1))
def test_any_value_for_what_is_told_by_is_answered(changes):
    outcome(json.dumps(lvk_record() | changes).encode())


@careful
@given(st.dictionaries(st.text(max_size=70), values | NASTY | st.floats(0, 1), max_size=5))
def test_any_table_of_probabilities_is_answered(table):
    outcome(lvk_json(classification=table, properties=table))


PARAMS = ["GraceID", "AlertType", "Packet_Type", "FAR", "Significant", "Instruments", "BNS", "HasNS", "HardwareInj"]
PARAMS += ["Time_Difference", "External_Search", "EventPage", "Group", "skymap_fits", "internal"]
printable = st.text(st.characters(exclude_categories=("C", "Z")), max_size=20)


@careful
@given(st.dictionaries(st.sampled_from(PARAMS), NASTY | printable | st.floats(-1, 2), max_size=5))
def test_any_value_of_any_param_is_answered(also):
    outcome(lvk_voevent(also=also))


@need_samples
@settings(careful, max_examples=150)
@given(st.data())
def test_a_mutated_real_notice_is_answered(data):
    path = data.draw(st.sampled_from(SMALL))
    outcome(data.draw(mutated([sample(path)])))


@need_samples
@settings(careful, max_examples=60)
@given(
    st.sampled_from(["kafka/S230518h_INITIAL", "userguide/MS181101ab-ext-update"]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=4),
    st.booleans(),
)
def test_a_real_notice_with_its_map_is_answered_whatever_is_flipped(path, flips, early):
    body = sample(f"lvk/{path}.json")
    flips = [(where * (10_000 / len(body) if early else 1), mask) for where, mask in flips]
    outcome(flipped(body, flips))


SMALL = [
    "lvk/voevent/S230529ay/S230529ay-1-Preliminary.xml",
    "lvk/voevent/S190425z/S190425z-1-Initial.xml",
    "lvk/userguide/MS181101ab-6-Update.xml",
    "lvk/userguide/MS181101ab-retraction.json",
    "lvk/userguide/MS181101ab-retraction.avro",
    "lvk/userguide/MS181101ab-ext-update_displayexample.json",
]


@need_samples
@pytest.mark.parametrize("path", SMALL)
def test_a_real_notice_cut_off_anywhere_is_refused(path):
    """Half a notice must never be taken for a whole one."""
    body = sample(path).rstrip() if not path.endswith("avro") else sample(path)
    for end in range(1, len(body), 37):
        assert isinstance(outcome(body[:end]), UnreadableNoticeError), end


@need_samples
def test_every_real_superevent_is_within_reason():
    for path in [*(SAMPLES / "lvk/kafka").iterdir(), *(SAMPLES / "lvk/voevent").rglob("*.xml")]:
        assert isinstance(outcome(path.read_bytes()), Alert)


# ── Avro whose schema is the weapon ──


def record_of(kind: Any, name: str = "A") -> dict[str, Any]:
    return {"type": "record", "name": name, "fields": [{"name": "n", "type": kind}]}


def array_of(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def container(schema: Any, data: bytes, records: int = 1) -> bytes:
    """Return an Avro container with this schema and these bytes for its records, whether they fit or not."""
    written = schema if isinstance(schema, bytes) else json.dumps(schema).encode()
    sync = b"0123456789abcdef"
    parts = [long(2), text(b"avro.schema"), text(written), text(b"avro.codec"), text(b"null"), long(0), sync]
    return b"Obj\x01" + b"".join([*parts, long(records), text(data), sync])


def long(number: int) -> bytes:
    file = io.BytesIO()
    fastavro.schemaless_writer(file, "long", number)
    return file.getvalue()


def text(given: bytes) -> bytes:
    return long(len(given)) + given


ENDLESS = 2**60
WEAPONS = {
    "itself within itself": (record_of(["null", "A"]), b"\x02" * 3_000_000),
    "a list of nothings": (array_of("null"), long(ENDLESS)),
    "a list of empty records": (record_of(array_of({"type": "record", "name": "B", "fields": []})), long(ENDLESS)),
    "a list of records of nothings": (record_of(array_of(record_of("null", "B"))), long(ENDLESS)),
    "a list of fixed of no bytes": (array_of({"type": "fixed", "name": "F", "size": 0}), long(ENDLESS)),
    "a list of fixed of less": (array_of({"type": "fixed", "name": "F", "size": -8}), long(ENDLESS)),
    "a fixed of all there is": (record_of({"type": "fixed", "name": "F", "size": 2**62}), b"1"),
    "bytes of all there is": (record_of("bytes"), long(2**62)),
    "bytes of less than none": (record_of("bytes"), long(-5)),
    "a list that goes on": (record_of(array_of("boolean")), long(ENDLESS) + b"\x01" * 3_000_000),
    "a list in many pieces": (record_of(array_of("boolean")), b"\x02\x01" * 1_500_000),
    "a map that goes on": (record_of({"type": "map", "values": "null"}), long(ENDLESS) + b"\x00" * 3_000_000),
    "a branch that is none": (record_of(["null", "int"]), long(99)),
    "a symbol that is none": (record_of({"type": "enum", "name": "E", "symbols": ["a"]}), long(-7)),
    "a decimal of a billion digits": (
        record_of({"type": "bytes", "logicalType": "decimal", "precision": 10**9}),
        text(b"9"),
    ),
    "lists in lists": (b'{"type":"array","items":' * 400 + b'"int"' + b"}" * 400, b"\x02" * 1000),
    "deep": (b"[" * 60_000, b""),
    "wide": (json.dumps({"fields": ["x" * 70_000]}).encode(), b""),
    "no schema": (b"", b""),
    "half a schema": (b'{"type": "rec', b""),
    "a schema of numbers": (b"17", b""),
    "fields that are none": ({"type": "record", "name": "A", "fields": 3}, b""),
    "no union": ([], b"\x00"),
    "a type of types": ({"type": {"type": record_of("int")}}, b"\x02"),
    "another record": (record_of("int"), b"\x02"),
}


@pytest.mark.parametrize("name", WEAPONS)
def test_no_schema_makes_reading_long_or_large(name):
    began = time.monotonic()
    assert isinstance(outcome(container(*WEAPONS[name])), UnreadableNoticeError)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("records", [ENDLESS, -ENDLESS, 0])
def test_no_number_of_records_is_believed(records):
    assert isinstance(
        outcome(container({"type": "record", "name": "A", "fields": []}, b"", records)), UnreadableNoticeError
    )


schemas = st.recursive(
    st.sampled_from(["null", "boolean", "int", "long", "float", "double", "bytes", "string", "A", "", {}, None, 5]),
    lambda inner: (
        st.builds(array_of, inner)
        | st.builds(record_of, inner)
        | st.lists(inner, max_size=3)
        | st.builds(lambda of: {"type": "map", "values": of}, inner)
        | st.builds(lambda of: {"type": of}, inner)
    ),
    max_leaves=6,
)


@careful
@given(schemas, st.binary(max_size=60), st.integers(-2, 3))
def test_any_schema_over_any_bytes_is_answered(schema, data, records):
    outcome(container(schema, data, records))


# ── large ──

LARGE = {
    "blanks": b" " * (NOTICE_LIMIT_BYTES - 1) + b"{",
    "base64": lvk_json(skymap="A" * (NOTICE_LIMIT_BYTES - 2000)),
    "classes": lvk_json(classification={f"c{index}": 0.5 for index in range(150_000)}),
    "detectors": lvk_json(instruments=["H1"] * 600_000),
    "remarks": lvk_json(properties={f"c{index}": "x" * 100 for index in range(30_000)}),
    "digits": lvk_json(far_hz=7777).replace(b"7777", b"9" * 4_000_000),
    "name": lvk_json("S261120" + "a" * 2_000_000),
    "fine map": lvk_avro(skymap=sky_map_fits(radius_deg=3, order=7) + b"\0" * 2_000_000),
    "params": lvk_voevent(also={f"p{index}": "1" for index in range(80_000)}),
    "avro meta": b"Obj\x01" + long(ENDLESS) + b"\0" * 4_000_000,
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_notice_is_answered_soon(name):
    assert len(LARGE[name]) <= NOTICE_LIMIT_BYTES + 10_000
    began = time.monotonic()
    outcome(LARGE[name])
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("name", DOCTYPES)
def test_a_doctype_is_refused_here_too(name):
    assert "DOCTYPE" in str(outcome(DOCTYPES[name].encode()))


def test_an_object_of_another_kind_is_refused_by_its_name():
    assert "alert_type" in str(outcome(b'{"alert_datetime": "2026-11-20T12:00:00Z"}'))


def test_avro_of_another_schema_is_refused_by_its_name():
    assert "alert_type" in str(outcome(avro_file(record_of("int"), [{"n": 3}])))
