"""A scenario's answer to an alert: what is done about it, or what kept us from it, with its number."""

from __future__ import annotations

from collections.abc import Callable

from ovro_alert.commands import FINAL, Command
from ovro_alert.tellers import Told
from ovro_alert.telling.words.beam import beam
from ovro_alert.telling.words.co_observing import co_observing
from ovro_alert.telling.words.codetection import codetection
from ovro_alert.telling.words.detection import detection
from ovro_alert.telling.words.discovery import discovery
from ovro_alert.telling.words.gamma_rays import gamma_rays
from ovro_alert.telling.words.grex import grex
from ovro_alert.telling.words.guano import guano
from ovro_alert.telling.words.heading import asked, concerned, heading
from ovro_alert.telling.words.merger import merger
from ovro_alert.telling.words.new_repeater import new_repeater
from ovro_alert.telling.words.optical import optical
from ovro_alert.telling.words.plain import LINE_LIMIT, plain
from ovro_alert.telling.words.proposal import how_to_decide, question
from ovro_alert.verdicts import Verdict

ABSENT = {
    "chime_repeater": "no beam",
    "dsa_beam": "no beam",
    "lvk_dump": "no dump",
    "short_grb": "message only",
    "chime_new_repeater": "no proposal",
    "dsa_guano": "no GUANO request",
    "optical_sprite": "no proposal",
    "grex": "neither dump nor beam",
}
"""What is said not to be done, by scenario."""

BODIES: dict[str, Callable[[Told, Verdict], list[str | None]]] = {
    "chime_new_repeater": new_repeater,
    "codetection": codetection,
    "dsa_beam": discovery,
    "dsa_guano": guano,
    "flarescope": co_observing,
    "optical_sprite": optical,
    "grex": grex,
}
"""What is said between the first line and the last ones, by scenarios that speak of more than a burst and a beam."""


def verdict(told: Told) -> list[str | None]:
    """Return the lines: outcome; what was seen; the scenario's figures; what else stood against it."""
    if told.verdict is None:
        return [heading(told, "no verdict was found in the journal"), detection(told)]
    return [
        heading(told, _outcome(told, told.verdict)),
        *_body(told, told.verdict),
        _also(told.verdict),
        _odd(told),
        *[how_to_decide(command) for command in concerned(told) if command.state == "proposed"],
    ]


def _body(told: Told, verdict: Verdict) -> list[str | None]:
    own = BODIES.get(verdict.scenario)
    if own is not None:
        return own(told, verdict)
    return merger(told, verdict) or gamma_rays(told, verdict) or [detection(told), *beam(told, verdict)]


def _outcome(told: Told, verdict: Verdict) -> str:
    if verdict.answer == "failed":
        return f"the scenario {plain(verdict.scenario)} broke: {plain(verdict.summary, LINE_LIMIT)}"
    commands = concerned(told)
    if commands:
        return " and ".join(_commanded(told, command) for command in commands)
    absent = ABSENT.get(verdict.scenario)
    why = plain(verdict.summary, LINE_LIMIT)
    # a command that a later notice of the event asks for again is told once, where it was made
    made_before = verdict.answer in ("command", "proposal")
    return why if absent is None or made_before or absent in why else f"{absent}: {why}"


def _commanded(told: Told, command: Command) -> str:
    what = asked(command)
    if command.state == "proposed":
        return question(told, command)
    if told.verdict is not None and told.verdict.answer == "proposal":
        now = "approved" if command.state == "pending" else command.state
        return f"{what} proposed (proposal {command.id}, now {now})"
    since = f" (now {command.state})" if command.state in FINAL else ""
    return f"{what} commanded{since}"


def _also(verdict: Verdict) -> str | None:
    """Return what else stood against it: whoever thinks of overruling the first reason must know the others."""
    against = [plain(gate.says) for gate in verdict.gates if gate.failed]
    others = [says for says in dict.fromkeys(against[1:]) if not against[0].startswith(says)]
    if verdict.answer in ("command", "proposal") or not others:
        return None
    return plain("Also: " + "; ".join(others[:4]), LINE_LIMIT)


def _odd(told: Told) -> str | None:
    """Return which values of the statement were taken as not given, and why: a gate says only that they are missing."""
    remarks = told.alert.remarks if told.alert is not None else None
    return plain(f"Odd in the notice: {remarks}", LINE_LIMIT) if remarks else None
