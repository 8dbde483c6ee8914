"""What people read of a request to Swift: to whom the VOEvent goes, what it says, and what takes it back."""

from __future__ import annotations

import pytest

from ovro_alert.circumstances import Circumstances
from ovro_alert.commands import Command
from ovro_alert.tellers import Told
from ovro_alert.telling.words import words
from ovro_alert.times import seconds
from tests import tolds
from tests.cases import commanded, judged, kept
from tests.dsa_notices import NAME
from tests.guano import EVENT, one_arm, ready, t3

IVORN = f"ivo://edu.caltech.dsa-110/dsa-110#{NAME}"


def told(alert=None, around: Circumstances | None = None) -> Told:
    """Return the message on a statement just judged."""
    alert, around = alert or t3(), around or ready()
    judgement = judged(alert, around, scenario="dsa_guano")
    made = tuple(commanded(draft, around.now, 40 + draft.turn) for draft in judgement.commands)
    given = {"answer": judgement.answer, "summary": judgement.summary, "gates": judgement.gates}
    verdict = tolds.verdict(
        scenario="dsa_guano",
        figures=judgement.figures,
        commands=tuple(one.id for one in made),
        made=around.now,
        **given,
    )
    message = tolds.message(event=EVENT, scenario="dsa_guano", subject=judgement.subject, made=around.now)
    fields = {"message": message, "now": around.now, "alert": kept(alert, 12), "verdict": verdict, "notice": None}
    return tolds.told(**fields, commands=(*around.commands, *made), moves={"swift": "telescope"})


def said(*args) -> list[str]:
    return words(told(*args)).splitlines()


def sent(age_s: float = 370.0, state: str = "done") -> Command:
    return told(None, ready(age_s)).commands[0].model_copy(update={"state": state})


def test_they_read_what_was_seen_how_sure_t3_is_and_to_whom_the_voevent_goes():
    lines = said()
    assert lines[0] == f"REAL  DSA-110 {NAME}: Swift GUANO request commanded"
    assert lines[2] == "T3, p = 0.980, width 1.05 ms, in both arms. RA 29.503 Dec +65.717, error 0.017°"
    assert lines[3].startswith(
        "VOEvent for guano.example, gamma rays at 2026-12-01 05:18:13.9 UTC (infinite frequency)"
    )
    assert "370 s after the burst" in lines[3]
    assert "late:" not in lines[3]


def test_a_late_one_says_so():
    assert "late: data may be gone" in said(t3(), ready(1000))[3]


def test_one_arm_is_said():
    assert "in one arm alone" in said(one_arm())[2]


def test_what_is_not_asked_says_why():
    assert said(t3(), ready(1600))[0] == f"REAL  DSA-110 {NAME}: no GUANO request: age 1600 s > 1500 s"


def test_a_later_voevent_says_what_it_cites():
    better = t3().model_copy(update={"kind": "subsequent", "r95_deg": 0.001})
    line = said(better, ready(7200, commands=(sent(),)))[3]
    assert line.startswith("VOEvent with a better position for guano.example")
    assert f"cites {IVORN}" in line
    assert "late:" not in line


@pytest.mark.parametrize("state", ["acting", "done"])
def test_a_retraction_says_that_what_is_out_can_only_be_cited(state):
    gone = t3().model_copy(update={"kind": "retraction", "trigger": None})
    around = ready(40000, commands=(sent(state=state),))
    lines = said(gone, around)
    assert "Swift GUANO request 41 is out: only a VOEvent that cites it can take it back" in lines
    ends = around.now + seconds(86400)
    assert f"Swift GUANO request 42: a VOEvent that takes it back goes out, by {ends:%Y-%m-%d %H:%M:%S}.5 UTC" in (
        line.removesuffix(" at the latest") for line in lines
    )


def test_a_retraction_of_what_never_went_out_says_so():
    gone = t3().model_copy(update={"kind": "retraction", "trigger": None})
    around = ready(commands=(sent(state="expired"),))
    assert "Swift GUANO request 41: expired" in said(gone, around)
