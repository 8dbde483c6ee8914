"""What the journal finds around an alert: the other telescope's bursts of that time, and bursts that look alike."""

from __future__ import annotations

from functools import partial

import pytest

from ovro_alert.alerts import Alert
from ovro_alert.relay.journal import alerts
from ovro_alert.relay.journal.neighbours import neighbours
from ovro_alert.relay.journal.scratch import Scratch
from ovro_alert.times import seconds
from tests.clocks import NOON
from tests.notices import chime_alert


@pytest.fixture
def scratch():
    journal = Scratch()
    yield journal
    journal.close()


def keep(scratch, alert, *, retracted=False):
    return scratch.do(NOON, partial(alerts.put, alert=alert, alert_id=None, retracted=retracted))[0]


def dsa(name="261120aaaa", **changes):
    fields = {"stream": "dsa", "event": f"dsa:{name}", "kind": "detection", "role": "real", "time": NOON}
    return Alert(**{"statement": f"dsa:{name}/{changes.get('kind', 'detection')}"} | fields | changes)


def around(scratch, alert, earlier=()):
    return neighbours(scratch.connection, alert, earlier)


def events(kept):
    return sorted({one.event for one in kept})


@pytest.mark.parametrize("after_s", [0, 37, -37, 6.75, 60])
def test_the_other_telescopes_burst_is_found_though_its_clock_time_is_of_another_kind(scratch, after_s):
    keep(scratch, dsa(time=NOON + seconds(after_s)))
    assert events(around(scratch, chime_alert(time=NOON, dm_pc_cm3=280)).companions) == ["dsa:261120aaaa"]


def test_a_burst_of_another_minute_is_none(scratch):
    keep(scratch, dsa(time=NOON + seconds(600)))
    assert around(scratch, chime_alert(time=NOON, dm_pc_cm3=280)).companions == ()


def test_every_statement_of_such_an_event_comes_along_also_its_retraction(scratch):
    keep(scratch, dsa(), retracted=True)
    keep(scratch, dsa(kind="retraction", time=None), retracted=True)
    found = around(scratch, chime_alert(time=NOON)).companions
    assert [one.kind for one in found] == ["detection", "retraction"]
    assert found[0].retracted


def test_a_statement_without_a_time_is_placed_by_the_earlier_ones_of_its_event(scratch):
    """A retraction or an update has no time of its own."""
    keep(scratch, dsa())
    first = keep(scratch, chime_alert(time=NOON))
    update = chime_alert(time=None, kind="update")
    assert events(around(scratch, update, (first,)).companions) == ["dsa:261120aaaa"]
    assert around(scratch, update).companions == ()


def test_of_a_storm_of_triggers_the_nearest_in_time_are_looked_at(scratch):
    """Two dozen come in that minute; at 1530 MHz the burst itself was 7.3 s before it was at CHIME's 400 MHz."""
    for number in range(24):
        keep(scratch, dsa(f"261120st{number:02}", time=NOON + seconds(2.5 * number - 30.1)))
    keep(scratch, dsa(time=NOON - seconds(7.3)))
    for number in range(9):
        keep(scratch, dsa(f"261120te{number:02}", time=NOON - seconds(7.3), role="test"))
    chime = chime_alert(time=NOON, dm_pc_cm3=300)
    found = events(around(scratch, chime).companions)
    assert "dsa:261120aaaa" in found
    assert len(found) == 8


def test_bursts_of_one_telescope_are_no_companions_to_each_other(scratch):
    keep(scratch, dsa())
    assert around(scratch, dsa("261120bbbb")).companions == ()


def test_alike_are_real_bursts_of_chime_near_in_place_and_dm_the_newest_first(scratch):
    here = {"dec_deg": 20.0, "dm_pc_cm3": 300.0}
    for number, changes in enumerate(
        (
            {},
            {"dm_pc_cm3": 330.0},
            {"dec_deg": 24.0},
            {"dec_deg": 50.0},
            {"dm_pc_cm3": 900.0},
            {"role": "test"},
        )
    ):
        keep(scratch, chime_alert(time=NOON, event=f"chime:{number}", source=str(number), **(here | changes)))
    keep(scratch, chime_alert(time=NOON, event="chime:9", source=None, **here), retracted=True)
    found = around(scratch, chime_alert(time=NOON, event="chime:77", **here))
    assert [one.event for one in found.alike] == ["chime:2", "chime:1", "chime:0"]
    assert found.chime_bursts == 6


@pytest.mark.parametrize(
    ("here", "there", "alike"),
    [
        ((95.0, 20.0), (101.0, 20.0), True),
        ((95.0, 20.0), (103.0, 20.0), False),
        ((95.0, 20.0), (275.0, 20.0), False),
        ((1.0, 60.0), (352.0, 60.0), True),
        ((359.0, 60.0), (8.0, 60.0), True),
        ((359.0, 60.0), (20.0, 60.0), False),
        ((95.0, 86.0), (275.0, 88.0), True),
    ],
    ids=["near", "beyond", "opposite", "across zero", "across zero eastward", "beyond zero", "over the pole"],
)
def test_alike_is_near_on_the_sky_whatever_its_declination(scratch, here, there, alike):
    """Within 5° and three radii of 0.3°: of a source that was seen years ago no younger bursts stand in front."""
    keep(scratch, chime_alert(time=NOON, event="chime:1", source=None, ra_deg=there[0], dec_deg=there[1]))
    found = around(scratch, chime_alert(time=NOON, event="chime:77", ra_deg=here[0], dec_deg=here[1]))
    assert bool(found.alike) is alike


def test_a_burst_is_not_alike_to_itself(scratch):
    keep(scratch, chime_alert(time=NOON))
    found = around(scratch, chime_alert(time=NOON))
    assert found.alike == ()


@pytest.mark.parametrize("without", ["ra_deg", "dec_deg", "dm_pc_cm3"])
def test_without_a_place_or_a_dm_nothing_is_alike(scratch, without):
    keep(scratch, chime_alert(time=NOON))
    assert around(scratch, chime_alert(time=NOON, event="chime:77", **{without: None})).alike == ()


def test_superevents_and_gamma_rays_have_no_neighbours(scratch):
    keep(scratch, dsa())
    fermi = Alert(stream="fermi", event="fermi:1", kind="detection", role="real", statement="fermi:1", time=NOON)
    assert around(scratch, fermi) == ((), (), 0)
