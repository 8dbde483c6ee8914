"""Real notices of GCN: every one is read, or ignored for a stated reason; and what a judge would need of them."""

from __future__ import annotations

from collections import Counter

import pytest

from ovro_alert.alerts import Alert
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import Ignored
from ovro_alert.reading import read
from tests.notices import raw
from tests.samples import SAMPLES, need_samples, sample
from tests.test_reading_hostile import check_sane

pytestmark = need_samples

FAMILIES = {
    "gcn/captured_2026/fermi/*/*.xml": {"fermi real": 33},
    "gcn/captured_2026/swift/*/*.xml": {"swift test": 6},
    "gcn/captured_2026/svom/*/*.xml": {"svom real": 18},
    "gcn/captured_2026/ep/*/*.json": {"ep real": 6},
    "gcn/voevent/fermi*/*/*.xml": {"fermi real": 35},
    "gcn/voevent/swift*/*.xml": {"swift real": 15},
    "gcn/voevent/gecam*/*.xml": {"gecam test": 3},
    "gcn/voevent/bad_isotime/*.xml": {"fermi real": 4},
    "gcn/svom/*.xml": {"svom real": 3},
    "outside/svom/*.xml": {"svom real": 11},
    "outside/voevent/*.xml": {"dsa real": 1, "dsa test": 1, "parkes real": 1, "realfast test": 1, "unreadable": 2},
}
IGNORED = {
    "boom/alert": "optical candidates",
    "core/Localization": "no reader yet",
    "core/Pointing": "no reader yet",
    "core/Reporter": "no reader yet",
    "core/Spectral": "no reader yet",
    "core/Statistics": "no reader yet",
    "fermi/lat/flare": "a known source",
    "heasarc/archive_alert": "an archive",
    "icecube/lvk_nu_track_search": "no event of its own",
}
EXAMPLES = "gcn/schema_examples/**/*.example.json"


def found(path: str) -> Alert | Ignored | UnreadableNoticeError:
    try:
        return read(raw(sample(path), "gcn"))
    except UnreadableNoticeError as refusal:
        return refusal


def paths(pattern: str) -> list[str]:
    return sorted(str(path.relative_to(SAMPLES)) for path in SAMPLES.glob(pattern))


def outcome(path: str) -> str:
    one = found(path)
    if isinstance(one, Alert):
        check_sane(one)
        return f"{one.stream} {one.role}"
    return "ignored" if isinstance(one, Ignored) else "unreadable"


@pytest.mark.parametrize("family", FAMILIES)
def test_every_notice_of_a_family_is_read(family):
    assert Counter(outcome(path) for path in paths(family)) == FAMILIES[family]


def test_every_example_of_the_schemas_is_read_or_ignored_for_its_reason():
    for path in paths(EXAMPLES):
        schema = path.removeprefix("gcn/schema_examples/").removesuffix(".example.json")
        one = found(path)
        if schema in IGNORED:
            assert isinstance(one, Ignored), path
            assert IGNORED[schema] in one.why
        else:
            assert isinstance(one, Alert), path
            check_sane(one)


def burst(path: str):
    one = found(path)
    assert isinstance(one, Alert)
    return one.gamma_rays


GBM = "gcn/voevent/fermi_{}/{}/*{}*.xml"
"""Case, trigger, type."""


@pytest.mark.parametrize(
    ("trigger", "timescale_s"), [(549671470, 0.016), (580437952, 0.256), (603790614, 0.256), (560843764, 1.024)]
)
def test_short_bursts_of_gbm_are_short_at_the_end_and_likely_bursts_at_first(trigger, timescale_s):
    (first,), (final,) = (paths(GBM.format("short_grb", trigger, kind)) for kind in ("Flt_Pos", "Fin_Pos"))
    assert (burst(first).timescale_s, burst(first).likely) == (timescale_s, "GRB")
    assert burst(final).length == "short"


@pytest.mark.parametrize(
    ("case", "likely"),
    [("not_grb_tgf", "TGF"), ("not_grb_solar_flare", "solar flare"), ("not_grb_unreliable", "unreliable location")],
)
def test_what_is_no_burst_says_so(case, likely):
    for path in paths(GBM.format(case, "*", "Flt_Pos")):
        assert burst(path).likely == likely


def test_all_notices_of_a_trigger_are_one_event_and_as_many_statements():
    alerts = [found(path) for path in paths("gcn/voevent/fermi_*/*/*.xml")]
    assert len({alert.event for alert in alerts}) == 11
    assert len({alert.statement for alert in alerts}) == len(alerts)


def test_first_alerts_have_no_position_and_impossible_times_are_none():
    for path in paths("gcn/captured_2026/fermi/fermi_gbm_alert/*"):
        assert found(path).ra_deg is None
    for path in paths("gcn/voevent/bad_isotime/*"):
        assert found(path).time is None
        assert "2016-01--" in found(path).time_note
        assert found(path).issued is not None


def test_a_bright_short_burst_of_2026():
    alert = found("gcn/captured_2026/fermi/fermi_gbm_flt_pos/fermi_gbm_flt_pos_8128.xml")
    assert (alert.gamma_rays.timescale_s, alert.gamma_rays.likely_probability) == (0.064, 0.75)
    assert alert.r95_deg == pytest.approx(3.4 * 1.616, abs=0.01)


WELL = {"identified": True, "catalogued": False, "star_tracker_lost": False, "not_a_grb": False}


@pytest.mark.parametrize(
    ("case", "flags"),
    [
        ("swift_short", WELL | {"trigger": "rate"}),
        ("swift_long", WELL | {"trigger": "rate"}),
        ("swift_image_trigger", WELL | {"trigger": "image"}),
        ("swift_catalog_source", {"identified": False, "catalogued": True}),
        ("swift_star_tracker_lost", {"star_tracker_lost": True}),
    ],
)
def test_flags_of_swift_are_as_its_case(case, flags):
    for path in paths(f"gcn/voevent/{case}/*.xml"):
        assert burst(path).model_dump(include=set(flags)) == flags


@pytest.mark.parametrize(
    ("path", "event"),
    [
        ("gcn/captured_2026/svom/grm/grm_286.xml", "svom:sb26020402"),
        ("gcn/captured_2026/svom/grm/grm_287.xml", "svom:sb26020303"),
        ("outside/svom/eclairs_304.xml", "svom:sb26030408"),
    ],
)
def test_svom_retracts_in_the_role_of_an_observation(path, event):
    alert = found(path)
    assert (alert.kind, alert.role, alert.event) == ("retraction", "real", event)
    assert alert.cites.startswith(f"ivo://org.svom/fsc#{event.partition(':')[2]}_")


@pytest.mark.parametrize("number", [284, 285, 288, 289])
def test_grm_without_a_position(number):
    alert = found(f"gcn/captured_2026/svom/grm/grm_{number}.xml")
    assert (alert.ra_deg, alert.gamma_rays.timescale_s in (1.0, 4.0)) == (None, True)


def test_grm_with_a_negative_error_has_no_position():
    assert "negative" in found("outside/svom/grm_330.xml").position_note
