"""Whatever the bytes: an alert, ignored with a reason, or UnreadableNoticeError with a sentence; soon; nothing else."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ovro_alert.alerts import Alert
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import NOTICE_LIMIT_BYTES, Ignored
from ovro_alert.reading import read
from tests.notices import chime_gcn, chime_voevent, raw
from tests.samples import need_samples, sample

NOW = datetime(2026, 12, 1, 5, 18, 14, 500000, tzinfo=UTC)
OURS = [chime_voevent(time=NOW, kind=kind) for kind in ("detection", "subsequent", "retraction", "update")]
OURS_JSON = [chime_gcn(time=NOW, kind=kind) for kind in ("detection", "subsequent", "retraction", "update")]
REAL = [
    "chime/chime_detection_2021-08-19_orig.xml",
    "chime/chime_detection_2022-03-20_evt217097677.xml",
    "chime/chime_retraction_2021-09-07_orig.xml",
    "chime/chime_subsequent_2021-08-22_orig.xml",
    "chime/other/comet31_broker_test_event.xml",
    "chime/gcn_json/chime_frb.detection.example.json",
    "chime/gcn_json/chime_frb.retraction.example.json",
]
HEAD = b'<VOEvent role="observation" ivorn="ivo://ca.chimenet.frb/FRB-DETECTION-#x_0123456789ab">'
GCN_HEAD = b'{"$schema": "/chime/", "alert_type": "initial", "id": "1", '

careful = settings(derandomize=True, database=None, deadline=None, max_examples=400)


def outcome(body: bytes, stream: str) -> Alert | Ignored | UnreadableNoticeError:
    """Read; what comes must be one of three, and a refusal must say why in words that can be stored and shown."""
    found: Alert | Ignored | UnreadableNoticeError
    try:
        found = read(raw(body, stream))
        found.model_dump_json()
    except UnreadableNoticeError as refusal:
        found = refusal
    if not isinstance(found, Alert):
        assert len(str(found)) > 15
        assert str(found).encode()
    return found


# ── XML ──


def laughs(depth: int = 12) -> str:
    entities = "".join(f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, depth))
    return f'<!DOCTYPE VOEvent [<!ENTITY a0 "ha">{entities}]>'


DOCTYPES = {
    "bare": "<!DOCTYPE VOEvent><VOEvent ivorn='ivo://a/b#c'/>",
    "file": "<!DOCTYPE v [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><VOEvent ivorn='ivo://a/b#c'>&f;</VOEvent>",
    "parameter": "<!DOCTYPE v [<!ENTITY % f SYSTEM 'file:///etc/passwd'> %f;]><VOEvent ivorn='ivo://a/b#c'/>",
    "external": "<!DOCTYPE VOEvent SYSTEM 'file:///etc/passwd'><VOEvent ivorn='ivo://a/b#c'/>",
    "network": "<!DOCTYPE VOEvent SYSTEM 'http://127.0.0.1:9/x.dtd'><VOEvent ivorn='ivo://a/b#c'/>",
    "endless": "<!DOCTYPE VOEvent SYSTEM '/dev/zero'><VOEvent ivorn='ivo://a/b#c'/>",
}


@pytest.mark.parametrize("name", DOCTYPES)
def test_a_doctype_is_refused_and_nothing_that_it_names_is_opened(name):
    """Had the parser opened one of these it would complain of their content or of the network, not of the DOCTYPE."""
    assert "DOCTYPE" in str(outcome(DOCTYPES[name].encode(), "chime"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("where", ["<VOEvent ivorn='&a11;'/>", "<VOEvent ivorn='ivo://a/b#c'>&a11;</VOEvent>"])
def test_a_billion_laughs_are_not_heard(where, encoding):
    began = time.monotonic()
    assert isinstance(outcome((laughs() + where).encode(encoding), "chime"), UnreadableNoticeError)
    assert time.monotonic() - began < 5


XML = {
    "text": (b"not a notice", "not well-formed"),
    "html": (b"<html><body>502 Bad Gateway</body></html>", "root is 'html'"),
    "transport": (b'<t:Transport xmlns:t="http://x" role="iamalive"/>', "root is 'Transport'"),
    "no ivorn": (b'<VOEvent role="observation"/>', "without a usable ivorn"),
    "long ivorn": (b'<VOEvent ivorn="ivo://' + b"x" * 1000 + b'"/>', "without a usable ivorn"),
    "two roots": (OURS[0] + OURS[1], "not well-formed"),
    "title first": (b"A sample\n" + OURS[0], "not well-formed"),
    "encoding unknown": (b'<?xml version="1.0" encoding="x-none"?><VOEvent/>', "not well-formed"),
    "encoding wrong": (b'<?xml version="1.0" encoding="UTF-8"?><VOEvent ivorn="\xff\xfe"/>', "not well-formed"),
    "encoding untrue": (b'<?xml version="1.0" encoding="UTF-16"?><VOEvent/>', "not well-formed"),
    "control": (HEAD + b"\x00</VOEvent>", "not well-formed"),
    "half a surrogate": (HEAD + b"&#xd800;</VOEvent>", "not well-formed"),
    "entity from nowhere": (HEAD + b"&nbsp;</VOEvent>", "not well-formed"),
    "too deep": (HEAD + b"<a>" * 100_000, "not well-formed"),
    "gzip": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "not well-formed"),
    "json": (OURS_JSON[0], "not well-formed"),
}


@pytest.mark.parametrize("name", XML)
def test_what_is_no_voevent_is_refused_and_says_why(name):
    body, why = XML[name]
    assert why in str(outcome(body, "chime"))


@pytest.mark.parametrize("stream", ["chime", "gcn"])
@pytest.mark.parametrize("body", [b"", b" \n", b" " * NOTICE_LIMIT_BYTES])
def test_an_empty_notice_is_refused(body, stream):
    assert "empty" in str(outcome(body, stream))


def test_four_megabytes_of_blanks_within_a_notice_are_read_past():
    body = OURS[0].replace(b"<Who>", b"<Who>" + b" \n" * (NOTICE_LIMIT_BYTES // 2))
    assert outcome(body, "chime") == outcome(OURS[0], "chime")


LARGE = {
    "params": HEAD
    + b"<What>"
    + b"".join(b'<Param name="%d" value="1"/>' % i for i in range(100_000))
    + b"</What></VOEvent>",
    "digits": HEAD + b'<What><Param name="dm" value="' + b"9" * 4_000_000 + b'"/></What></VOEvent>',
    "name": HEAD + b'<What><Param name="known_source_name" value="' + b"a " * 2_000_000 + b'"/></What></VOEvent>',
    "citations": HEAD + b"<Citations>" + b"<EventIVORN>ivo://a/b</EventIVORN>" * 100_000 + b"</Citations></VOEvent>",
}
LARGE_JSON = {
    "digits": GCN_HEAD + b'"dm": ' + b"9" * 4_000_000 + b"}",
    "fraction": GCN_HEAD + b'"dm": 0.' + b"9" * 4_000_000 + b"}",
    "deep": b'{"a": ' + b"[" * 4_000_000,
    "deep objects": b'{"a":' * 800_000,
    "keys": b"{" + b",".join(b'"%d":1' % i for i in range(300_000)) + b', "1": 2}',
    "ids": GCN_HEAD[:-9] + b'"id": [' + b"0," * 1_000_000 + b"1]}",
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_voevent_is_answered_soon(name):
    began = time.monotonic()
    outcome(LARGE[name], "chime")
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("name", LARGE_JSON)
def test_a_large_json_is_answered_soon(name):
    began = time.monotonic()
    outcome(LARGE_JSON[name], "gcn")
    assert time.monotonic() - began < 10


# ── JSON ──

JSON = {
    "cut off": (b'{"a": 1', "not JSON"),
    "bad utf-8": (b'{"a": "\xff"}', "not JSON"),
    "two": (b"{} {}", "not JSON"),
    "twice": (GCN_HEAD + b'"dm": 100, "dm": 300}', "gives 'dm' twice"),
    "twice inside": (GCN_HEAD + b'"x": {"y": 1, "y": 2}}', "gives 'y' twice"),
    "half a surrogate": (rb'{"$schema": "/chime/", "alert_type": "\ud800"}', "alert_type"),
    "no id": (b'{"$schema": "/chime/", "alert_type": "initial"}', "of which event"),
    "deep": (b'{"a": ' + b"[" * 200_000, "nested too deep"),
}


@pytest.mark.parametrize("name", JSON)
def test_what_is_no_gcn_notice_is_refused_and_says_why(name):
    body, why = JSON[name]
    assert why in str(outcome(body, "gcn"))


@pytest.mark.parametrize("written", ["NaN", "-Infinity", "1e999", "9" * 5000, '"NaN"', "[]", "{}", "true", '"1_0"'])
def test_a_dispersion_that_is_no_number_is_missing_and_said(written):
    alert = outcome(GCN_HEAD + f'"dm": {written}}}'.encode(), "gcn")
    assert alert.dm_pc_cm3 is None
    assert (alert.remarks or "").startswith("dm ") == (written != "[]")


# ── anything ──


@careful
@given(st.binary(max_size=300), st.sampled_from(["chime", "gcn"]))
def test_any_bytes_are_answered(body, stream):
    outcome(body, stream)


@careful
@given(st.binary(max_size=300), st.sampled_from([(HEAD, b"</VOEvent>", "chime"), (GCN_HEAD, b"}", "gcn")]))
def test_any_bytes_within_a_notice_are_answered(body, within):
    head, tail, stream = within
    outcome(head + body + tail, stream)


@st.composite
def mutated(draw: st.DrawFn, originals: list[bytes]) -> bytes:
    """Cut, repeat, overwrite."""
    body = draw(st.sampled_from(originals))
    for _ in range(draw(st.integers(1, 4))):
        start, stop = sorted(draw(st.tuples(st.integers(0, len(body)), st.integers(0, len(body)))))
        change = draw(st.sampled_from(["cut", "repeat", "overwrite", "truncate"]))
        piece = {"cut": b"", "repeat": body[start:stop] * 2, "overwrite": draw(st.binary(max_size=12))}.get(change)
        body = (
            body[:start] if piece is None else body[:start] + piece + body[stop if change != "overwrite" else start :]
        )
        body = body[:20_000]
    return body


@careful
@given(mutated(OURS))
def test_a_mutated_voevent_is_answered(body):
    outcome(body, "chime")


@careful
@given(mutated(OURS_JSON))
def test_a_mutated_json_is_answered(body):
    outcome(body, "gcn")


@need_samples
@settings(careful, max_examples=200)
@given(st.data())
def test_a_mutated_real_notice_is_answered(data):
    path = data.draw(st.sampled_from(REAL))
    outcome(data.draw(mutated([sample(path)])), "gcn" if path.endswith("json") else "chime")


@need_samples
@pytest.mark.parametrize("path", REAL)
def test_a_real_notice_cut_off_anywhere_is_refused(path):
    """Half a notice must never be taken for a whole one."""
    body = sample(path).rstrip()
    for end in range(1, len(body), 37):
        assert isinstance(outcome(body[:end], "gcn" if path.endswith("json") else "chime"), UnreadableNoticeError), end


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@careful
@given(st.dictionaries(st.sampled_from(sorted(json.loads(OURS_JSON[1]))), values, max_size=6), st.booleans())
def test_any_value_under_any_key_is_answered(changes, whole):
    notice = (json.loads(OURS_JSON[1]) if whole else {"$schema": "/chime/"}) | changes
    found = outcome(json.dumps(notice).encode(), "gcn")
    if isinstance(found, Alert):
        check_sane(found)


NASTY = st.sampled_from(
    ["", "nan", "-inf", "1e999", "-1", "None", "1_0", "٣", "0x1F", "9" * 400, "2026-02-30 00:00:00Z"]
)


@careful
@given(st.lists(st.tuples(st.integers(0, 60), NASTY | st.text(max_size=20)), min_size=1, max_size=5))
def test_any_value_in_any_attribute_is_answered(changes):
    from lxml import etree  # noqa: PLC0415 - this test alone takes a notice apart

    root = etree.fromstring(OURS[1])
    slots = [
        (element, name)
        for element in root.iter()
        for name in ("value", "probability", "importance")
        if name in element.attrib
    ]
    texts = [element for element in root.iter() if element.text and element.text.strip()]
    for where, value in changes:
        printable = "".join(letter for letter in value if letter.isprintable())
        if where < len(texts):
            texts[where].text = printable
        element, name = slots[where % len(slots)]
        element.set(name, printable)
    found = outcome(etree.tostring(root), "chime")
    if isinstance(found, Alert):
        check_sane(found)


def check_sane(alert: Alert) -> None:
    """What scenarios compute with is within what the sky and the calendar allow."""
    assert (alert.ra_deg is None) == (alert.dec_deg is None)
    assert alert.ra_deg is None or 0 <= alert.ra_deg < 360
    assert alert.dec_deg is None or -90 <= alert.dec_deg <= 90
    assert (alert.ra_deg, alert.dec_deg) != (0, 0)
    assert alert.r95_deg is None or 0 <= alert.r95_deg <= 180
    assert alert.dm_pc_cm3 is None or 0 <= alert.dm_pc_cm3 <= 20000
    assert alert.importance is None or 0 <= alert.importance <= 1
    assert alert.association_probability is None or 0 <= alert.association_probability <= 1
    assert alert.time is None or 2000 <= alert.time.year < 2100
    assert alert.source is None or (alert.source.isprintable() and 0 < len(alert.source) <= 200)
    assert len(alert.event) < 80
