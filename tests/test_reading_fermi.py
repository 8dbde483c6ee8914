"""Fermi's notices: what each says of a burst, and the traps in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ovro_alert.alerts import Alert
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import Ignored
from ovro_alert.reading import read
from tests.gcn_notices import fermi_voevent, gbm_json
from tests.notices import raw

NOW = datetime(2026, 12, 1, 5, 18, 14, 500000, tzinfo=UTC)


def fermi(packet: str = "FLT_POS", **changes) -> Alert:
    return read(raw(fermi_voevent(packet, **{"time": NOW} | changes), "gcn"))


def gbm(**changes) -> Alert:
    return read(raw(gbm_json(**{"time": NOW} | changes), "gcn"))


def test_a_flight_position_says_how_short_how_sure_and_where():
    alert = fermi(timescale=0.064, index=4, prob=75, error=5.0)
    assert (alert.stream, alert.event, alert.kind, alert.role) == ("fermi", "fermi:711347407", "update", "real")
    assert (alert.time, alert.time_ref_mhz, alert.issued) == (NOW, None, NOW + timedelta(seconds=20))
    assert (alert.ra_deg, alert.dec_deg) == (330.0, 45.0)
    assert alert.r95_deg == pytest.approx(8.08, abs=0.01)
    burst = alert.gamma_rays
    assert (burst.instrument, burst.notice_type, burst.timescale_s) == ("Fermi GBM", "FLT_POS", 0.064)
    assert (burst.likely, burst.likely_probability) == ("GRB", 0.75)
    assert (burst.not_a_grb, burst.catalogued, burst.length) == (False, False, None)
    assert alert.snr == 27.7
    assert alert.remarks is None


def test_the_first_alert_has_a_time_and_no_position():
    """It writes zeros for RA, Dec and error, always."""
    alert = fermi("ALERT", timescale=0.016)
    assert (alert.kind, alert.time, alert.gamma_rays.timescale_s) == ("detection", NOW, 0.016)
    assert (alert.ra_deg, alert.dec_deg, alert.r95_deg) == (None, None, None)
    assert "exactly 0" in alert.position_note


@pytest.mark.parametrize(("written", "length"), [("Short", "short"), ("Long", "long"), ("unknown", None)])
def test_the_final_position_says_whether_it_was_short(written, length):
    alert = fermi("FIN_POS", length=written, timescale="0.000")
    assert alert.gamma_rays.length == length
    assert alert.gamma_rays.timescale_s is None, "0.000 is written where there is none"


@pytest.mark.parametrize(
    ("index", "likely"),
    [(1, "unreliable location"), (3, "below horizon"), (8, "solar flare"), (19, "TGF"), (77, "class 77")],
)
def test_what_it_takes_the_trigger_for_is_a_word(index, likely):
    assert fermi(index=index).gamma_rays.likely == likely


def test_successive_positions_are_successive_statements():
    first, second = fermi(serial=57), fermi(serial=58)
    assert first.event == second.event
    assert first.statement != second.statement
    assert fermi(serial=57, made=NOW + timedelta(hours=1)).statement == first.statement


def test_the_same_notice_by_another_path_is_the_same_alert():
    body = fermi_voevent(time=NOW)
    assert read(raw(body, "gcn", "comet")) == read(raw(body, "gcn", "kafka"))


def test_the_first_alert_is_one_statement_in_both_forms():
    assert gbm(subtype="INITIAL_ALERT").statement == fermi("ALERT").statement == "fermi:711347407/detection/ALERT"


def test_the_energy_in_the_wrong_unit_and_the_transmission_flag_are_not_read():
    assert fermi("GND_POS", Lo_Energy="infinity", Delayed_Transmission="true").remarks is None


@pytest.mark.parametrize(
    "written", ["2016-01--3T03:05:12.46", "2022-01--4918T11:09:20.47", "2017-00-00T17:33:00.08", "2022-01-00T00:00:00"]
)
def test_an_impossible_date_leaves_the_rest(written):
    alert = fermi(time=written)
    assert alert.time is None
    assert written in alert.time_note
    assert (alert.event, alert.ra_deg, alert.gamma_rays.timescale_s) == ("fermi:711347407", 330.0, 0.064)


@pytest.mark.parametrize(
    "changes",
    [{"role": "test"}, {"Test_Submission": "true"}, {"packet": "TEST_POS"}],
)
def test_a_test_is_a_test_however_it_says_so(changes):
    assert fermi(**changes).role == "test"


@pytest.mark.parametrize("role", ["observation", "observe", None])
def test_an_observation_is_real_in_all_its_spellings(role):
    assert fermi(role=role).role == "real"


@pytest.mark.parametrize("role", ["prediction", "utility"])
def test_what_is_no_observation_is_ignored(role):
    assert role in fermi(role=role).why


def test_an_unheard_of_role_is_not_taken_for_real():
    with pytest.raises(UnreadableNoticeError, match="neither an observation nor a test"):
        fermi(role="rumour")


@pytest.mark.parametrize("packet", ["LAT_POS_INI", "LAT_POS_UPD", "LAT_POS_DIAG", "LAT_OFFLINE"])
def test_the_large_area_telescope_is_read(packet):
    alert = fermi(packet, error=0.5)
    assert (alert.gamma_rays.instrument, alert.gamma_rays.notice_type) == ("Fermi LAT", packet)
    assert alert.r95_deg == pytest.approx(0.808, abs=0.001)
    assert alert.gamma_rays.likely is None


@pytest.mark.parametrize("packet", [123, 125, 126, 129, 144])
def test_slews_and_known_sources_are_ignored(packet):
    assert isinstance(fermi(Packet_Type=packet), Ignored)


def test_what_was_below_threshold_has_an_event_of_its_own():
    one, other = fermi("SUBTHRESH", trigger=None), fermi("SUBTHRESH", trigger=None, serial=2)
    assert one.kind == other.kind == "detection"
    assert one.event != other.event


@pytest.mark.parametrize("number", [None, "", "0", "None", "a b"])
def test_a_notice_without_a_trigger_number_is_refused(number):
    with pytest.raises(UnreadableNoticeError, match="TrigID"):
        fermi(TrigID=number)


@pytest.mark.parametrize("written", [None, "", "-1", "1e2", "٣", "9" * 400])
def test_a_notice_that_does_not_say_what_kind_it_is_is_refused(written):
    with pytest.raises(UnreadableNoticeError, match="Packet_Type"):
        fermi(Packet_Type=written)


def test_a_flag_is_raised_if_any_group_raises_it():
    body = fermi_voevent(time=NOW).replace(
        b"</What>", b'<Group name="Later"><Param name="Def_NOT_a_GRB" value="true"/></Group></What>'
    )
    assert read(raw(body, "gcn")).gamma_rays.not_a_grb is True


def test_flags_that_are_not_given_are_not_known():
    burst = fermi(Def_NOT_a_GRB=None, Target_in_Blk_Catalog="maybe").gamma_rays
    assert (burst.not_a_grb, burst.catalogued) == (None, None)


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"error": -1}, "negative"),
        ({"dec": 91}, "outside -90 to 90"),
        ({"ra": "nan"}, "no finite number"),
    ],
)
def test_a_position_that_cannot_be_is_none_and_said(changes, note):
    alert = fermi(**changes)
    assert (alert.ra_deg, alert.dec_deg, alert.r95_deg) == (None, None, None)
    assert note in alert.position_note


@pytest.mark.parametrize("error", [0, 150, "wide"])
def test_an_error_that_cannot_be_leaves_a_position_without_one(error):
    """A radius of 0 would pass every limit."""
    alert = fermi(error=error)
    assert (alert.ra_deg, alert.r95_deg) == (330.0, None)
    assert "no angle" in alert.position_note


def test_a_probability_over_a_hundred_is_none_and_said():
    alert = fermi(prob=101)
    assert alert.gamma_rays.likely_probability is None
    assert alert.remarks.startswith("Most_Likely_Prob")


# ── JSON ──


def test_the_json_form_says_the_same():
    alert, other = gbm(), fermi()
    assert (alert.event, alert.kind, alert.time, alert.issued) == (other.event, other.kind, other.time, other.issued)
    assert alert.r95_deg == pytest.approx(other.r95_deg, rel=0.005)
    same = {"timescale_s", "likely", "likely_probability", "notice_type", "instrument"}
    assert alert.gamma_rays.model_dump(include=same) == other.gamma_rays.model_dump(include=same)
    assert alert.snr == other.snr


@pytest.mark.parametrize(("given", "length"), [("SHORT", "short"), ("LONG", "long"), (None, None), ("ODD", None)])
def test_the_duration_class_is_its_length(given, length):
    assert gbm(subtype="FINAL_POSITION", duration_class=given).gamma_rays.length == length


def test_an_error_of_gbm_holds_68_percent_unless_said():
    assert gbm(containment_probability=None).r95_deg == pytest.approx(8.08, abs=0.01)
    assert gbm(containment_probability=0.9).r95_deg == pytest.approx(5.703, abs=0.001)


def test_the_likeliest_class_is_taken_and_nonsense_is_not():
    burst = gbm(classification={"TGF": 0.3, "UNRELIABLE_LOCATION": 0.6, "GRB": 7, "x": "much"}).gamma_rays
    assert (burst.likely, burst.likely_probability) == ("unreliable location", 0.6)


@pytest.mark.parametrize("tense", ["test", "injection"])
def test_a_tense_makes_a_test(tense):
    assert gbm(alert_tense=tense).role == "test"


@pytest.mark.parametrize(
    "given", [["711347407", "bn230718188"], ["bn230718188", "711347407"], "711347407", [711347407]]
)
def test_the_number_of_the_trigger_names_the_event_wherever_it_stands(given):
    assert gbm(id=given).event == "fermi:711347407"


def test_a_retraction_in_json_is_one():
    assert gbm(alert_type="retraction").statement == "fermi:711347407/retraction"


def test_without_a_subtype_it_was_below_threshold():
    assert gbm(subtype=None).gamma_rays.notice_type == "SUBTHRESH"
