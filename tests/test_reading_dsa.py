"""DSA-110's triggers: flat, under their name, in T3's request or as Level3; T2's and T3's are two statements."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ovro_alert.alerts import Alert
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import Ignored
from ovro_alert.reading import read
from ovro_alert.reading.streams import stream_of
from ovro_alert.triggers import SearchBeam
from tests.dsa_notices import beams, dsa_t2, dsa_t3, flat, level3, nested, requested, t2_event, t3_event
from tests.gcn_notices import dsa_gcn
from tests.notices import raw
from tests.samples import need_samples, sample

NOW = datetime(2026, 12, 1, 5, 18, 14, 500000, tzinfo=UTC)
PLACE = {"ra": 29.5, "dec": 16.3}


def dsa(body: bytes) -> Alert:
    alert = read(raw(body, "dsa"))
    assert isinstance(alert, Alert), alert
    return alert


def t2(**keys: Any) -> Alert:
    return dsa(flat(t2_event(time=NOW, **keys)))


def t3(command: str = "observation", **keys: Any) -> Alert:
    return dsa(dsa_t3(time=NOW, command=command, **keys))


# ── forms ──


def test_flat_and_under_its_name_are_the_same_alert():
    event = t2_event(time=NOW)
    assert dsa(flat(event)) == dsa(nested(event)) == dsa(json.dumps({event["trigname"]: event}).encode())


def test_the_request_of_t3_is_the_event_in_it():
    event = t3_event(time=NOW)
    assert dsa(json.dumps(requested(event)).encode()) == dsa(flat(event))


def test_what_it_says_is_read():
    alert = t3(dmerr=0.4, **PLACE)
    assert (alert.stream, alert.event, alert.kind, alert.role) == ("dsa", "dsa:261201abcd", "detection", "real")
    assert (alert.time_ref_mhz, alert.dm_pc_cm3, alert.dm_error_pc_cm3, alert.snr) == (1530, 348.8, 0.4, 14.2)
    assert (alert.width_ms, alert.importance) == (pytest.approx(1.048576), 0.98)
    assert (alert.trigger.ibox, alert.trigger.ibeam, alert.trigger.cntb, alert.trigger.cntc) == (4, 127, 3, 35)
    assert alert.trigger.beams == (SearchBeam(127, 14.2), SearchBeam(383, 13.2))
    assert alert.remarks is None


def test_its_time_is_exact_to_the_microsecond():
    assert abs(t2().time - NOW) <= timedelta(microseconds=1)
    assert dsa(flat(t2_event(mjds="59436.599697486892"))).time == datetime(2021, 8, 10, 14, 23, 33, 862867, tzinfo=UTC)


def test_what_is_not_classified_is_another_statement_than_what_is():
    assert t2().statement == t2(probability=0.0).statement == "dsa:261201abcd/detection/T2"
    assert t3(probability=None, real=None).statement == "dsa:261201abcd/detection/T2"
    assert t3().statement == "dsa:261201abcd/detection"
    assert t3(probability=0.0).statement == "dsa:261201abcd/detection"


def test_of_t2_the_probability_is_not_an_importance():
    assert t2(probability=0.0).importance is None
    assert t3(probability=0.0, real=False).importance == 0.0


def test_the_request_and_gcn_are_one_alert():
    by_gcn = read(raw(dsa_gcn(time=NOW, id="261201abcd", importance=0.98), "gcn"))
    merged = t3(**PLACE).merged_with(by_gcn)
    assert by_gcn.statement == merged.statement
    assert (by_gcn.trigger.ibox, by_gcn.trigger.probability, by_gcn.trigger.stage) == (4, 0.98, "T3")
    assert (merged.ra_deg, merged.trigger.cntb) == (29.5, 3)


@need_samples
def test_the_old_and_the_new_form_of_a_real_trigger_are_the_same_alert():
    new = dsa(sample("chime/dsa110/t2trigger.json"))
    old = dsa(sample("outside/dsa110_t2trigger0_oldformat.json"))
    assert new.model_copy(update={"trigger": None}) == old.model_copy(update={"trigger": None})
    assert new.statement == "dsa:210810aaaa/detection/T2"
    assert new.position_note == "no position: RA and Dec are exactly 0, which is written where there is none"


# ── roles ──


@pytest.mark.parametrize(
    "keys",
    [
        {"name": "261201abcd_inj003"},
        {"injected": True},
        {"injected": True, "label": None},
        {"injected": "True"},
        {"label": "Injection"},
    ],
    ids="-".join,
)
def test_what_is_injected_is_an_injection_also_as_a_test_of_t3(keys):
    assert t3(**keys).role == t3("test", **keys).role == "injection"
    assert t3(**keys).statement.endswith("/detection/injection")


def test_a_name_that_is_only_outside_tells_of_an_injection_too():
    body = {"261201abcd_inj003": t2_event(time=NOW)}
    assert dsa(json.dumps(body).encode()).role == "injection"


def test_what_t3_sets_as_a_test_is_one():
    assert (t3("test").role, t3("test").statement) == ("test", "dsa:261201abcd/detection/test")


@pytest.mark.parametrize("label", ["rfi", "instrumental", "astrophysical", "unsure/noise"])
def test_every_other_label_stays_real_and_is_kept(label):
    assert (t3(label=label).role, t3(label=label).trigger.label) == ("real", label)


# ── where ──


def test_zeros_are_no_position():
    alert = t2()
    assert (alert.ra_deg, alert.dec_deg, alert.r95_deg) == (None, None, None)
    assert "exactly 0" in alert.position_note


@pytest.mark.parametrize(
    ("seen", "r95_deg", "axes"),
    [
        (beams(127, 383), 0.023, (0.023, 0.023)),
        (beams(127, 128, 129), 1.34, (0.023, 1.34)),
        (beams(383, 384), 1.34, (1.34, 0.023)),
        (beams(127, 128, 129, 130, 131, 383), 1.34, (0.023, 1.34)),
        (beams(), 1.34, (1.34, 1.34)),
    ],
    ids=["both", "east-west", "north-south", "the sixth does not count", "unknown"],
)
def test_the_arms_say_how_good_a_position_is(seen, r95_deg, axes):
    alert = t2(**PLACE, **seen)
    assert (alert.ra_deg, alert.dec_deg, alert.r95_deg) == (29.5, 16.3, r95_deg)
    assert (alert.ra_error_deg, alert.dec_error_deg) == axes


def test_without_beams_its_own_error_counts():
    alert = t3(**PLACE, **beams(), radecerr=60)
    assert alert.r95_deg == pytest.approx(1.1406 / 60, abs=1e-4)


def test_what_was_not_seen_in_a_beam_is_not_among_them():
    alert = t2(beams0=127, snrs0=9.5, beams1=383, snrs1=0.0, beams2=0, snrs2=None)
    assert alert.trigger.beams == (SearchBeam(127, 9.5),)
    assert alert.trigger.both_arms is False


# ── Level3 ──


def test_level3_has_direction_cosines_and_no_position():
    alert = dsa(level3(time=NOW))
    assert (alert.event, alert.statement) == ("dsa:261201abcd", "dsa:261201abcd/detection/T2")
    assert (alert.dm_pc_cm3, alert.dm_gal_pc_cm3, alert.snr, alert.width_ms) == (348.8, 60.0, 22.5, 2.097152)
    assert alert.trigger.direction_cosines == (0.0012, -0.0034)
    assert alert.ra_deg is None
    assert "sign is not confirmed" in alert.position_note
    assert dsa(level3(time=NOW, name="261201abcd_inj001")).role == "injection"


# ── what cannot be ──


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"dm": "wide"}, "dm 'wide' is no finite number"),
        ({"dm": float("nan")}, "dm nan is no finite number"),
        ({"snr": -1}, "snr -1 lies outside"),
        ({"ibox": 4.5}, "ibox 4.5 is no whole number"),
        ({"ibeam": 512}, "ibeam 512 lies outside"),
        ({"probability": 1.2}, "probability 1.2 lies outside"),
        ({"injected": "perhaps"}, "injected 'perhaps' is neither true nor false"),
        ({"label": []}, "label [] is no text"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_cannot_be_is_missing_and_said(keys, said):
    assert said in t3(**keys).remarks


@pytest.mark.parametrize("mjds", [0, -5, 2461375.7, "soon", float("inf"), 1e300])
def test_an_impossible_time_is_none_and_said(mjds):
    alert = t2(mjds=mjds)
    assert (alert.time, alert.time_ref_mhz) == (None, None)
    assert alert.time_note.startswith("no time: mjds ")


def test_numbers_as_text_are_numbers_and_unknown_keys_do_no_harm():
    alert = t2(dm="348.8", ibox="4", corr99_data={"a": [1, None]}, beamformer_weights_sb00="x")
    assert (alert.dm_pc_cm3, alert.trigger.ibox, alert.remarks) == (348.8, 4, None)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"command": "repoint", "args": {"dec_deg": 16.3}}, "a command 'repoint'"),
        ({"candname": "260922qlsiym", "snr": 20.6, "dm": 247.5, "width": 5}, "no reader yet"),
        ({}, "no reader yet"),
    ],
    ids=["a command", "a trigger card of another instrument", "nothing"],
)
def test_what_is_none_of_dsas_is_ignored_and_says_why(body, why):
    ignored = read(raw(json.dumps(body).encode(), "dsa"))
    assert isinstance(ignored, Ignored)
    assert why in ignored.why


@pytest.mark.parametrize(
    ("body", "match"),
    [
        (flat(t2_event(time=NOW, name=None)), "of which event"),
        (flat(t2_event(time=NOW, name="../etc")), "of which event"),
        (json.dumps({"a": t2_event(time=NOW), "b": t2_event(time=NOW)}).encode(), "2 triggers"),
        (level3(time=NOW, name=""), "of which event"),
        (b"[]", "not an object"),
        (b'{"mjds": 1, "mjds": 2}', "twice"),
        (b"<xml/>", "not JSON"),
    ],
    ids=["nameless", "no name", "two", "nameless level3", "list", "twice", "xml"],
)
def test_what_makes_no_sense_is_refused(body, match):
    with pytest.raises(UnreadableNoticeError, match=match):
        read(raw(body, "dsa"))


FORMS = [flat(t2_event(time=NOW)), dsa_t2(time=NOW), dsa_t3(time=NOW), level3(time=NOW)]


@pytest.mark.parametrize("body", FORMS, ids=["flat", "nested", "request", "level3"])
def test_an_archive_knows_each_form_for_dsas(body):
    assert stream_of(body) == "dsa"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(derandomize=True, database=None, deadline=None, max_examples=300)
@given(st.dictionaries(st.sampled_from(sorted(t3_event(time=NOW))), VALUES, max_size=6), st.sampled_from("fnr3"))
def test_any_value_under_any_key_is_answered(changes, form):
    event = t3_event(time=NOW) | changes
    body = {
        "f": event,
        "n": {"261201abcd": event},
        "r": requested(t3_event(time=NOW)) | {"args": event},
        "3": json.loads(level3(time=NOW)) | {"c2": changes | {"t_peak_mjd": changes.get("mjds")}},
    }[form]
    answered(json.dumps(body).encode())


@settings(derandomize=True, database=None, deadline=None, max_examples=200)
@given(st.sampled_from(FORMS), st.integers(0, 1200), st.integers(0, 40), st.binary(max_size=12))
def test_a_mutated_notice_is_answered(body, start, length, piece):
    answered(body[:start] + piece + body[start + length :])


def answered(body: bytes) -> None:
    """What comes is an alert that a sky and a calendar allow, ignored with a reason, or refused with a sentence."""
    found: Alert | Ignored | UnreadableNoticeError
    try:
        found = read(raw(body, "dsa"))
        found.model_dump_json()
    except UnreadableNoticeError as refusal:
        found = refusal
    assert isinstance(found, Alert) or len(str(found)) > 15
    if isinstance(found, Alert):
        assert (found.ra_deg is None) == (found.dec_deg is None)
        assert (found.ra_deg, found.dec_deg) != (0, 0)
        assert found.time is None or 2000 <= found.time.year <= 2100
        assert found.importance is None or 0 <= found.importance <= 1
        assert len(found.event) < 80
