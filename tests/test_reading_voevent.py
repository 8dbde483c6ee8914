"""VOEvents taken apart: nothing interpreted, and nothing lost by names that repeat."""

from __future__ import annotations

import pytest

from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.reading.voevent import VOEvent, parse


def taken_apart(what: str = "", head: str = 'role="observation"', beside: str = "") -> VOEvent:
    return parse(f'<VOEvent ivorn="ivo://a/b#c" {head}>{beside}<What>{what}</What></VOEvent>'.encode())


def group(name: str, *params: tuple[str, str]) -> str:
    return f'<Group name="{name}">' + "".join(f'<Param name="{n}" value="{v}"/>' for n, v in params) + "</Group>"


def test_a_param_is_found_by_its_group_and_name_and_by_its_name():
    event = taken_apart('<Param name="TrigID" value="7"/>' + group("Flags", ("Short", "true")))
    assert event.grouped == {("", "TrigID"): "7", ("Flags", "Short"): "true"}
    assert event.params == {"TrigID": "7", "Short": "true"}


def test_a_name_that_differs_between_groups_is_found_by_group_alone():
    """Swift says Near_Bright_Star of its solution and of its flags; they need not agree."""
    event = taken_apart(group("Solution", ("Star", "true"), ("Trig", "1")) + group("Flags", ("Star", "false")))
    assert event.params == {"Trig": "1"}
    assert event.grouped["Solution", "Star"] == "true"
    assert event.grouped["Flags", "Star"] == "false"


def test_a_name_that_agrees_between_groups_stays_one_param():
    assert taken_apart(group("a", ("Star", "no")) + group("b", ("Star", "no"))).params == {"Star": "no"}


def test_a_group_and_a_param_may_have_the_same_name():
    event = taken_apart('<Param name="Trigger_ID" value="0x8"/>' + group("Trigger_ID", ("Def_NOT_a_GRB", "false")))
    assert event.params == {"Trigger_ID": "0x8", "Def_NOT_a_GRB": "false"}


@pytest.mark.parametrize("within", ["", "Flags"])
def test_a_name_that_contradicts_itself_within_one_group_is_refused(within):
    twice = [("Star", "true"), ("Star", "false")]
    what = group(within, *twice) if within else "".join(f'<Param name="{n}" value="{v}"/>' for n, v in twice)
    with pytest.raises(UnreadableNoticeError, match="gives 'Star' twice"):
        taken_apart(what)


def test_a_value_may_stand_in_an_element_of_its_own():
    assert taken_apart('<Param name="dm"><Value>90</Value></Param>').params == {"dm": "90"}


def test_params_without_a_name_say_nothing_and_contradict_nothing():
    assert taken_apart('<Param value="1"/><Param value="2"/>').params == {}


@pytest.mark.parametrize(
    ("head", "role"), [("", "observation"), ('role="observe"', "observe"), ('role=" Test "', "test")]
)
def test_the_role_is_as_written_and_observation_where_none_is(head, role):
    assert taken_apart(head=head).role == role


@pytest.mark.parametrize("version", ["1.1", "2.0", "2.1"])
def test_every_version_is_read(version):
    head = f'version="{version}" xmlns="http://www.ivoa.net/xml/VOEvent/v{version}"'
    assert taken_apart('<Param name="a" value="1"/>', head).params == {"a": "1"}


def test_the_date_is_as_written_and_none_where_none_is():
    assert taken_apart(beside="<Who><Date>2026-02-08T09:52:49</Date></Who>").date == "2026-02-08T09:52:49"
    assert taken_apart(beside="<Who/>").date is None
    assert taken_apart().date is None


def test_what_is_said_beside_a_citation_is_kept():
    cited = '<Citations><EventIVORN cite="retraction">ivo://a/b#d</EventIVORN><Description>no burst</Description>'
    event = taken_apart(beside=cited + "</Citations>")
    assert event.why_cited == "no burst"
    assert [citation.ivorn for citation in event.citations] == ["ivo://a/b#d"]
