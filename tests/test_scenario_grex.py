"""GREX → OVRO-LWA: the DM decides on a dump; a beam only where the source is known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ovro_alert import sky
from ovro_alert.actions import BeamArgs, DumpArgs
from ovro_alert.alerts import Alert
from ovro_alert.catalogue.neutron_stars import BRIGHT_PULSARS, WATCHED_MAGNETARS
from ovro_alert.circumstances import Used
from ovro_alert.scenarios.limits import Limits
from ovro_alert.times import seconds
from ovro_alert.verdicts import Judgement
from tests.cases import around, commanded, culmination, gate, judged, kept, lwa, switch
from tests.forms import SEEN, grex_alert
from tests.gamma_rays import standing

CRAB = BRIGHT_PULSARS[0]
(SGR,) = WATCHED_MAGNETARS
SGR_UP = culmination(SGR.ra_deg, SGR.dec_deg)
SGR_DOWN = culmination(SGR.ra_deg, SGR.dec_deg, upper=False)
MAGNETAR = {"dm": 332.7, "time_utc": SGR_UP}


def after(age_s: float, alert: Alert, limits: Limits | None = None, **known: object) -> Judgement:
    """Return what the scenario says of a burst so long after it reached 1530 MHz."""
    assert alert.time is not None
    return judged(alert, around(age_s, time=alert.time, **known), limits or Limits(), scenario="grex")


def outcome(judgement: Judgement) -> tuple[str, str | None, list[str]]:
    return judgement.answer, judgement.level, [one.action for one in judgement.commands]


def rising_at(star, elevation_deg: float):
    """Return when the star stands at that elevation and rises, within a tenth of a degree."""
    lowest = culmination(star.ra_deg, star.dec_deg, upper=False)
    moments = [lowest + timedelta(seconds=20 * step) for step in range(2100)]
    heights = sky.place(star.ra_deg, star.dec_deg, lowest).elevation_deg(moments)
    return moments[int(abs(heights - elevation_deg).argmin())]


# ── what is commanded ──


def test_no_position_and_the_dm_of_no_magnetar_the_dm_alone_decides_on_a_dump():
    judgement = after(10, grex_alert(dm=200.0))
    assert outcome(judgement) == ("command", "loud", ["dump"])
    assert gate(judgement, "X4").result == "pass"
    assert gate(judgement, "X4").says == "DM of no watched magnetar"
    assert gate(judgement, "X6").failed
    assert gate(judgement, "B1").failed


def test_the_dump_of_a_burst_of_the_magnetar_after_ten_seconds():
    """Age and delay are reckoned from the arrival at infinite frequency, 0.59 s before that at 1530 MHz."""
    judgement = after(10 - 0.59, grex_alert(**MAGNETAR))
    assert outcome(judgement) == ("command", "loud", ["dump", "beam"])
    dump = judgement.commands[0]
    args = DumpArgs.model_validate(dump.args)
    assert args.duration_s == pytest.approx(721.4, abs=0.1)
    assert args.lookback_s == 0
    assert (judgement.figures["dump_files"], judgement.figures["dump_tb"]) == (18, pytest.approx(19.5, abs=0.05))
    assert (dump.priority, dump.event, dump.turn) == (85, "grex:G261201a", 1)
    assert judgement.figures["captured"] == 1


def test_a_dump_may_be_begun_until_half_of_the_band_is_gone():
    (dump, _) = after(10, grex_alert(**MAGNETAR)).commands
    age_s = (dump.deadline - SGR_UP).total_seconds()
    assert gate(after(age_s - 0.1, grex_alert(**MAGNETAR)), "X5").result == "pass"
    assert gate(after(age_s + 0.1, grex_alert(**MAGNETAR)), "X5").failed
    assert gate(after(age_s, grex_alert(**MAGNETAR)), "X5").value == pytest.approx(0.5, abs=1e-3)


def test_a_dump_of_a_well_known_dm_is_shorter():
    wide, narrow, unknown = (grex_alert(dm=200.0, dm_error=error) for error in (5.0, 0.1, None))
    lengths = [after(10, one).commands[0].args["duration_s"] for one in (wide, narrow, unknown)]
    per_dm_s = sky.delay_s(1.0, 50.15)
    assert lengths[0] - lengths[1] == pytest.approx(3 * 4.9 * per_dm_s, abs=0.01)
    assert lengths[2] - lengths[1] == pytest.approx(3 * 1.9 * per_dm_s, abs=0.01)


def test_the_beam_is_at_the_magnetar_and_its_sweep_begins_at_1530_mhz():
    judgement = after(10, grex_alert(**MAGNETAR))
    beam = judgement.commands[1]
    args = BeamArgs.model_validate(beam.args)
    assert (args.ra_deg, args.dec_deg, args.target, args.mode) == (SGR.ra_deg, SGR.dec_deg, "SGR 1935+2154", "voltage")
    assert args.time_inf is not None
    assert abs(args.time_inf - (SGR_UP - seconds(sky.delay_s(332.7, 1530.0)))) <= seconds(1e-3)
    assert args.dm_pc_cm3 == 332.7
    assert beam.priority == 85
    assert gate(judgement, "B4").value == 1
    assert gate(judgement, "B1").says.startswith("position of the magnetar SGR 1935+2154")


@pytest.mark.parametrize(("error_deg", "beams"), [(1.0, 1), (1.001, 0), (None, 0)])
def test_a_position_is_pointed_at_if_it_is_good_enough(error_deg, beams):
    ra_deg, dec_deg = standing(64.0, SEEN)
    judgement = after(10, grex_alert(ra_deg=ra_deg, dec_deg=dec_deg, error_deg=error_deg))
    assert [one.action for one in judgement.commands] == ["dump", "beam"][: 1 + beams]
    assert gate(judgement, "X6").result == ("pass" if beams else "fail" if error_deg else "unknown")


def test_where_only_the_beam_can_be_had_it_is_made():
    judgement = after(10, grex_alert(**MAGNETAR), used={"lwa": Used(dumps=2)})
    assert outcome(judgement) == ("command", "loud", ["beam"])
    assert "dumps" in gate(judgement, "L13").says


# ── stations ──


@pytest.mark.parametrize(
    ("stations", "snr", "answer"),
    [
        (["OVRO", "HCRO"], 8.0, "command"),
        (["OVRO"], 15.0, "proposal"),
        (["OVRO"], 14.9, "nothing"),
        (["OVRO", "ovro"], 14.9, "nothing"),
        (["OVRO"], None, "nothing"),
        (["OVRO", "HCRO"], None, "command"),
    ],
    ids=["two", "one at 15", "one at 14.9", "one named twice", "one without S/N", "two without S/N"],
)
def test_two_stations_decide_and_one_alone_that_is_bright_asks_a_person(stations, snr, answer):
    judgement = after(10, grex_alert(stations=stations, snr=snr))
    assert judgement.answer == answer
    assert judgement.level == ("quiet" if answer == "nothing" else "loud")
    assert len(judgement.commands) == (0 if answer == "nothing" else 1)
    assert gate(judgement, "X5").result == "pass"


def test_all_that_one_station_alone_leads_to_waits_for_a_person():
    judgement = after(10, grex_alert(stations=["OVRO"], **MAGNETAR))
    assert outcome(judgement) == ("proposal", "loud", ["dump", "beam"])
    assert "a person must agree" in gate(judgement, "X2").says


def test_a_second_station_turns_what_was_proposed_into_a_command():
    first, second = grex_alert(stations=["OVRO"], snr=21), grex_alert(stations=["HCRO"], snr=9)
    (draft,) = after(10, first).commands
    proposal = commanded(draft, SEEN + seconds(10), state="proposed")
    known = {"earlier": (kept(first),), "commands": (proposal,), "running": (proposal,), "told": {"grex": "loud"}}
    judgement = after(40, second, **known)
    assert outcome(judgement) == ("command", "loud", ["dump"])
    assert judgement.commands[0].turn == 2
    assert [(one.command, one.told_only) for one in judgement.withdrawals] == [(proposal.id, False)]
    assert gate(judgement, "X2").says == "seen by HCRO, OVRO"


def test_one_station_written_in_two_ways_is_one():
    first, again = grex_alert(stations=["OVRO"], snr=21), grex_alert(stations=["ovro"], snr=22)
    judgement = after(40, again, earlier=(kept(first),))
    assert outcome(judgement) == ("proposal", "loud", ["dump"])


@pytest.mark.parametrize("state", ["pending", "acting", "done", "declined", "expired"])
def test_whatever_became_of_it_a_burst_is_acted_on_once(state):
    first = grex_alert(**MAGNETAR)
    drafts = after(10, first).commands
    commands = tuple(commanded(one, SGR_UP + seconds(10), 17 + n, state) for n, one in enumerate(drafts))
    again = after(30, grex_alert(snr=30, **MAGNETAR), earlier=(kept(first),), commands=commands)
    assert outcome(again) == ("nothing", None, [])
    assert again.withdrawals == ()


# ── pulsars, magnetars ──


def test_the_crab_is_no_news_while_it_is_up():
    up, down = culmination(CRAB.ra_deg, CRAB.dec_deg), culmination(CRAB.ra_deg, CRAB.dec_deg, upper=False)
    judgement = after(10, grex_alert(dm=56.8, time_utc=up))
    assert outcome(judgement) == ("message", "normal", [])
    assert "Crab" in judgement.summary
    assert outcome(after(10, grex_alert(dm=56.8, time_utc=down)))[0] == "command"
    assert outcome(after(10, grex_alert(dm=56.8, time_utc=up), told={"grex": "normal"})) == ("message", "quiet", [])


@pytest.mark.parametrize(
    ("dm", "answer"), [(55.76, "command"), (55.77, "message"), (57.77, "message"), (57.78, "command")]
)
def test_a_pulsars_dm_is_taken_within_one(dm, answer):
    assert after(10, grex_alert(dm=dm, time_utc=culmination(CRAB.ra_deg, CRAB.dec_deg))).answer == answer


def test_the_stars_that_are_known_have_their_source():
    known = {star.name: star.dm_pc_cm3 for star in BRIGHT_PULSARS + WATCHED_MAGNETARS}
    assert list(known.values()) == [56.77, 71.0, 3.0, 26.8, 332.7]
    assert (SGR.ra_deg, SGR.dec_deg) == (pytest.approx(293.73, abs=0.005), pytest.approx(21.90, abs=0.005))
    assert all(star.reference for star in BRIGHT_PULSARS + WATCHED_MAGNETARS)


@pytest.mark.parametrize("star", BRIGHT_PULSARS, ids=lambda star: star.name)
def test_every_bright_pulsar_is_known(star):
    judgement = after(5, grex_alert(dm=star.dm_pc_cm3, time_utc=culmination(star.ra_deg, star.dec_deg)))
    assert judgement.answer == "message"
    assert star.name in judgement.summary


def test_a_magnetar_below_the_horizon_is_a_message_only():
    judgement = after(10, grex_alert(dm=332.7, time_utc=SGR_DOWN))
    assert outcome(judgement) == ("message", "loud", [])
    assert "below the horizon" in judgement.summary
    assert gate(judgement, "X5").result == "pass"


@pytest.mark.parametrize(("dm", "actions"), [(322.7, 2), (322.6, 1), (342.7, 2), (342.8, 1)])
def test_a_magnetars_dm_is_taken_within_ten(dm, actions):
    assert len(after(10, grex_alert(dm=dm, time_utc=SGR_UP)).commands) == actions


@pytest.mark.parametrize(
    ("elevation_deg", "actions"), [(20.3, ["dump", "beam"]), (19.5, ["dump"]), (0.5, ["dump"]), (-0.5, [])]
)
def test_a_magnetar_that_is_low_is_not_pointed_at_and_the_dm_decides(elevation_deg, actions):
    judgement = after(10, grex_alert(dm=332.7, time_utc=rising_at(SGR, elevation_deg)))
    assert gate(judgement, "X4").value == pytest.approx(elevation_deg, abs=0.1)
    assert [one.action for one in judgement.commands] == actions


def test_a_burst_from_elsewhere_is_not_the_magnetars():
    ra_deg, dec_deg = standing(64.0, SGR_UP + seconds(3600 * 4))
    judgement = after(10, grex_alert(ra_deg=ra_deg, dec_deg=dec_deg, error_deg=0.5, **MAGNETAR))
    assert gate(judgement, "X4").says == "DM of no watched magnetar"
    assert gate(judgement, "B1").value == "notice"
    near = after(10, grex_alert(ra_deg=SGR.ra_deg + 0.3, dec_deg=SGR.dec_deg, error_deg=0.5, **MAGNETAR))
    assert gate(near, "B1").value == "magnetar SGR 1935+2154"


# ── time ──


@pytest.mark.parametrize(("ahead_s", "named"), [(5.1, True), (37.0, True), (37.1, False)])
def test_a_tai_time_is_refused_and_the_37_s_are_named(ahead_s, named):
    judgement = after(-ahead_s, grex_alert())
    assert outcome(judgement) == ("message", "normal", [])
    assert ("a TAI time taken for UTC (37 s)?" in judgement.summary) is named


def test_five_seconds_ahead_is_believed():
    assert after(-5.0, grex_alert()).answer == "command"


def test_without_a_time_nothing_is_commanded():
    alert = grex_alert(time_utc="2026-02-30T00:00:00Z")
    judgement = judged(alert, around(10, time=SEEN), scenario="grex")
    assert outcome(judgement) == ("message", "normal", [])
    assert "impossible time" in judgement.summary


def test_what_comes_too_late_for_a_dump_and_a_beam_is_told():
    judgement = after(900, grex_alert())
    assert outcome(judgement) == ("message", "normal", [])
    assert gate(judgement, "X5").failed
    assert outcome(after(1500, grex_alert(**MAGNETAR))) == ("message", "loud", [])


def test_a_dump_longer_than_the_longest_is_refused_and_said():
    judgement = after(10, grex_alert(dm=15000.0), Limits.model_validate({"lwa": {"tb_until_offload": 10000}}))
    assert judgement.answer == "message"
    assert "the longest" in judgement.summary


# ── roles, switches, budgets ──


def test_a_test_that_would_have_passed_makes_one_drill():
    judgement = after(10, grex_alert(role="test"))
    assert outcome(judgement) == ("command", "quiet", ["test"])
    drill = commanded(judgement.commands[0], SEEN + seconds(10))
    assert after(20, grex_alert(role="test", snr=9), commands=(drill,)).answer == "nothing"
    assert after(10, grex_alert(role="test", stations=["OVRO"], snr=9)).answer == "nothing"
    assert after(10, grex_alert(role="test"), last_drills={"grex": SEEN - seconds(60)}).answer == "nothing"


@pytest.mark.parametrize(("name", "state", "answer"), [("grex", "message-only", "message"), ("grex", "off", "nothing")])
def test_a_scenario_that_is_held_back_commands_nothing(name, state, answer):
    assert after(10, grex_alert(**MAGNETAR), switches=switch(name, state)).answer == answer


def test_a_dump_that_waits_for_a_person_is_in_nobodys_way():
    (draft,) = after(10, grex_alert(stations=["OVRO"])).commands
    for state, result in (("proposed", "pass"), ("pending", "fail")):
        other = commanded(draft, SEEN + seconds(10), state=state).model_copy(update={"event": "grex:other"})
        assert gate(after(10, grex_alert(), running=(other,)), "L13").result == result


def test_an_array_that_is_not_there_gets_no_command():
    known = around(10, time=SGR_UP)
    judgement = after(10, grex_alert(**MAGNETAR), statuses={"lwa": lwa(known, state="unavailable")})
    assert outcome(judgement) == ("message", "loud", [])


def test_what_turns_out_to_be_the_crab_is_taken_back():
    up = culmination(CRAB.ra_deg, CRAB.dec_deg)
    first, second = grex_alert(dm=60.0, time_utc=up), grex_alert(dm=56.9, time_utc=up)
    command = commanded(after(10, first).commands[0], up + seconds(10))
    judgement = after(20, second, earlier=(kept(first),), commands=(command,), told={"grex": "loud"})
    assert outcome(judgement) == ("message", "normal", [])
    assert [one.command for one in judgement.withdrawals] == [command.id]
    assert judgement.subject == "update"


def test_every_gate_has_its_answer_also_after_the_first_that_failed():
    judgement = after(10, grex_alert(stations=["OVRO"], snr=5))
    ids = [one.gate.split()[0] for one in judgement.gates]
    assert ids == ["not_retracted", "X1", "X1", "X2", "X3", "X4", "once", "X5", "L13", "once", "X6"] + [
        f"B{number}" for number in range(1, 9)
    ]
    assert judgement.summary == gate(judgement, "X2").says
