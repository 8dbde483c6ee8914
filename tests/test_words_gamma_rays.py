"""What people read of a gamma-ray burst: what it is, where, how high; what a beam or a dump would see of it."""

from __future__ import annotations

import pytest

from ovro_alert.notices import Arrival
from ovro_alert.telling.words import words
from ovro_alert.times import seconds
from ovro_alert.verdicts import Verdict
from tests import tolds
from tests.cases import R3_TIME, around, commanded, kept
from tests.gamma_rays import configured, grb_alert, judged_after, nowhere


def lines(alert, age_s, command="none", known=None, **changes):
    """Return what people are told of a statement, line by line, without the last line of numbers."""
    judgement = judged_after(age_s, alert, configured(command), known)
    now = R3_TIME + seconds(age_s)
    commands = tuple(
        commanded(draft, now, number=17 + number, moves="telescope") for number, draft in enumerate(judgement.commands)
    )
    fields = judgement.model_dump(include={"scenario", "answer", "summary", "gates", "figures"})
    numbers = tuple(one.id for one in commands)
    verdict = Verdict(**fields, id=30, seq=41, alert=12, notice=9, commands=numbers, made=now)
    told = tolds.told(
        message=tolds.message(scenario="short_grb", event=alert.event, made=now, subject=judgement.subject),
        now=now,
        alert=kept(alert, 12),
        notice=tolds.notice(arrivals=(Arrival(path="gcn-kafka", received=now, kept=now),)),
        verdict=verdict,
        commands=commands or changes.get("commands", ()),
    )
    return words(told).split("\n")[:-1]


def test_a_short_burst_of_swift_is_told_in_three_lines():
    assert lines(grb_alert(age_s=21, snr=255.99), 21) == [
        "REAL  Swift short GRB candidate 1197027 (rate trigger, 0.128 s, 256 σ): message only (grb.command = none)",
        "2026-12-01 05:18:14.5 UTC, here after 21 s by gcn-kafka. RA 31.00 Dec +11.24, r95 0.057°; elevation 64.1°",
        "A beam would be on 39 s after the burst: whole for DM ≥ 65; half power holds 100 %",
    ]


def test_that_nothing_is_configured_is_said_once():
    first = lines(grb_alert("FIN_POS", age_s=257, kind="update"), 259)[0]
    assert first.endswith(": short, final; message only (grb.command = none)")
    assert first.count("message only") == 1


def test_a_wide_position_is_told_with_its_probability_and_what_a_dump_would_capture():
    first, where, dump = lines(grb_alert("FLT_POS", snr=27.7, kind="update"), 24)
    assert first.startswith("REAL  Fermi short GRB candidate 1197027 (0.064 s, 27.7 σ, GRB 95 %): message only")
    assert where.endswith("r95 6.0°; elevation 64.1°, up with 100 %")
    assert dump == "A dump of 1031 s, 25 files, 27.0 TB would capture 100 % of 50.15–86.90 MHz"


def test_an_error_too_large_for_a_beam_is_said():
    first, *_ = lines(grb_alert("FLT_POS"), 24, "beam")
    assert first.endswith("message only: error too large for a beam (6.0° > 1.0°)")


def test_a_final_word_is_too_late_to_dump():
    first, _, dump = lines(grb_alert("FIN_POS", age_s=557, kind="update"), 557)
    expected = "REAL  Fermi short GRB 1197027: message only: short, final; 557 s: nothing left to dump (17 %)"
    assert first == expected
    assert dump == "Too late to dump: the buffer would still give 17 % of 50.15–86.90 MHz"


def test_a_burst_without_a_position_says_so_and_why():
    _, where, _ = lines(nowhere("grm-trigger", position_note="its error is −1"), 24)
    assert where.endswith("here after 24 s by gcn-kafka. No position (its error is −1)")


def test_what_was_commanded_is_told_with_its_latest_start():
    first, _, beam, dump = lines(grb_alert(age_s=21), 21, "both")
    assert first.endswith(": OVRO-LWA beam commanded and OVRO-LWA buffer dump commanded")
    assert beam.startswith("Beam of 2194 s, 173 GB, on 39 s after the burst")
    assert beam.endswith("latest start 05:30:15")
    assert dump.startswith("Dump of 1034 s, 25 files, 27.0 TB: captures 100 %")
    assert dump.endswith("latest start 05:24:32")


def test_an_x_ray_transient_is_called_one():
    assert lines(grb_alert("alert"), 60)[0].startswith("REAL  Einstein Probe X-ray transient 1197027: message only")


def test_where_a_beam_would_see_nothing_none_is_spoken_of():
    assert not any("beam" in line.lower() for line in lines(grb_alert(r95_deg=1.2), 21))


@pytest.mark.parametrize("kind", ["detection", "update"])
def test_that_it_was_long_is_the_first_line_whatever_the_kind_of_the_statement(kind):
    known = around(557, time=R3_TIME, earlier=(kept(grb_alert("FLT_POS")),), told={"short_grb": "normal"})
    first, *_ = lines(grb_alert("FIN_POS", age_s=557, length="long", kind=kind), 557, known=known)
    assert first == "REAL  Fermi GRB 1197027: no longer short: long, final"
