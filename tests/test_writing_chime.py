"""What we write in CHIME/FRB's form is valid, and reads back as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ovro_alert.alerts import Alert, statement_of
from ovro_alert.errors import UnprocessableError
from ovro_alert.reading import read
from ovro_alert.reading.figures import words
from ovro_alert.writing.chime_voevent import ivorn_of, write
from tests.notices import chime_alert, raw
from tests.samples import SAMPLES, need_samples

NOW = datetime(2026, 12, 1, 5, 18, 14, 500000, tzinfo=UTC)
KINDS = ["detection", "subsequent", "retraction", "update"]

moments = st.datetimes(datetime(2018, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - its zone is given
text = st.text(max_size=60).map(words).filter(lambda found: found is not None and words(found) == found)
ivorns = st.from_regex(r"ivo://[a-z.]{1,20}/FRB-X-#[0-9A-Za-z:._+-]{1,40}_[0-9a-f]{12}", fullmatch=True)


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | strategy


def positive(most: float) -> st.SearchStrategy:
    return maybe(st.floats(0, most, allow_subnormal=False).map(lambda figure: figure + 0.0))


@st.composite
def alerts(draw: st.DrawFn) -> Alert:
    """Any alert that CHIME could state."""
    kind, role = draw(st.sampled_from(KINDS)), draw(st.sampled_from(["real", "test"]))
    cites = draw(maybe(ivorns))
    event = f"chime:{draw(st.integers(1, 10**12))}"
    if kind == "retraction" and cites and draw(st.booleans()):
        event = f"chime:{cites[-12:]}"
    changes = {
        "kind": kind,
        "role": role,
        "event": event,
        "cites": cites,
        "time_error_s": draw(positive(1)),
        "dm_pc_cm3": draw(positive(20000)),
        "dm_error_pc_cm3": draw(positive(100)),
        "dm_gal_pc_cm3": draw(positive(5000)),
        "snr": draw(positive(1e6)),
        "width_ms": draw(positive(1e4)),
        "source": draw(maybe(text)),
        "event_type": draw(maybe(text)),
        "time_inf": draw(maybe(moments)),
        "time_inf_error_s": draw(positive(1)),
    }
    if kind in ("detection", "subsequent"):
        changes |= {"importance": draw(positive(1)), "association_probability": draw(positive(1))}
        changes |= draw(places())
    else:
        changes["words"] = draw(maybe(text))
    return chime_alert(time=draw(maybe(moments)), **changes)


@st.composite
def places(draw: st.DrawFn) -> dict:
    """A position with its errors, with a radius alone, without error, or none."""
    nowhere = dict.fromkeys(("ra_deg", "dec_deg", "ra_error_deg", "dec_error_deg", "r95_deg"))
    if draw(st.booleans()):
        return nowhere
    along_ra, along_dec, around = (draw(maybe(st.floats(1e-9, 90))) for _ in range(3))  # 0 is written for unknown
    axes = [error for error in (along_ra, along_dec) if error is not None]
    return {
        "ra_deg": draw(st.floats(0, 359.99)),
        "dec_deg": draw(st.floats(0.01, 90) | st.floats(-90, -0.01)),
        "ra_error_deg": along_ra,
        "dec_error_deg": along_dec,
        "r95_deg": max(axes) if axes else around,
    }


@settings(derandomize=True, database=None, deadline=None, max_examples=300)
@given(alerts())
def test_any_alert_reads_back_as_it_was(alert):
    """An error of the position that nobody knows is written as no number, and that is said of it."""
    unknown = alert.ra_deg is not None and alert.r95_deg is None
    note = "an error of its position is no angle, or 0" if unknown else None
    assert read(raw(write(alert))) == alert.model_copy(update={"position_note": note})


@need_samples
@pytest.mark.parametrize("time", [NOW, None])
@pytest.mark.parametrize("role", ["real", "test", "drill", "injection"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_valid_by_the_schema(kind, role, time):
    """Comet refuses what is not when it is sent to a broker."""
    schema = etree.XMLSchema(etree.parse(SAMPLES / "gcn/xsd/VOEvent-v2.0.xsd"))
    without_position = {"ra_deg": None, "dec_deg": None, "r95_deg": None}
    for changes in ({}, {"cites": "ivo://ca.chimenet.frb/FRB-DETECTION-#x_0123456789ab"}, without_position):
        alert = chime_alert(time=time, kind=kind, role=role, words="ends & begins < there", **changes)
        schema.assertValid(etree.fromstring(write(alert)))


@need_samples
@settings(derandomize=True, database=None, deadline=None, max_examples=50)
@given(alerts())
def test_any_alert_is_valid_by_the_schema(alert):
    schema = etree.XMLSchema(etree.parse(SAMPLES / "gcn/xsd/VOEvent-v2.0.xsd"))
    schema.assertValid(etree.fromstring(write(alert)))


@pytest.mark.parametrize("role", ["test", "drill", "injection"])
def test_what_is_not_real_is_never_written_as_an_observation(role):
    assert read(raw(write(chime_alert(time=NOW, role=role)))).role == "test"


@pytest.mark.parametrize(
    ("kind", "resource"),
    [
        ("detection", "FRB-DETECTION-"),
        ("subsequent", "FRB-SUBSEQUENT-"),
        ("retraction", "OBS-RETRACTION-"),
        ("update", "OBS-UPDATE-"),
    ],
)
def test_an_alert_without_ivorn_gets_one_in_chimes_form(kind, resource):
    alert = chime_alert(time=NOW, kind=kind).model_copy(update={"ivorn": None})
    written = read(raw(write(alert, authority="org.example")))
    assert written.ivorn == ivorn_of(alert, "org.example")
    assert written.ivorn.startswith(f"ivo://org.example/{resource}#2026-12-01-05:18:14.500000UTC+0000_")


def test_two_alerts_never_share_an_ivorn():
    later = chime_alert(time=NOW + timedelta(microseconds=1))
    other = chime_alert(time=NOW, event="chime:300000002")
    assert len({ivorn_of(alert) for alert in (chime_alert(time=NOW), later, other)}) == 3


def test_a_time_at_another_frequency_cannot_be_said_in_chimes_form():
    """Written as 400 MHz it would put the burst seconds away."""
    with pytest.raises(UnprocessableError, match="1530"):
        write(chime_alert(time=NOW, time_ref_mhz=1530.0))


def test_a_name_is_never_markup():
    alert = chime_alert(time=NOW, source='<b>"&amp;FRB</b>')
    assert read(raw(write(alert))).source == '<b>"&amp;FRB</b>'


def test_the_statement_of_a_drill_says_so():
    assert statement_of("chime:1", "update", "drill", "abc") == "chime:1/update/abc/drill"
