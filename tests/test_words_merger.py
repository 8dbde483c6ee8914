"""What people read of a merger: what it is, how rare, what the ring still holds, where it may be, its dump."""

from __future__ import annotations

import pytest

from ovro_alert.mergers import Coincidence
from ovro_alert.notices import Arrival
from ovro_alert.telling.words import words
from ovro_alert.telling.words.figures import rate
from ovro_alert.times import seconds
from tests.cases import judged, kept
from tests.mergers import MERGER_TIME, after, classes, dump, merger_alert, sky_map, summary
from tests.mergers import told as heard
from tests.tolds import message, notice, told, verdict

STATEMENT = "NSBH 0.62, BNS 0.31, terrestrial 0.070; HasNS 1.00, HasRemnant 0.12, MassGap 0.98"


def lines(alert, circumstances, *commands, moves="telescope", path="gcn-kafka"):
    """Return what people read once a statement was judged, but for the footer."""
    judgement = judged(alert, circumstances)
    now = circumstances.now
    made = tuple(one.id for one in commands) if judgement.commands else ()
    said = {name: getattr(judgement, name) for name in ("scenario", "answer", "summary", "gates", "figures")}
    fields = {"scenario": "lvk_dump", "subject": judgement.subject, "level": judgement.level or "quiet", "made": now}
    one = told(
        message=message(event=alert.event, **fields),
        now=now,
        alert=kept(alert, 12, now),
        notice=notice(stream="lvk", arrivals=(Arrival(path=path, received=now, kept=now),)),
        verdict=verdict(**said, commands=made, made=now),
        commands=commands,
        moves={"lwa": moves},
    )
    return words(one).split("\n")[:-1]


def test_a_dump_is_told_in_six_lines():
    assert lines(merger_alert(), after(), dump()) == [
        "REAL  LVK S261120a PRELIMINARY: OVRO-LWA buffer dump commanded",
        f"{STATEMENT}; FAR 1 per 160 yr (pycbc, L1), significant",
        "Merger 2026-11-20 12:00:00.2 UTC, here after 28 s by gcn-kafka; "
        "ring holds 120 s: DM 50–400 captured 100 % of 50–87 MHz",
        "Sky map: none in this notice (visibility not checked)",
        "Dump: 861.9 s from the oldest sample, 21 files, 22.7 TB in 16 pipelines, ends 12:12:16; latest start 12:05:15",
        "Slow visibilities of this hour are deleted after 1 day: keep them? "
        "https://gracedb.ligo.org/superevents/S261120a/view/",
    ]


def test_a_value_that_cannot_be_one_is_told_beside_the_gate_that_lacks_it():
    odd = lines(merger_alert(far_hz=None, remarks="far -1.0 lies outside 0 to inf"), after())
    assert odd[0].endswith("no dump: FAR not given")
    assert odd[-1] == "Odd in the notice: far -1.0 lies outside 0 to inf"


def test_a_simulated_dump_says_so_first():
    assert lines(merger_alert(), after(), dump(), moves="simulator")[0].startswith("SIMULATED  LVK S261120a")


def test_what_is_up_is_told_for_each_elevation():
    told_ = lines(merger_alert(map=summary()), after(sky_map=sky_map(0.43)), dump())
    assert told_[3].startswith("Sky map: 43 % above 5°, 43 % above 10°, 43 % above 15°, 43 % above 20°, 43 % above 30°")
    assert told_[3].endswith("when the signal arrives (12:02:54); 90 % in 1240 deg²; 197 ± 41 Mpc")


@pytest.mark.parametrize(
    ("note", "total", "says"),
    [
        ("map broken: no FITS", None, "Sky map: map broken: no FITS (visibility not checked)"),
        (None, 0.93, "Sky map: map sums to 0.93 (visibility not checked); 43 % above 5°"),
    ],
)
def test_what_is_wrong_with_a_map_is_said(note, total, says):
    around = after() if total is None else after(sky_map=sky_map(0.43, total))
    assert lines(merger_alert(map_note=note), around, dump())[3].startswith(says)


def test_an_early_warning_asks_people_to_look():
    told_ = lines(merger_alert(kind="early_warning"), after(-20))
    assert told_[0].startswith("REAL  LVK S261120a EARLYWARNING: no dump: early warning")
    assert "here 20 s before its own time" in told_[2]
    assert any("look at the ring and the disks now" in line for line in told_)


def test_a_quiet_early_warning_asks_for_nothing():
    told_ = lines(merger_alert(kind="early_warning", far_hz=4.21e-8, significant=False), after(-5))
    assert not any("look at" in line or "keep them" in line for line in told_)


def test_a_refusal_says_why_and_what_else_stood_against_it():
    told_ = lines(merger_alert(far_hz=1e-6, classification=classes(0.3, 0.3, 0.4)), after(400))
    assert told_[0].endswith("no dump: 400.0 s old: captures 27.3% of 50.15-86.90 MHz < 50%")
    assert told_[-1] == "Also: FAR 1e-06 Hz > 3.17e-08 Hz; terrestrial 0.4 > 0.1"


def test_a_gamma_ray_burst_beside_it_is_told():
    burst = Coincidence(observatory="Fermi", search="GRB", time_difference_s=1.74, time_far_hz=1e-9, sky_far_hz=6.4e-11)
    told_ = lines(merger_alert(coincidence=burst), after(), dump())
    assert told_[2] == "Beside it: Fermi GRB, 1.7 s after the merger, such a pair by chance 1 per 495 yr"


def test_a_burst_says_its_group_and_has_no_classes():
    event = merger_alert(group="Burst", pipeline="CWB", classification={}, properties={}, kind="initial")
    told_ = lines(event, after(**heard(merger_alert(far_hz=1e-6), level="normal")))
    assert told_[0].startswith("REAL  LVK S261120a INITIAL: FAR 1 per 12 d → 1 per 160 yr; group Burst")


@pytest.mark.parametrize(
    "page",
    [
        "https://gracedb.ligo.org.example/x",
        "http://gracedb.ligo.org/x",
        "https://gracedb.ligo.org/x <https://example.org|x>",
        None,
    ],
)
def test_no_other_address_is_ever_shown(page):
    told_ = lines(merger_alert(page=page), after(), dump())
    assert not any("://" in line for line in told_)


# ── later ──


def test_a_later_statement_is_one_line_with_what_it_changes():
    alert = merger_alert(kind="initial", properties={"HasNS": 0.985, "HasRemnant": 0.12}, far_hz=7.84e-9, map=summary())
    around = after(300, sky_map=sky_map(0.43), **heard(merger_alert(), commands=(dump("done"),)))
    assert lines(alert, around, dump("done")) == [
        "REAL  LVK S261120a INITIAL: HasNS 1.000 → 0.985, FAR 1 per 160 yr → 1 per 4.0 yr, distance 197 Mpc, "
        "90 % area 1240 deg², 43 % of the map above 15°; already commanded: dump 17 (done)"
    ]


def test_that_there_is_a_dump_says_more_than_that_it_is_too_late_for_one():
    around = after(900, **heard(merger_alert(), commands=(dump("done"),)))
    assert lines(merger_alert(kind="update"), around, dump("done"), moves="simulator") == [
        "SIMULATED  LVK S261120a UPDATE: nothing that counts has changed; already commanded: dump 17 (done)"
    ]


def test_a_dump_that_is_taken_back_says_why():
    noise = merger_alert(kind="initial", issued=MERGER_TIME + seconds(60), classification=classes(0.1, 0.1, 0.8))
    around = after(60, **heard(merger_alert(), commands=(dump(),)))
    assert lines(noise, around, dump("cancelled")) == [
        "REAL  LVK S261120a INITIAL: BNS 0.310 → 0.100, NSBH 0.620 → 0.100, terrestrial 0.070 → 0.800; "
        "no longer worth a dump: terrestrial 0.8 > 0.1"
    ]


def test_a_first_statement_that_a_second_path_adds_to_says_nothing_of_a_change():
    """The VOEvent had no map; by that of the JSON it is below the horizon."""
    below = after(30, told={"lvk_dump": "loud"}, sky_map=sky_map(0.0), commands=(dump(),))
    assert lines(merger_alert(map=summary()), below, dump("cancelled")) == [
        "REAL  LVK S261120a PRELIMINARY: no longer worth a dump: probability above 15° 0 < 0.1"
    ]


def test_what_becomes_loud_is_told_in_full_with_what_has_changed():
    told_ = lines(merger_alert(), after(400, **heard(merger_alert(far_hz=1e-6), level="normal")))
    assert len(told_) == 7
    assert told_[5] == "Since the statement before: FAR 1 per 12 d → 1 per 160 yr"


@pytest.mark.parametrize(
    ("state", "stop", "says"),
    [
        ("acting", True, "is asked to stop: the files that are full are kept, and marked retracted"),
        ("acting", False, "runs on; what it records is marked retracted"),
        ("done", False, "is done: what it recorded is marked retracted and kept"),
        ("cancelled", False, "cancelled"),
    ],
)
def test_a_retraction_says_what_becomes_of_the_dump(state, stop, says):
    wish = {"by": "relay", "why": "retracted by its discoverer", "when": MERGER_TIME} if stop else None
    one = dump(state, stop=wish)
    alert = merger_alert(kind="retraction", time=None)
    told_ = lines(alert, after(100, retracted=True, **heard(merger_alert(), commands=(one,))), one)
    assert told_[0] == "REAL  LVK S261120a: retracted by its discoverer"
    assert told_[2].startswith("OVRO-LWA buffer dump 17")
    assert told_[2].endswith(says)


# ── how rare ──


@pytest.mark.parametrize(
    ("far_hz", "says"),
    [
        (1.98e-10, "1 per 160 yr"),
        (7.84e-9, "1 per 4.0 yr"),
        (3.17e-8, "1 per 1.0 yr"),
        (3.3e-8, "1 per 351 d"),
        (1e-6, "1 per 12 d"),
        (2.3e-5, "1 per 12 h"),
        (1.6e-4, "1 per 1.7 h"),
        (1.0, "1 per 1.0 s"),
        (1e-13, "1 per 316,881 yr"),
        (4.6e-43, "less than 1 per 1,000,000,000 yr"),
        (0.0, "less than 1 per 1,000,000,000 yr"),
        (-1.0, None),
        (None, None),
        (float("nan"), None),
    ],
)
def test_a_rate_is_told_by_how_long_one_waits(far_hz, says):
    assert rate(far_hz) == says
