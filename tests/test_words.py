"""What people read: pure words, no markup, every number with its unit."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ovro_alert.messages import Subject
from ovro_alert.statuses import Moves
from ovro_alert.telling.markup import escaped
from ovro_alert.telling.words import TEXT_LIMIT, collected, words
from ovro_alert.telling.words.figures import clock, date, fraction, length
from ovro_alert.telling.words.heading import first_word
from ovro_alert.telling.words.plain import plain
from tests.tolds import BURST, DECIDED, alert, command, ended, gate, message, notice, told, verdict

REFUSED = {
    "answer": "message",
    "summary": "reaches 53 MHz before the beam is on (DM 18.2, 4.6 s too late)",
    "commands": (),
}


def lines(one):
    return words(one).split("\n")


# ── the first word ──


@pytest.mark.parametrize(
    ("role", "moves", "word"),
    [
        ("real", "telescope", "REAL"),
        ("real", "simulator", "SIMULATED"),
        ("real", "nothing", "DRY RUN"),
        ("test", "telescope", "TEST"),
        ("injection", "telescope", "TEST"),
        ("drill", "telescope", "DRILL"),
        ("test", "simulator", "SIMULATED"),
    ],
)
def test_the_first_word_says_what_moved_before_what_was_meant(role, moves: Moves, word):
    one = told(alert=alert(role=role), moves={"lwa": moves})
    assert words(one).startswith(f"{word}  CHIME ")


def test_what_the_client_said_when_it_claimed_outweighs_the_status():
    assert first_word(told(commands=(command(moves="simulator"),))) == "SIMULATED"
    assert first_word(told(commands=(command(moves="telescope"),), moves={"lwa": "simulator"})) == "REAL"


def test_in_rehearsal_nothing_is_called_real_before_a_client_has_spoken():
    assert first_word(told(commands=(command(role="test"),), moves={})) == "DRY RUN"
    assert first_word(told(commands=(command(role="test"),))) == "TEST"


def test_a_drill_is_called_a_drill():
    drill = command(action="test", args={})
    assert first_word(told(alert=None, command=drill, message=message(subject="command", event=None))) == "DRILL"


def test_a_real_burst_without_a_command_is_real_whatever_the_clients_move():
    assert first_word(told(verdict=verdict(**REFUSED), commands=(), moves={"lwa": "simulator"})) == "REAL"


def test_commands_of_an_earlier_verdict_do_not_colour_this_one():
    one = told(verdict=verdict(**REFUSED), commands=(command(moves="simulator"),))
    assert first_word(one) == "REAL"


# ── a verdict ──


def test_a_commanded_beam_is_told_in_full():
    first, second, *_ = lines(told())
    assert first == "REAL  CHIME repeater FRB 20180916B: OVRO-LWA beam commanded"
    assert second == (
        "DM 348.8 ± 0.8, S/N 21.4, importance 0.998, 2026-12-01 05:18:14.5 UTC (400 MHz), here after 13.2 s by comet"
    )


FIGURES = {
    "associated_by": "CHIME",
    "position_from": "the table",
    "r95_deg": 0.001,
    "offset_deg": 0.12,
    "notice_r95_deg": 0.5,
    "top_in_s": 188.9,
    "bottom_in_s": 753.3,
    "top_at": "2026-12-01T05:21:36.400Z",
    "bottom_at": "2026-12-01T05:31:01.000Z",
    "on_in_s": 18.0,
    "caught": 1.0,
    "elevation_on_deg": 61.4,
    "elevation_off_deg": 61.3,
    "beam_s": 750.6,
    "beam_gb": 59.3,
    "sun_deg": 130.2,
    "half_power_53": 1.0,
    "half_power_82_8": 1.0,
    "last_bursts": "2026-11-29 05:24 (beam done), 2026-11-13 06:30 (no command)",
    "bursts": 7,
    "beams": 5,
}


def test_a_beam_is_told_with_all_its_figures():
    assert lines(told(verdict=verdict(figures=FIGURES)))[2:] == [
        "Association by CHIME, p = 0.9999. Position from the table (r95 0.001°), 0.12° from the notice (r95 0.50°)",
        "Reaches 82.8 MHz in 189 s (05:21:36), 43.2 MHz in 753 s (05:31:01); on in 18 s; "
        "catches 100 % of 43.2–82.8 MHz; elevation 61.4°→61.3°",
        "Beam 751 s, 59 GB, latest start 05:26:22. Sun 130° away. In half power: 100 % at 53 MHz, 100 % at 82.8 MHz",
        "Last bursts of this source here: 2026-11-29 05:24 (beam done), 2026-11-13 06:30 (no command). "
        "In all 7, beams 5",
        "chime:217097677 · alert 12 · message 5",
    ]


def test_a_beam_that_was_not_commanded_is_not_told_as_if_it_were():
    text = words(told(verdict=verdict(**REFUSED, figures=FIGURES), commands=()))
    assert "could be on in 18 s; would catch 100 % of 43.2–82.8 MHz" in text
    assert "A beam would take 751 s, 59 GB" in text
    assert "latest start" not in text


def test_a_source_that_we_found_ourselves_is_named():
    matched = verdict(figures={"source": "FRB 20190110C"})
    assert words(told(alert=alert(source=None), verdict=matched)).startswith("REAL  CHIME repeater FRB 20190110C: ")


def test_what_changes_nothing_any_more_is_told_with_the_commands_first_word():
    better = verdict(answer="message", summary="beam 17 runs and is not moved: better position, 0.3° away", commands=())
    one = told(message=message(subject="update"), verdict=better, moves={"lwa": "simulator"})
    assert words(one).startswith("SIMULATED  CHIME repeater FRB 20180916B: beam 17 runs and is not moved")


def test_a_dump_says_how_many_files_and_terabytes():
    detail = {"says": "SIMULATED: 21 of 21 files written", "files": 21, "file": "/data0: lwa-dump.tbf.0", "gb": 22714.0}
    text = words(ended("done", action="dump", args={}, moves="simulator", detail=detail))
    assert text.startswith("SIMULATED  CHIME repeater FRB 20180916B: OVRO-LWA buffer dump done")
    assert "\n21 files: /data0: lwa-dump.tbf.0; 22.7 TB\n21 of 21 files written\n" in text


def test_no_beam_says_on_the_first_line_what_failed_with_its_number():
    first = lines(told(verdict=verdict(**REFUSED), commands=()))[0]
    assert first == (
        "REAL  CHIME repeater FRB 20180916B: no beam: reaches 53 MHz before the beam is on (DM 18.2, 4.6 s too late)"
    )


def test_what_else_failed_is_said_too():
    gates = (gate("B3", "fail", "12.0° < 20°"), gate("B2", "pass", "0.5°"), gate("B4", "fail", "caught 20 % < 25 %"))
    text = words(told(verdict=verdict(**REFUSED, gates=gates), commands=()))
    assert "Also: caught 20 % &lt; 25 %" in escaped(text)


def test_what_is_not_known_counts_among_what_stood_against_it():
    """The first line says the first of all reasons, known or not: none after it is left out, none is said twice."""
    gates = (
        gate("B2 position_error", "unknown", "position error (r95) not given"),
        gate("B4 caught", "fail", "caught 20 % < 25 %"),
        gate("B6 covered", "unknown", "no position"),
        gate("B7 free", "unknown", "no position"),
        gate("B8 budget", "unknown", "position error (r95)"),
    )
    refused = verdict(answer="message", commands=(), gates=gates, summary="position error (r95) not given")
    text = words(told(verdict=refused, commands=()))
    assert "Also: caught 20 % < 25 %; no position\n" in f"{text}\n"


@pytest.mark.parametrize(
    ("top_in_s", "bottom_in_s", "said"),
    [
        (10.0, 574.0, "Reaches 82.8 MHz in 10 s (05:18:38), 43.2 MHz in 574 s (05:28:02)"),
        (-15.0, 549.0, "Reached 82.8 MHz 15 s ago (05:18:13), reaches 43.2 MHz in 549 s (05:27:37)"),
        (-600.0, -36.0, "Reached 82.8 MHz 600 s ago (05:08:28), 43.2 MHz 36 s ago (05:17:52)"),
    ],
)
def test_a_frequency_that_the_burst_has_passed_is_not_told_as_if_it_came(top_in_s, bottom_in_s, said):
    figures = {"top_in_s": top_in_s, "bottom_in_s": bottom_in_s}
    assert said in lines(told(verdict=verdict(**REFUSED | {"figures": figures}), commands=()))


def test_a_source_that_is_no_repeater_is_not_called_one():
    pulsar = verdict(**REFUSED, gates=(gate("C6", "fail", "B0329+54 is a pulsar"),))
    assert lines(told(verdict=pulsar, commands=(), alert=alert(source="B0329+54")))[0].startswith(
        "REAL  CHIME source B0329+54: no beam"
    )


def test_a_burst_without_a_source_is_named_by_its_event():
    assert "CHIME burst 217097677: " in lines(told(alert=alert(source=None)))[0]


def test_a_broken_scenario_is_told():
    broken = verdict(answer="failed", summary="scenario broke: KeyError: 'dm'", commands=())
    assert "the scenario chime_repeater broke: scenario broke: KeyError" in words(told(verdict=broken, commands=()))


def test_a_proposal_says_until_when_and_how_to_decide():
    proposed = command(state="proposed", telescope="dsa", action="repoint", args={"dec_deg": 12.6})
    said = lines(told(commands=(proposed,), moves={"dsa": "telescope"}))
    asks = "repoint DSA-110? (proposal 17, runs out 2026-12-01 05:26 UTC, in 475 s)"
    assert said[0] == f"REAL  CHIME repeater FRB 20180916B: {asks}"
    assert any("ovro-alert approve 17 --note …, or ovro-alert decline 17 --note …" in line for line in said)


def test_a_proposal_of_another_action_says_what_it_is():
    proposed = command(state="proposed", telescope="sprite", action="observe")
    assert "SPRITE observation proposed (proposal 17, runs out 2026-12-01 05:26 UTC" in words(
        told(commands=(proposed,))
    )


def test_a_proposal_on_which_somebody_decided_before_it_was_told_says_so():
    decided = told(commands=(command(state="pending", action="repoint"),), verdict=verdict(answer="proposal"))
    assert "proposed (proposal 17, now approved)" in lines(decided)[0]
    assert "ovro-alert approve" not in words(decided)


def test_words_are_made_from_what_is_known_when_they_are_sent():
    late = told(commands=(command(state="done"),), now=DECIDED + timedelta(hours=3))
    assert "beam commanded (now done)" in words(late)
    assert "Told 3.0 h after it was decided" in words(late)


def test_a_missing_time_is_said():
    assert "time unknown (37 s ahead" in words(told(alert=alert(time=None, time_note="37 s ahead: TAI?")))


def test_missing_figures_leave_no_holes():
    bare = alert(dm_pc_cm3=None, dm_error_pc_cm3=None, snr=None, importance=None, time_ref_mhz=None)
    text = words(told(alert=bare, notice=None))
    assert "2026-12-01 05:18:14.5 UTC\n" in text
    assert "None" not in text
    assert ", ," not in text
    assert not re.search(r"\n\s*\n", text)


def test_everything_missing_is_still_a_message():
    for subject in get_args(Subject):
        bare = told(message=message(subject=subject), alert=None, notice=None, verdict=None, commands=(), moves={})
        assert words(bare).startswith("REAL  ")


# ── what came of a command ──


def test_a_beam_that_is_over_says_when_it_was_on_and_what_it_truly_caught():
    detail = {
        "on_at": "2026-12-01T05:18:45.700Z",
        "off_at": "2026-12-01T05:31:16.300Z",
        "files": ["061375_051845700000abc1234"],
        "gb": 59.27,
        "caught": 0.978,
        "search_job": False,
    }
    one = ended("done", detail=detail)._replace(now=datetime(2026, 12, 1, 5, 31, 20, 300_000, tzinfo=UTC))
    assert lines(one)[:4] == [
        "REAL  CHIME repeater FRB 20180916B: OVRO-LWA beam done: caught 98 % of 43.2–82.8 MHz",
        "On 2026-12-01 05:18:45.7 UTC (31.2 s after the event), off 2026-12-01 05:31:16.3 UTC (4 s ago), 751 s",
        "Files: 061375_051845700000abc1234; 59.3 GB",
        "Search job not queued",
    ]


def test_a_beam_whose_client_says_little_still_says_that_nobody_searches_it():
    assert "Search job not queued" in words(ended("done"))


def test_what_a_client_reports_under_other_names_is_shown_as_it_came():
    assert "pipelines_dead 3" in words(ended("done", detail={"pipelines_dead": 3}))


def test_an_unknown_outcome_is_told_as_one():
    text = words(ended("failed", detail={"outcome": "unknown", "why": "client died while acting"}))
    assert "FAILED (outcome unknown: it may have run; look before asking again): client died while acting" in text


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (("pending",), "no client took it; its deadline was 2026-12-01 05:26:22.7 UTC. A client of the old kind"),
        (("proposed",), "nobody decided; its deadline was"),
        (("pending", "claimed", "pending"), "lwa@host took it and did not begin"),
    ],
)
def test_an_expired_command_says_where_it_stood(before, said):
    assert said in lines(ended("expired", *before))[0]


def test_a_person_who_decided_is_named():
    assert "declined by ann: wind" in words(ended("declined", "proposed", by="ann", why="wind"))
    assert "cancelled by ann" in words(ended("cancelled", by="ann"))


def test_a_decision_says_who_made_it_and_when():
    agreed = words(ended("pending", "proposed", by="ann", why="clear sky"))
    assert "OVRO-LWA beam approved by ann: clear sky" in agreed
    assert "Approved by ann 2026-12-01 05:18:27.7 UTC, 0 s after it was proposed" in agreed
    assert "Declined by ann 2026-12-01 05:18:27.7 UTC" in words(ended("declined", "proposed", by="ann"))


@pytest.mark.parametrize("state", ["acting", "done", "failed"])
def test_what_a_person_wrote_when_agreeing_stays_with_the_command(state):
    one = ended(state, "proposed", "pending", "claimed")
    history = tuple(
        change.model_copy(update={"by": "ann", "why": "clear sky"}) if change.state == "pending" else change
        for change in one.history
    )
    assert "Approved by ann 2026-12-01 05:18:27.7 UTC, 0 s after it was proposed: clear sky" in lines(
        one._replace(history=history)
    )


def test_a_decision_without_a_word_of_its_own_is_not_said_twice():
    assert lines(ended("declined", "proposed", by="ann", why="declined"))[0].endswith("beam declined by ann")
    assert lines(ended("pending", "proposed", by="ann", why="approved"))[0].endswith("beam approved by ann")


def test_what_the_client_says_when_it_begins_is_said_once():
    assert words(ended("acting", detail={"says": "the dishes drive"})).count("the dishes drive") == 1


def test_what_a_person_proposes_is_asked_with_its_numbers_and_how_to_answer():
    args = {"dec_deg": 55.4, "target": "<@channel> *home*"}
    asked_for = {"telescope": "dsa", "action": "repoint", "args": args, "reason": "back to the search"}
    said = lines(ended("proposed", "proposed", event=None, alert=None, scenario=None, client=None, **asked_for))
    assert "repoint DSA-110? (proposal 17, runs out 2026-12-01 05:26 UTC" in said[0]
    assert said[1] == "Asked for by relay: back to the search"
    assert "dec_deg 55.4" in said[2]
    assert "ovro-alert approve 17 --note" in said[3]


def test_what_was_never_proposed_was_decided_by_nobody():
    for state in ("done", "expired", "cancelled"):
        assert "Approved" not in words(ended(state))


def test_a_refusal_carries_the_telescopes_reason():
    text = words(ended("refused", "pending", "claimed", detail={"why": "beam 1 is busy until 06:00"}))
    assert "OVRO-LWA beam refused by the telescope: beam 1 is busy until 06:00" in text


def test_an_overdue_command_asks_for_a_person():
    late = ended("acting", "pending", "claimed", overdue=True, until=DECIDED)._replace(
        now=DECIDED + timedelta(seconds=70)
    )
    assert "is overdue: no word from lwa@host; it should have been over 2026-12-01 05:18:27.7 UTC (70 s ago)" in words(
        late
    )


# ── later words, notices, troubles ──


def test_a_retraction_says_what_becomes_of_each_command():
    fates = (command(id=1, state="done"), command(id=2, state="acting"), command(id=3, state="cancelled"))
    text = words(told(message=message(subject="retraction"), commands=fates))
    assert "FRB 20180916B: burst 217097677 retracted by its discoverer" in text
    assert "beam 1 is done: what it recorded is marked retracted and kept" in text
    assert "beam 2 runs on" in text
    assert "beam 3: cancelled" in text


def test_an_update_brings_its_words():
    one = told(message=message(subject="update"), alert=alert(kind="update", words="DM revised\nsee GCN"), verdict=None)
    assert "They say: DM revised see GCN" in words(one)


def test_an_unreadable_notice_says_where_its_bytes_are():
    bad = notice(state="unreadable", why="not XML: line 3")
    text = words(told(message=message(subject="notice", event=None, notice=9), notice=bad, alert=None))
    assert text.startswith("REAL  notice 9 on stream chime cannot be read: not XML: line 3")
    assert "GET /notices/9/raw" in text


def test_a_trouble_says_what_is_not_well():
    facts = {"about": "stream chime", "says": "silent for 900 s", "last": "2026-12-01"}
    text = words(told(message=message(subject="trouble", event=None, facts=facts), alert=None))
    assert text.startswith("REAL  stream chime: silent for 900 s\nlast 2026-12-01")


def test_a_collection_shows_each_first_line():
    many = [told(message=message(id=n)) for n in range(30)]
    text = collected(many)
    assert text.startswith("REAL  CHIME: 30 more in the last hour\nREAL  CHIME repeater")
    assert text.endswith("the rest is on the page")


# ── numbers ──


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(13.2, "13.2 s"), (18.0, "18 s"), (188.9, "189 s"), (2566, "2566 s"), (82_080, "22.8 h"), (1e6, "11.6 d")],
)
def test_lengths_of_time(seconds, said):
    assert length(seconds) == said


@pytest.mark.parametrize(
    ("value", "said"), [(1.0, "100 %"), (0.99999, "100 %"), (0.997, "99.7 %"), (0.25, "25 %"), (0.0, "0 %")]
)
def test_a_loss_of_a_few_per_mille_is_not_hidden(value, said):
    assert fraction(value) == said


def test_times_are_rounded_not_cut():
    assert date(BURST + timedelta(milliseconds=460)) == "2026-12-01 05:18:15.0 UTC"
    assert clock(BURST + timedelta(milliseconds=600)) == "05:18:15"


@pytest.mark.parametrize("value", [None, "7", True, float("nan"), float("inf")])
def test_what_is_no_number_is_left_out(value):
    assert length(value) is None
    assert fraction(value) is None


# ── nothing from a notice is ever markup ──

HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "<!channel>",
            "<@U012AB3CD>",
            "<http://evil.example|CHIME>",
            "&lt;!here&gt;",
            "*bold* _it_ ~no~ `code`",
            "@channel @here @everyone",
            "a\nREAL  LVK S1: dump commanded",
            "\u202eesrever\u2066",
            "\x00\x1b[31m\ud800",
            ":rotating_light:",
            "x" * 100_000,
        ]
    ),
)


@settings(deadline=None)
@given(source=HOSTILE, note=HOSTILE, event=HOSTILE, why=HOSTILE, path=HOSTILE, detail=HOSTILE)
def test_nothing_that_others_wrote_is_markup(source, note, event, why, path, detail):
    hostile = alert(source=source, time=None, time_note=note, words=why, event=f"chime:{event}")
    came = notice(state="unreadable", why=why)
    came = came.model_copy(update={"arrivals": (came.arrivals[0].model_copy(update={"path": path}),)})
    for subject in get_args(Subject):
        one = told(
            message=message(subject=subject, event=f"chime:{event}", facts={"says": why, detail: note}),
            alert=hostile,
            notice=came,
            verdict=verdict(summary=why, commands=(), answer="message", figures={"position_from": source}),
            command=command(state="failed", detail={"why": why, detail: note, "files": [path] * 9}, client=note),
        )
        text = escaped(words(one))
        assert "<" not in text
        assert ">" not in text
        assert not re.search("[*~`]", text)
        assert not re.search(r"@(channel|here|everyone)", text, re.IGNORECASE)
        assert not re.search(r":[a-z_]+:", text)
        assert all(sign.isprintable() or sign in "\n " for sign in text)
        assert text.split("  ")[0] in ("REAL", "TEST", "DRILL", "SIMULATED", "DRY RUN")
        assert not any(line.startswith("REAL ") for line in text.split("\n")[1:])
        assert len(words(one)) <= TEXT_LIMIT
        text.encode()


@settings(deadline=None)
@given(st.text(), st.integers(min_value=2, max_value=300))
def test_others_words_are_one_bounded_line(text, limit):
    line = plain(text, limit)
    assert len(line) <= limit
    assert "\n" not in line


def test_names_that_people_copy_stay_as_they_are():
    name = "ivo://ca.chimefrb/FRB-DETECTION-#2021-08-19_daa68ff4aeaf"
    assert escaped(plain(name)) == name
    assert escaped("_so_ not") == "ˍsoˍ not"
