"""Real CHIME notices before the scenario, by the clock of their own day: what must come of each."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ovro_alert.actions import BeamArgs
from ovro_alert.alerts import Alert
from ovro_alert.reading import read
from ovro_alert.scenarios.limits import ChimeLimits, Limits
from ovro_alert.times import seconds
from tests.cases import around, gate, judged, kept
from tests.notices import raw
from tests.samples import need_samples, sample

LONG_AFTER = datetime(2024, 9, 19, tzinfo=UTC)

pytestmark = need_samples


def real(path: str) -> Alert:
    """Read one real notice."""
    found = read(raw(sample(path), "chime" if path.endswith(".xml") else "gcn"))
    assert isinstance(found, Alert)
    return found


def judged_then(path: str, limits: Limits | None = None, **changes):
    """Judge it 13 s after the burst as a VOEvent, 60 s after it as GCN JSON."""
    alert = real(path)
    age_s = 13 if path.endswith(".xml") else 60
    known = around(age_s, time=alert.time or LONG_AFTER, **changes)
    return alert, judged(alert, known, limits or Limits())


def test_an_unredacted_detection_is_a_one_off():
    _, judgement = judged_then("chime/chime_detection_2022-03-20_evt217097677.xml")
    assert (judgement.answer, judgement.level) == ("nothing", "quiet")
    assert gate(judgement, "C5").result == "fail"
    figures = judgement.figures
    assert (figures["top_in_s"] + 13, figures["bottom_in_s"] + 13) == (
        pytest.approx(178.5, abs=0.05),
        pytest.approx(677.1, abs=0.05),
    )
    assert figures["elevation_on_deg"] == pytest.approx(87.0, abs=0.06)
    assert figures["elevation_off_deg"] == pytest.approx(85.3, abs=0.06)
    assert figures["caught"] == 1


def test_with_all_one_offs_the_same_detection_has_a_beam():
    limits = Limits(chime=ChimeLimits(one_offs="all"))
    _, judgement = judged_then("chime/chime_detection_2022-03-20_evt217097677.xml", limits)
    assert judgement.commands[0].args["duration_s"] == pytest.approx(661, abs=0.6)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("chime/chime_detection_2021-08-19_orig.xml", "nothing"),
        ("chime/chime_subsequent_2021-08-22_orig.xml", "message"),
    ],
)
def test_a_notice_whose_position_was_taken_out_points_nothing(path, answer):
    _, judgement = judged_then(path)
    assert gate(judgement, "B1").result == "fail"
    assert (judgement.answer, judgement.commands) == (answer, ())


def test_a_subsequent_of_an_unpublished_source_is_a_repeater():
    _, judgement = judged_then("chime/chime_subsequent_2021-08-22_orig.xml")
    assert gate(judgement, "C5").result == gate(judgement, "C4").result == "pass"
    assert judgement.figures["source"] == "60792403"


def test_the_published_retraction_is_of_an_event_that_is_not_known():
    _, judgement = judged_then("chime/chime_retraction_2021-09-07_orig.xml")
    assert (judgement.answer, judgement.level) == ("nothing", "quiet")


def test_a_gcn_detection_of_a_one_off():
    _, judgement = judged_then("chime/gcn_json/chime_frb.detection.example.json")
    assert (judgement.answer, judgement.level) == ("nothing", "quiet")


def test_a_gcn_subsequent_of_a_source_that_the_table_lacks():
    alert, judgement = judged_then("chime/gcn_json/chime_frb.subsequent.example.json")
    (draft,) = judgement.commands
    args = BeamArgs.model_validate(draft.args)
    assert args.target == "FRB 20231013B"
    assert args.duration_s == pytest.approx(548.7, abs=0.05)
    assert (draft.deadline - alert.time).total_seconds() == pytest.approx(387.5, abs=0.05)
    assert judgement.figures["r95_deg"] == pytest.approx(0.599, abs=0.001)
    assert judgement.figures["elevation_on_deg"] == pytest.approx(65.43, abs=0.01)
    assert judgement.figures["position_from"] == "the notice"


def test_a_gcn_update_is_words_and_its_retraction_is_as_quiet_as_the_detection_was():
    detection = kept(real("chime/gcn_json/chime_frb.detection.example.json"))
    _, update = judged_then("chime/gcn_json/chime_frb.update.example.json", earlier=(detection,))
    assert (update.answer, update.level) == ("message", "normal")
    assert "221.2" in update.summary
    _, retraction = judged_then("chime/gcn_json/chime_frb.retraction.example.json", earlier=(detection,))
    assert (retraction.answer, retraction.level) == ("nothing", "quiet")


def test_a_burst_by_comet_and_by_gcn_is_planned_alike():
    """Whichever comes first, t(43.2 MHz) and with it the end are the same; only the beginning differs."""
    alert, _ = judged_then("chime/gcn_json/chime_frb.subsequent.example.json")
    early, late = (judged(alert, around(age_s, time=alert.time)).commands[0] for age_s in (13, 60))
    assert early.args["stop"] == late.args["stop"]
    assert early.deadline == late.deadline
    assert early.args["duration_s"] - late.args["duration_s"] == pytest.approx(47)
    assert BeamArgs.model_validate(late.args).stop > alert.time + seconds(600)
