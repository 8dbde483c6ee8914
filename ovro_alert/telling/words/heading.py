"""How every message begins: whether it is real, then the stream and the event."""

from __future__ import annotations

from typing import Literal

from ovro_alert.actions import TELESCOPES
from ovro_alert.commands import Command
from ovro_alert.digests import CommandDay, Line
from ovro_alert.tellers import Told
from ovro_alert.telling.words.burst_name import kind_of_burst, seen_as
from ovro_alert.telling.words.codetection import is_injected, pair_name, pointed_by
from ovro_alert.telling.words.plain import plain

FirstWord = Literal["REAL", "TEST", "DRILL", "SIMULATED", "DRY RUN"]

STREAMS = {
    "chime": "CHIME",
    "lvk": "LVK",
    "dsa": "DSA-110",
    "fermi": "Fermi",
    "swift": "Swift",
    "svom": "SVOM",
    "ep": "Einstein Probe",
    "gecam": "GECAM",
    "maxi": "MAXI",
    "glowbug": "Glowbug",
    "burstcube": "BurstCube",
    "icecube": "IceCube",
    "km3net": "KM3NeT",
    "superk": "Super-Kamiokande",
    "realfast": "realfast",
    "parkes": "Parkes",
    "gcn": "GCN",
    "grex": "GREX",
    "flarescope": "Flarescope",
    "optical": "Optical transient",
}

ACTIONS = {
    "dump": "buffer dump",
    "repoint": "repointing",
    "guano": "GUANO request",
    "too": "target of opportunity",
    "observe": "observation",
    "test": "drill",
}

NEW_SOURCES = ("integer", "name")
"""How a source is new that nobody has published, or that came here for the first time."""


def concerned(told: Told) -> tuple[Command, ...]:
    """Return the commands that this message is about."""
    if told.message.subject == "verdict" and told.verdict is not None:
        return tuple(command for command in told.commands if command.id in told.verdict.commands)
    if told.message.subject in ("retraction", "update"):
        return () if in_words_alone(told) else told.commands
    return (told.command,) if told.command is not None else ()


def in_words_alone(told: Told) -> bool:
    """Say whether it is an update in words, about the event alone; one of a superevent or of a burst has figures."""
    alert = told.alert
    return alert is not None and alert.kind == "update" and alert.merger is None and alert.gamma_rays is None


def first_word(told: Told) -> FirstWord:
    """Return the first word: what moved comes before what was meant, and nothing is REAL by default of knowledge."""
    commands = concerned(told)
    # a digest is about all that there is
    every = told.message.subject == "digest"
    asked_of = [one.moves or told.moves.get(one.telescope) for one in commands]
    moves = list(told.moves.values()) if every else (asked_of or pointed_by(told))
    if moves and "telescope" not in moves:
        if "simulator" in moves:
            return "SIMULATED"
        if "nothing" in moves:
            return "DRY RUN"
    role = told.alert.role if told.alert is not None else "real"
    if role in ("test", "injection") or is_injected(told):
        return "TEST"
    if role == "drill" or any(command.action == "test" for command in commands):
        return "DRILL"
    # in rehearsal every command has the role test, also before a client has said what it moves
    if any(command.role == "test" for command in commands):
        return "TEST" if "telescope" in moves else "DRY RUN"
    return "REAL"


def event_name(told: Told) -> str:
    """Return stream and event as people call it: `CHIME repeater FRB 20180916B`, `LVK S230529ay`."""
    event = told.message.event or (told.alert.event if told.alert is not None else None)
    if event is None and told.command is not None:
        event = told.command.event
    if not event:
        return ""
    if pair := pair_name(told):
        return pair
    stream, _, name = event.partition(":")
    title = STREAMS.get(stream, plain(stream, 40))
    new = "New " if told.verdict is not None and told.verdict.figures.get("new") in NEW_SOURCES else ""
    source = (told.alert and told.alert.source) or (told.verdict and told.verdict.figures.get("source"))
    if stream == "chime" and source:
        return f"{new}{title} {_kind_of_source(told)} {plain(source)}"
    kind = "burst" if stream == "chime" else kind_of_burst(told)
    return f"{title} {kind}{' ' if kind else ''}{plain(name or event)}{_statement(told)}"


def _statement(told: Told) -> str:
    """Return which of a superevent's many statements a message speaks of, or how a burst was seen."""
    if told.alert is None or told.message.subject not in ("verdict", "update"):
        return ""
    if told.alert.merger is not None:
        return f" {told.alert.merger.alert_type}"
    seen = seen_as(told)
    return f" ({seen})" if seen else ""


def _kind_of_source(told: Told) -> str:
    gates = told.verdict.gates if told.verdict is not None else ()
    doubted = any(gate.failed and gate.gate.startswith(("C5", "C6")) for gate in gates)
    return "source" if doubted else "repeater"


def asked(command: Command | CommandDay | Line) -> str:
    """Return what is asked of whom: `OVRO-LWA beam`."""
    return f"{telescope_name(command.telescope)} {ACTIONS.get(command.action, plain(command.action, 40))}"


def telescope_name(telescope: str) -> str:
    """Return a telescope as people call it: `OVRO-LWA`."""
    known = TELESCOPES.get(telescope)
    return known.title if known is not None else plain(telescope, 40)


def heading(told: Told, outcome: str) -> str:
    """Return the first line."""
    name = event_name(told)
    return f"{first_word(told)}  {name}: {outcome}" if name else f"{first_word(told)}  {outcome}"
