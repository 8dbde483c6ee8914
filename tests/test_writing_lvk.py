"""What we write in LIGO/Virgo/KAGRA's form reads back as it was, and what the form cannot say is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from ovro_alert.alerts import Alert
from ovro_alert.errors import UnprocessableError
from ovro_alert.reading import read_whole
from ovro_alert.writing.lvk_json import write
from ovro_alert.writing.sky_map import blob
from tests.mergers import merger_alert
from tests.notices import raw

ISSUED = datetime(2026, 11, 20, 12, 0, 28, tzinfo=UTC)


@pytest.mark.parametrize("event", ["lvk:S261120a", "lvk:MS261120abc", "lvk:TS261120z"])
@pytest.mark.parametrize("kind", ["early_warning", "preliminary", "initial", "update"])
def test_a_merger_reads_back_as_it_was(event, kind):
    meant = merger_alert(event=event, kind=kind, issued=ISSUED)
    found = read_whole(raw(write(meant), "lvk")).found
    assert isinstance(found, Alert)
    for name in ("event", "kind", "role", "time", "issued"):
        assert getattr(found, name) == getattr(meant, name)
    assert found.merger.model_copy(update={"map_note": None}) == meant.merger


def test_a_retraction_has_no_event():
    meant = merger_alert().model_copy(update={"kind": "retraction", "issued": ISSUED})
    meant = meant.model_copy(update={"merger": meant.merger.model_copy(update={"alert_type": "RETRACTION"})})
    body = write(meant)
    assert json.loads(body)["event"] is None
    found = read_whole(raw(body, "lvk")).found
    assert (found.kind, found.event) == ("retraction", meant.event)


@pytest.mark.parametrize(("dec_deg", "sigma_deg"), [(-90.0, 3.0), (0.0, 8.0), (83.8, 5.0), (90.0, 40.0)])
def test_a_map_is_where_it_was_meant_and_sums_to_one(dec_deg, sigma_deg):
    reading = read_whole(raw(write(merger_alert(issued=ISSUED), blob(95.9, dec_deg, sigma_deg)), "lvk"))
    assert reading.found.merger.map_note is None
    assert reading.sky_map.total == pytest.approx(1, abs=1e-9)
    brightest = reading.sky_map.probability.argmax()
    assert abs(reading.sky_map.dec_deg[brightest] - dec_deg) < 4


@pytest.mark.parametrize(
    "wrong",
    [
        merger_alert(issued=None),
        merger_alert(issued=ISSUED).model_copy(update={"merger": None}),
        merger_alert(issued=ISSUED, event="lvk:MS261120a").model_copy(update={"role": "real"}),
        merger_alert(issued=ISSUED, event="lvk:S261120a").model_copy(update={"role": "test"}),
    ],
    ids=["not issued", "no merger", "a real mock", "a mock under a real name"],
)
def test_what_the_form_cannot_say_is_refused(wrong):
    with pytest.raises(UnprocessableError):
        write(wrong)
