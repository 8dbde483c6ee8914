"""A merger or a gamma-ray burst in one line: rates as people say them, and the same on the page and in the console."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from ovro_alert.console.entrance import ovro_alert
from ovro_alert.gamma_rays import GammaRays
from ovro_alert.in_short import in_short, once_per
from ovro_alert.mergers import Coincidence, MapSummary, Merger
from ovro_alert.relay.journal import alerts, verdicts
from ovro_alert.verdicts import Gate, Judgement
from tests.clocks import NOON
from tests.entries import alert, enter, written
from tests.relay import KEY

MERGER = Merger(
    alert_type="PRELIMINARY",
    far_hz=7.84e-9,
    significant=True,
    pipeline="pycbc",
    instruments=("H1", "L1"),
    classification={"BBH": 0.001, "Terrestrial": 0.07, "NSBH": 0.62, "BNS": 0.31},
    properties={"HasNS": 1.0, "HasRemnant": 0.12},
    coincidence=Coincidence(observatory="Fermi", time_difference_s=1.7),
    map=MapSummary(pixels=19200, total=1.0, area90_deg2=240.0),
)
BURST = GammaRays(
    instrument="Fermi GBM", notice_type="FLT_POS", timescale_s=0.256, likely="GRB", likely_probability=0.86
)
SAID = "NSBH 0.62, BNS 0.31, Terrestrial 0.07; HasNS 1.00; FAR 1 per 4.0 yr; pycbc, H1, L1"


@pytest.mark.parametrize(
    ("rate_hz", "said"),
    [
        (7.84e-9, "1 per 4.0 yr"),
        (1.98e-10, "1 per 160 yr"),
        (1e-15, "1 per 3.2e+07 yr"),
        (3.9e-7, "1 per 30 d"),
        (1e-5, "1 per 1.2 d"),
        (5e-5, "1 per 5.6 h"),
        (0.01, "1 per 1.7 min"),
        (2.0, "1 per 0.5 s"),
        (0.0, "never by chance"),
        (5e-324, "never by chance"),
    ],
)
def test_a_rate_is_said_as_a_time_between_two(rate_hz, said):
    assert once_per(rate_hz) == said


def test_a_merger_is_its_classes_its_rate_and_who_found_it():
    assert in_short(alert(merger=MERGER)) == SAID


def test_of_a_merger_of_which_nothing_is_known_its_kind_is_said():
    assert in_short(alert(merger=Merger(alert_type="RETRACTION"))) == "RETRACTION"
    assert in_short(alert(merger=Merger(alert_type="INITIAL", significant=False))) == "not significant"


def test_a_burst_is_its_instrument_and_timescale():
    assert in_short(alert(gamma_rays=BURST)) == "Fermi GBM FLT_POS; timescale 0.256 s; GRB 86 %"
    final = GammaRays(instrument="Fermi GBM", notice_type="FIN_POS", length="short", duration_s=0.3, not_a_grb=True)
    said = "Fermi GBM FIN_POS; duration 0.3 s; short; says itself that it is no GRB"
    assert in_short(alert(gamma_rays=final)) == said


def test_any_other_alert_has_nothing_to_be_said():
    assert in_short(alert()) is None


@pytest.fixture(scope="module")
def house(relay_of_module):
    """A merger that was retracted, with its verdict, and a gamma-ray burst."""
    relay = relay_of_module
    statement = {"stream": "lvk", "kind": "preliminary", "statement": "lvk:S261120a/preliminary/1"}
    burst = {"stream": "fermi", "statement": "fermi:711347407/detection"}
    merger, _ = enter(
        relay,
        alert("lvk:S261120a", time=NOON, merger=MERGER, **statement),
        alert("fermi:711347407", time=NOON, gamma_rays=BURST, ra_deg=10.0, dec_deg=-3.0, r95_deg=9.0, **burst),
    )
    gate = Gate(gate="L7 far", value=7.84e-9, limit=3.17e-9, unit="Hz", result="fail", says="FAR too large")
    judgement = Judgement(scenario="lvk_dump", answer="message", summary=gate.says, gates=(gate,))
    written(relay, lambda txn: alerts.retract(txn, merger.event, "real"))
    relay.push(b"<x/>")
    written(relay, lambda txn: verdicts.add(txn, judgement, merger.id, 1, ()))
    return relay


def ask(relay, *words):
    env = {"RELAY_URL": relay.url, "RELAY_KEY": KEY, "COLUMNS": "300"}
    result = CliRunner().invoke(ovro_alert, list(words), env=env)
    assert result.exit_code == 0, result.output
    return result.output


def test_the_page_has_both_and_marks_what_is_retracted(house):
    page = house.http.get("/").text
    assert "<br>".join(SAID.split("; ")) in page
    assert "Fermi GBM FLT_POS<br>timescale 0.256 s<br>GRB 86 %" in page
    assert 'lvk:S261120a<br><span class="retracted">retracted</span>' in page


def test_the_console_lists_both_and_marks_what_is_retracted(house):
    listed = ask(house, "alerts")
    assert SAID in listed
    assert "lvk:S261120a RETRACTED" in listed
    assert "Fermi GBM FLT_POS; timescale 0.256 s; GRB 86 %" in listed


def test_the_console_shows_every_figure_of_one(house):
    shown = ask(house, "alert", "1")
    for name, value in (
        ("far_hz", "7.84e-09"),
        ("far", "1 per 4.0 yr"),
        ("classification", "BBH 0.001, Terrestrial 0.07, NSBH 0.62, BNS 0.31"),
        ("instruments", "H1, L1"),
        ("coincidence", "observatory Fermi, time_difference_s 1.7"),
        ("map", "pixels 19200, total 1, area90_deg2 240"),
    ):
        assert any(line.split(maxsplit=1) == [name, value] for line in map(str.strip, shown.splitlines())), name
    assert "old, RETRACTED" in shown


def test_why_not_names_the_gate_of_a_merger(house):
    said = "lvk_dump: message: L7 far 7.84e-09 against 3.17e-09 Hz: FAR too large; retracted\n"
    assert ask(house, "whynot", "lvk:S261120a") == said


@pytest.mark.parametrize(
    ("text", "found"), [("S261120", 1), ("fermi gbm", 1), ("flt_pos", 1), ("pycbc", 1), ("BAT", 0)]
)
def test_words_are_looked_for_in_superevents_pipelines_and_instruments(house, text, found):
    assert len(house.http.get("/alerts", params={"text": text}).json()) == found
