"""Judging: whatever comes, an answer with reasons; never an exception, never a command without its grounds."""

from __future__ import annotations

import math
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ovro_alert.actions import TELESCOPES
from ovro_alert.alerts import Alert, KeptAlert
from ovro_alert.scenarios import SCENARIOS, judge_all
from ovro_alert.scenarios.chime_repeater import ChimeRepeater
from ovro_alert.scenarios.limits import ChimeLimits, Limits, LwaLimits
from ovro_alert.verdicts import SCENARIO_TITLES, Judgement
from tests.cases import LIMITS, R3_TIME, around, burst

NUMBERS = ["ra_deg", "dec_deg", "ra_error_deg", "dec_error_deg", "r95_deg", "dm_pc_cm3", "dm_error_pc_cm3"]
NUMBERS += ["dm_gal_pc_cm3", "snr", "importance", "association_probability", "time_ref_mhz", "time_error_s"]
WILD = [math.nan, math.inf, -math.inf, 0.0, -0.0, -1.0, 1e-300, 1e300, 90.0, 360.0, 400.0, None]

numbers = st.sampled_from(WILD) | st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 1) | st.floats(-90, 400)
times = st.none() | st.sampled_from([R3_TIME]) | st.datetimes(timezones=st.just(UTC))
words = (
    st.none()
    | st.sampled_from(["", " ", "60792403", "FRB 20180916B", "B0329+54", "EXTRAGALACTIC"])
    | st.text(max_size=30)
)
wild = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["detection", "subsequent", "update", "retraction"]),
        "role": st.sampled_from(["real", "test", "drill", "injection"]),
    },
    optional=dict.fromkeys(NUMBERS, numbers)
    | {"time": times, "time_inf": times}
    | {"source": words, "event_type": words, "words": words, "position_note": words},
)
"""Every field of an alert, with all that a number can be; most keep the good value of the burst."""

policies = st.sampled_from(["off", "near", "all"])


def composed(change) -> Alert:
    """Return the good burst with wild fields, past the checks that the model would make."""
    return Alert.model_construct(**(dict(burst()) | change))


@given(change=wild, before=wild, policy=policies, auto=st.booleans())
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_number_breaks_a_scenario_and_none_commands_without_grounds(change, before, policy, auto):
    alert = composed(change)
    earlier = KeptAlert.model_construct(**(dict(burst()) | before | {"id": 1, "seq": 1, "made": R3_TIME}))
    limits = Limits(chime=ChimeLimits(one_offs=policy), lwa=LwaLimits(beam_lead_s="auto" if auto else 18))
    for known in (around(), around(earlier=(earlier,), beam_leads_s=(20.0,))):
        for judgement in judge_all(alert, known, limits):
            assert judgement.answer != "failed", judgement.summary
            Judgement.model_validate(judgement.model_dump())
            for draft in judgement.commands:
                TELESCOPES[draft.telescope].actions[draft.action].args.model_validate(draft.args)
                assert alert.kind in ("detection", "subsequent")
                if alert.role != "real":
                    assert draft.action == "test"
                else:
                    grounded(draft, [alert] if not known.earlier else [alert, earlier])


def grounded(draft, tellers):
    """Say that a beam, or a repointing, has a position, a time, an end, and a reason in the notices."""
    args = TELESCOPES[draft.telescope].actions[draft.action].args.model_validate(draft.args)
    assert any(placed(one) for one in tellers)
    assert any(one.time is not None and one.time.year == 2026 for one in tellers)
    assert (args.ra_deg, args.dec_deg) != (0, 0)
    assert (args.stop if draft.action == "beam" else args.until) is not None
    assert draft.deadline >= around().now


def placed(alert):
    values = (alert.ra_deg, alert.dec_deg)
    return all(value is not None and math.isfinite(value) for value in values) and values != (0, 0)


@given(change=wild)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_the_same_question_has_the_same_answer(change):
    alert = composed(change)
    assert str(judge_all(alert, around(), LIMITS)) == str(judge_all(alert, around(), LIMITS))


def test_a_scenario_that_breaks_answers_failed_and_is_loud(monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr(ChimeRepeater, "judge", broken)
    judgement, *others = judge_all(burst(), around(), LIMITS)
    assert (judgement.scenario, judgement.answer, judgement.level) == ("chime_repeater", "failed", "loud")
    assert "failed" not in {other.answer for other in others}
    assert "ZeroDivisionError: by nothing" in judgement.summary
    assert judgement.commands == ()


def test_only_scenarios_that_an_alert_concerns_judge_it():
    assert judge_all(burst(stream="lvk"), around(), LIMITS) == ()


def test_every_scenario_has_a_title_for_people():
    assert {scenario.id for scenario in SCENARIOS} <= set(SCENARIO_TITLES)


def test_judging_needs_no_astropy():
    """The judge starts in a fraction of a second, and stays small."""
    code = "import sys, ovro_alert.scenarios.judging; print('astropy' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert found.stdout.strip() == "False"


def test_every_threshold_names_its_unit_and_its_source():
    for part in Limits.model_fields.values():
        for name, field in part.annotation.model_fields.items():
            assert field.description, name
            assert set(field.json_schema_extra) == {"unit", "source"}, name


def test_the_defaults_of_the_thresholds_are_those_agreed_on():
    limits = Limits()
    assert limits.lwa.beam_lead_s == 18
    assert (limits.lwa.min_elevation_deg, limits.lwa.min_caught, limits.lwa.max_r95_deg) == (20, 0.25, 1.0)
    assert (limits.lwa.max_beam_s, limits.lwa.beam_guard_s) == (3600, 20)
    assert (limits.lwa.beams_per_day, limits.lwa.hours_per_day, limits.lwa.tb_per_day) == (24, 6, 2)
    assert (limits.chime.min_importance, limits.chime.min_association) == (0.90, 0.90)
    assert (limits.chime.chi2_max, limits.chime.max_chance, limits.chime.one_offs) == (14.2, 1e-3, "off")
    assert limits.drills.from_tests_every_s == 21600


def test_an_alert_of_another_century_is_judged():
    first, *others = judge_all(composed({"time": datetime(1, 1, 1, tzinfo=UTC)}), around(), LIMITS)
    assert first.answer == "message"
    assert "failed" not in {other.answer for other in others}
