"""What people read of a burst of DSA-110: whether it is classified, in which beams, how its place is known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ovro_alert.notices import Arrival
from ovro_alert.reading import read
from ovro_alert.telling.words import words
from ovro_alert.times import seconds
from ovro_alert.verdicts import Verdict
from tests import tolds
from tests.cases import around, commanded, judged, kept
from tests.dsa_notices import beams, dsa_t3, flat, t2_event
from tests.notices import raw

TIME = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)
HERE = {"ra": 26.895, "dec": 16.136}


def lines(body: bytes, age_s: float = 8.0, **changes: Any) -> list[str]:
    """Return what is told of a trigger that was judged so long after the burst, without the last line of numbers."""
    alert = kept(read(raw(body, "dsa")), made=TIME + seconds(age_s))
    circumstances = around(age_s, TIME, **changes)
    judgement = judged(alert, circumstances, scenario="dsa_beam")
    made = [commanded(draft, circumstances.now) for draft in judgement.commands]
    fields = judgement.model_dump(include={"scenario", "answer", "summary", "figures"})
    ids = tuple(one.id for one in made)
    verdict = Verdict(
        **fields, gates=judgement.gates, id=30, seq=41, alert=1, notice=9, commands=ids, made=circumstances.now
    )
    arrival = Arrival(path="etcd", received=TIME + seconds(age_s), kept=TIME + seconds(age_s))
    told = tolds.told(
        message=tolds.message(subject=judgement.subject, event=alert.event, scenario="dsa_beam"),
        now=circumstances.now,
        alert=alert,
        notice=tolds.notice(stream="dsa", arrivals=(arrival,)),
        verdict=verdict,
        commands=tuple(made) or circumstances.commands,
    )
    return words(told).splitlines()[:-1]


def test_t2s_word_is_told_with_what_a_beam_catches():
    first, seen, where, sweep, beam, *more = lines(flat(t2_event(time=TIME, dmerr=0.4, **HERE)))
    assert first == "REAL  DSA-110 261201abcd: OVRO-LWA beam commanded"
    assert seen == (
        "T2, not classified; DM 348.8 ± 0.4, S/N 14.2, width 1.05 ms, search beams 127, 383, "
        "2026-12-01 05:00:00.0 UTC (1530 MHz), here after 8 s by etcd"
    )
    assert where == "Position from the notice (r95 0.023°)"
    assert sweep.startswith("Reaches 82.8 MHz in 202 s (05:03:30), 43.2 MHz in 767 s")
    assert "catches 100 %" in sweep
    assert "latest start 05:08:16" in beam
    assert "In half power: 100 % at 53 MHz" in beam
    assert more == []


def test_one_arm_and_its_share_inside_half_power_are_said():
    text = lines(flat(t2_event(time=TIME, **HERE | beams(127, 128))))
    assert "search beams 127, 128 (one arm)" in text[1]
    assert "(r95 1.340°)" in text[2]
    assert "In half power: 6" in text[4]


def test_what_t3_says_is_told_with_its_probability():
    assert lines(dsa_t3(time=TIME, **HERE))[1].startswith("T3, p = 0.98; DM 348.8")


def test_why_there_is_no_beam_is_the_first_line():
    first = lines(flat(t2_event(time=TIME)))[0]
    assert first == "REAL  DSA-110 261201abcd: no beam: no position yet: where DSA-110 points is not known"


def test_that_t3_condemns_it_is_the_first_line_with_what_becomes_of_the_beam():
    first = kept(read(raw(flat(t2_event(time=TIME, **HERE)), "dsa")), made=TIME)
    draft = judged(first, around(8.0, TIME), scenario="dsa_beam").commands[0]
    running = commanded(draft, TIME + seconds(8), state="acting", until=TIME + seconds(800), moves="telescope")
    known = {"earlier": (first,), "commands": (running,), "running": (running,)}
    text = lines(dsa_t3(time=TIME, **HERE | {"probability": 0.3, "real": False}), 60.0, **known)
    assert text[0] == ("REAL  DSA-110 261201abcd: DSA-110 condemns it: T3's probability 0.3 < 0.5; beam 17 runs on")
