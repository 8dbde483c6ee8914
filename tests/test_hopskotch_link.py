"""How Hopskotch is reached: that it opens is not believed after a failure, and people hear of it after a minute."""

from __future__ import annotations

import pytest

from ovro_alert.streams.hopskotch_link import STEADY_S, HopLink


@pytest.fixture
def link(told, clock):
    return HopLink("lvk", told.append, clock, lambda: None)


def test_at_first_it_is_believed_as_soon_as_it_opens(link):
    link.opened()
    assert (link.look(), link.proven) == ("connected", True)


def test_after_a_failure_it_is_believed_with_the_first_message(link):
    link.failed("refused", "no leave")
    link.opened()
    assert link.look() == "refused"
    link.well()
    assert link.look() == "connected"


def test_after_a_failure_it_is_believed_when_it_has_been_read_for_some_time(link, clock):
    link.failed("disconnected", "nobody listens")
    link.opened()
    clock.turn(STEADY_S)
    assert (link.look(), link.proven) == ("disconnected", False)
    clock.turn(0.1)
    assert (link.look(), link.proven) == ("connected", True)


def test_people_hear_of_it_after_a_minute_however_seldom_it_is_tried_and_once(link, told, clock):
    link.failed("refused", "no leave")
    clock.turn(59)
    link.look()
    assert told == []
    clock.turn(1)
    link.look()
    clock.turn(600)
    link.failed("refused", "no leave")
    link.look()
    (words,) = told
    assert "SCiMMA Hopskotch has not been reached for 60 s" in words
    assert "no leave" in words
    link.opened()
    link.well()
    assert "is reached again" in told[1]
