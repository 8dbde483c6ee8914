"""What people read of a request for a beam and of an optical transient: in a message, and in one line."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from ovro_alert.alerts import Alert
from ovro_alert.in_short import in_short
from ovro_alert.messages import Message
from ovro_alert.tellers import Told
from ovro_alert.telling.words import words
from ovro_alert.times import seconds
from ovro_alert.verdicts import Judgement, Verdict
from tests.cases import around, commanded, judged, kept
from tests.forms import SEEN, START, optical_alert, request_alert

YESTERDAY = START - seconds(86400)


def told(alert: Alert, now: datetime, scenario: str, **around_it: Any) -> str:
    """Return what people are told of what one scenario says of it."""
    judgement = judged(alert, around(0, now, **around_it), scenario=scenario)
    state = "proposed" if judgement.answer == "proposal" else "pending"
    commands = tuple(commanded(draft, now, state=state) for draft in judgement.commands)
    return words(
        Told(
            message=_message(judgement, alert, now),
            now=now,
            alert=kept(alert, made=now),
            verdict=_verdict(judgement, now, tuple(one.id for one in commands)),
            commands=commands,
        )
    )


def _message(judgement: Judgement, alert: Alert, now: datetime) -> Message:
    named = {"event": alert.event, "alert": 1, "scenario": judgement.scenario}
    level = judgement.level or "quiet"
    return Message(id=1, seq=1, state="waiting", made=now, subject=judgement.subject, level=level, **named)


def _verdict(judgement: Judgement, now: datetime, commands: tuple[int, ...]) -> Verdict:
    said = {name: getattr(judgement, name) for name in ("scenario", "answer", "summary", "gates", "figures")}
    return Verdict(id=1, seq=1, alert=1, notice=1, commands=commands, made=now, **said)


def test_a_beam_says_what_where_when_and_for_whom() -> None:
    lines = told(request_alert(), YESTERDAY, "flarescope").splitlines()
    assert lines[:2] == [
        "REAL  Flarescope FS-2026-117: OVRO-LWA beam commanded",
        "AD Leo at RA 154.901° Dec +19.870°. Power beam 5, on 2026-12-03 09:00:00.0 UTC, off 11:00:00, 7200 s."
        " Asked for by A. Observer",
    ]


def test_a_late_beam_says_how_late() -> None:
    assert "(618 s late), off 11:00:00, 6582 s" in told(request_alert(), START + seconds(600), "flarescope")


def test_a_voltage_recording_says_how_to_agree_to_it() -> None:
    said = told(request_alert(mode="voltage", duration_s=3600), YESTERDAY, "flarescope")
    assert "OVRO-LWA beam proposed" in said
    assert "ovro-alert approve 17" in said


def test_a_refusal_says_why_and_does_not_pretend_that_a_beam_is_on() -> None:
    said = told(request_alert(dec_deg=-60), YESTERDAY, "flarescope")
    assert "refused: above 20° for 0% of the time (80% needed); it never stands above 20°" in said
    assert "Wished for: power beam 5" in said
    assert "50000 s > 43200 s" in told(request_alert(duration_s=50_000), YESTERDAY, "flarescope")


def test_a_proposal_to_sprite_says_what_it_is_when_it_is_up_and_how_to_agree() -> None:
    said = told(optical_alert(), SEEN + seconds(2 * 86400), "optical_sprite")
    assert "Optical transient ZTF26aaaaaaa: SPRITE observation proposed" in said
    assert "AT2026abc, TDE (90 %), 17.8 mag in r, z 0.030, by ZTF" in said
    assert "up from 2026-12-03 10:05:06.1 UTC to 2026-12-03 21:02:24.4 UTC" in said
    assert "ovro-alert approve 17" in said


@pytest.mark.parametrize("nasty", ["*AD* <b>Leo</b>\x1b[31m", "a\nb"])
def test_what_others_wrote_is_one_line_without_control_characters(nasty: str) -> None:
    said = told(request_alert(target=nasty, requested_by=nasty), YESTERDAY, "flarescope")
    assert "\x1b" not in said
    assert len(said.splitlines()) == 3


@pytest.mark.parametrize(
    ("alert", "line"),
    [
        (request_alert(), "power beam; from 2026-12-03T09:00:00.000Z; 7200 s"),
        (request_alert(cancel=True), "cancelled by whoever asked for it"),
        (optical_alert(), "TDE 90 %; 17.8 mag; z 0.030; ZTF"),
        (optical_alert(class_probability=None, mag=None, redshift=None, source=None), "TDE"),
    ],
    ids=["request", "cancelled", "transient", "bare-transient"],
)
def test_either_in_one_line(alert: Alert, line: str) -> None:
    assert in_short(alert) == line
