"""In which form DSA-110 tells of a trigger: its event dict flat, under its name, in T3's request; or Level3.

Flat is what T3 keeps (dsa110/dsa110-event, DSAEvent); under its name T2 puts it on etcd and kept it formerly; T3's
request is `{"command": "observation" or "test", "args": {…}}`; Level3 is of the real-time system (dsa110/dsa110-rt).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.notices import Ignored

Given = Mapping[str, object]

TRIGGER_KEYS = frozenset({"mjds", "trigname", "ibox"})
"""Keys of DSA-110's triggers that other instruments' do not have; one is enough."""
COMMANDS = {"observation": False, "test": True}
"""What T3 sets, and whether that is a test."""


class Form(NamedTuple):
    """A trigger as it was given, under which name if under one, and whether its sender calls it a test."""

    how: Literal["event", "level3"]
    given: Given
    name: str | None = None
    test: bool = False


def form_of(notice: Given) -> Form | Ignored:
    """Return the trigger that a body holds, or why there is none."""
    args = notice.get("args")
    if "command" not in notice or not isinstance(args, Mapping):
        return _trigger_of(notice)
    command = notice["command"]
    if not isinstance(command, str) or command not in COMMANDS:
        return Ignored(why=f"a command {command!r:.60} for DSA-110, not one of its discoveries")
    form = _trigger_of(args)
    return form if isinstance(form, Ignored) else form._replace(test=COMMANDS[command])


def _trigger_of(notice: Given) -> Form | Ignored:
    if "event_name" in notice and isinstance(notice.get("c2"), Mapping):
        return Form("level3", notice)
    if not TRIGGER_KEYS.isdisjoint(notice):
        return Form("event", notice)
    inside = {name: value for name, value in notice.items() if _is_trigger(value)}
    if len(inside) > 1:
        message = f"it holds {len(inside)} triggers, {', '.join(list(inside)[:3])!r:.60}: each must come by itself"
        raise UnreadableNoticeError(message)
    for name, value in inside.items():
        assert isinstance(value, Mapping)  # noqa: S101 - for the type checker
        return Form("event", value, name)
    keys = ", ".join(list(notice)[:5])
    return Ignored(why=f"no reader yet for notices of DSA-110 with the keys {keys!r:.100}")


def _is_trigger(value: object) -> bool:
    return isinstance(value, Mapping) and not TRIGGER_KEYS.isdisjoint(value)
