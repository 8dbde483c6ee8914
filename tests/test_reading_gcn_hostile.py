"""Whatever comes on the stream of GCN: an alert within what can be, ignored, or refused with a sentence."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ovro_alert.alerts import Alert
from ovro_alert.errors import UnreadableNoticeError
from tests import gcn_notices as compose
from tests.samples import SAMPLES, need_samples
from tests.test_reading_hostile import DOCTYPES, NASTY, careful, check_sane, mutated, outcome, values

NOW = datetime(2026, 12, 1, 5, 18, 14, 500000, tzinfo=UTC)
XML = [
    *(
        compose.fermi_voevent(packet, time=NOW)
        for packet in ("ALERT", "FLT_POS", "FIN_POS", "SUBTHRESH", "LAT_POS_UPD")
    ),
    compose.swift_voevent(time=NOW),
    *(compose.svom_voevent(packet, time=NOW) for packet in (201, 203, 210, 219)),
    compose.gecam_voevent(time=NOW),
    compose.voevent("ivo://edu.caltech.dsa-110#1", {("", "dm"): 500.1}, time=NOW, place=(1, 2, 0.1)),
]
JSON = [
    compose.einstein_probe_json(time=NOW),
    *(compose.guano_json(time=NOW, alert_type=kind) for kind in ("initial", "update", "retraction")),
    *(compose.gbm_json(time=NOW, subtype=subtype) for subtype in ("INITIAL_ALERT", "FLIGHT_POSITION")),
    compose.maxi_json(time=NOW, rectangular_error_corners=[[1, 2], [1, 3], [2, 3], [2, 2]], ra_dec_error=None),
    *(compose.dsa_gcn(time=NOW, alert_type=kind) for kind in ("initial", "subsequent", "update", "retraction")),
    compose.core_json("svom/trigger", {"id": ["sb1"], "alert_type": "update", "slew_status": "accepted"}),
    compose.core_json("burstcube/alert", {"id": "1", "alert_type": "initial", "t90": 2.3, "ra": 1, "dec": 2}),
]
KEYS = sorted({key for body in JSON for key in json.loads(body)} - {"$schema"})


def sane(body: bytes) -> None:
    """It is answered, and an alert is within what can be."""
    found = outcome(body, "gcn")
    if isinstance(found, Alert):
        check_sane(found)
        burst = found.gamma_rays
        assert burst is None or burst.likely_probability is None or 0 <= burst.likely_probability <= 1
        assert burst is None or burst.timescale_s is None or 0 < burst.timescale_s <= 1e6
        assert burst is None or burst.duration_s is None or 0 < burst.duration_s <= 1e6
        assert found.snr is None or 0 <= found.snr <= 1e9
        assert found.r95_deg is None or found.r95_deg > 0
        assert len(found.statement) < 300
        assert found.statement.isprintable()


def test_what_is_composed_here_is_all_read():
    assert all(isinstance(outcome(body, "gcn"), Alert) for body in [*XML, *JSON])


@pytest.mark.parametrize("name", DOCTYPES)
def test_a_doctype_is_refused_here_too(name):
    assert "DOCTYPE" in str(outcome(DOCTYPES[name].encode(), "gcn"))


@pytest.mark.parametrize(
    "body",
    [
        XML[1].replace(b"</What>", b"".join(b'<Param name="%d" value="1"/>' % i for i in range(100_000)) + b"</What>"),
        XML[1].replace(b"<What>", b"<What>" + b'<Param name="Trig_Dur" value="' + b"9" * 4_000_000 + b'"/>'),
        JSON[0][:-1] + b', "classification": {' + b",".join(b'"%d": 1' % i for i in range(200_000)) + b"}}",
        JSON[1].replace(b'{"GRB": 1}', b'{"' + b"a " * 1_000_000 + b'": 1}'),
    ],
)
def test_a_large_notice_is_answered_soon(body):
    began = time.monotonic()
    sane(body)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("body", [*XML, *JSON])
def test_a_notice_cut_off_anywhere_is_refused(body):
    """Half a notice must never be taken for a whole one."""
    for end in range(8, len(body), 37):
        assert isinstance(outcome(body[:end], "gcn"), UnreadableNoticeError), end


@careful
@given(st.dictionaries(st.sampled_from(KEYS), values, max_size=6), st.sampled_from(JSON))
def test_any_value_under_any_key_is_answered(changes, body):
    sane(json.dumps(json.loads(body) | changes).encode())


@careful
@given(
    st.sampled_from(XML), st.lists(st.tuples(st.integers(0, 60), NASTY | st.text(max_size=20)), min_size=1, max_size=5)
)
def test_any_value_in_any_param_is_answered(body, changes):
    root = etree.fromstring(body)
    slots = [element for element in root.iter() if "value" in element.attrib]
    texts = [element for element in root.iter() if element.text and element.text.strip()]
    for where, value in changes:
        printable = "".join(letter for letter in value if letter.isprintable())
        slots[where % len(slots)].set("value", printable)
        if where < len(texts):
            texts[where].text = printable
    sane(etree.tostring(root))


@careful
@given(mutated([*XML, *JSON]))
def test_a_mutated_notice_is_answered(body):
    sane(body)


@need_samples
@settings(careful, max_examples=200)
@given(st.data())
def test_a_mutated_real_notice_is_answered(data):
    patterns = (
        "gcn/captured_2026/*/*/*",
        "gcn/voevent/*/*.xml",
        "outside/svom/*.xml",
        "gcn/schema_examples/*/*.example.json",
    )
    paths = sorted(path for pattern in patterns for path in SAMPLES.glob(pattern))
    path = data.draw(st.sampled_from(paths))
    sane(data.draw(mutated([path.read_bytes()])))
