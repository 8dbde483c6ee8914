"""What one statement on a gamma-ray burst says of its length: one rule for each instrument and kind of notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from ovro_alert.gamma_rays import GammaRays
from ovro_alert.scenarios.gates import SLACK, known
from ovro_alert.scenarios.limits import GrbLimits


class Word(NamedTuple):
    """What one statement says: `against` takes back what was said before, `silent` does not.

    `lacks`: it is silent because it does not give what it should.
    """

    means: Literal["candidate", "confirmed", "supports", "against", "silent"]
    says: str = ""
    lacks: bool = False


SILENT = Word("silent")


Rule = Callable[[GammaRays, bool, GrbLimits], Word]
"""What a statement says, whether it is the first of its kind for this burst, and the limits → its word."""


def rule_of(said: GammaRays) -> Rule:
    """Return the rule of this kind of statement; those of Fermi that give class and length are in the newer form."""
    if said.instrument == GBM and said.notice_type in NEWER and None not in (said.length, said.likely_probability):
        return _unified
    return RULES.get((said.instrument, said.notice_type)) or RULES.get((said.instrument, ""), _never)


def _never(_said: GammaRays, _first: bool, _limits: GrbLimits) -> Word:
    return SILENT


def _flight(said: GammaRays, first: bool, limits: GrbLimits) -> Word:
    """Fermi on board: the first decides, a later one can only take it back."""
    if not first:
        return _other(said) or SILENT
    return _doubt(said, limits.min_prob / 100) or _within(said.timescale_s, limits.max_timescale_s, "trigger timescale")


def _ground(said: GammaRays, _first: bool, limits: GrbLimits) -> Word:
    if said.length == "long":
        return Word("against", "long by the analysis on the ground")
    integrated_s = known(said.timescale_s, 0)
    if integrated_s is None or integrated_s > limits.max_timescale_s + SLACK:
        return SILENT
    return Word("supports", f"supported by the ground: {integrated_s:g} s")


def _final(said: GammaRays, _first: bool, _limits: GrbLimits) -> Word:
    if said.length is None:
        return SILENT
    return Word("confirmed", "short, final") if said.length == "short" else Word("against", "long, final")


def _bat(said: GammaRays, _first: bool, limits: GrbLimits) -> Word:
    """Swift: five flags, each of which alone spoils it."""
    against = (
        (said.catalogued, "a source of the catalogue"),
        (said.star_tracker_lost, "the star tracker had lost its lock"),
        (said.not_a_grb, "says itself that it is no GRB"),
        (said.identified is False, "no GRB was identified"),
    )
    for spoilt, says in against:
        if spoilt:
            return Word("against", says)
    if None in (said.catalogued, said.star_tracker_lost, said.not_a_grb, said.identified, said.trigger):
        return Word("silent", "not every flag is given", lacks=True)
    if said.trigger != "rate":
        return Word("silent", f"triggered by its {said.trigger}, not by its rate")
    return _within(said.timescale_s, limits.max_timescale_s, "integration time")


def _grm(said: GammaRays, _first: bool, limits: GrbLimits) -> Word:
    return _within(said.timescale_s, limits.svom_grm_s, "timescale")


def _eclairs(said: GammaRays, _first: bool, limits: GrbLimits) -> Word:
    if said.trigger != "rate":
        says = "whether its rate triggered is not given" if said.trigger is None else "triggered by its image"
        return Word("silent", says, lacks=said.trigger is None)
    return _within(said.timescale_s, limits.svom_eclairs_s, "timescale")


def _gecam(said: GammaRays, _first: bool, limits: GrbLimits) -> Word:
    if said.likely is None:
        return Word("silent", "what it most likely is, is not given", lacks=True)
    return _other(said) or _within(said.duration_s, limits.max_duration_s, "duration")


def _guano(said: GammaRays, _first: bool, limits: GrbLimits) -> Word:
    duration_s = said.timescale_s if said.duration_s is None else said.duration_s
    return _doubt(said, limits.min_class) or _within(duration_s, limits.max_duration_s, "duration")


def _unified(said: GammaRays, _first: bool, limits: GrbLimits) -> Word:
    """Fermi in the form of the unified schema, if that is ever sent."""
    if said.length == "long":
        return Word("against", "long")
    return _doubt(said, limits.min_class) or Word("candidate", "candidate: classed as short")


GBM = "Fermi GBM"
NEWER = frozenset({"ALERT", "FLT_POS", "GND_POS", "FIN_POS"})
RULES: dict[tuple[str, str], Rule] = {
    (GBM, "FLT_POS"): _flight,
    (GBM, "GND_POS"): _ground,
    (GBM, "FIN_POS"): _final,
    ("Swift BAT", "BAT_GRB_POS_ACK"): _bat,
    ("Swift BAT-GUANO", ""): _guano,
    ("SVOM GRM", "grm-trigger"): _grm,
    ("SVOM ECLAIRs", "eclairs-wakeup"): _eclairs,
    ("GECAM", ""): _gecam,
}
"""By instrument and notice type; without a type, for every other notice of the instrument. All others never say."""


# ── what rules share ──


def _other(said: GammaRays) -> Word | None:
    """Return the word against it, if the telescope takes it for something else."""
    if said.not_a_grb:
        return Word("against", "says itself that it is no GRB")
    if said.likely is not None and said.likely != "GRB":
        return Word("against", f"most likely {said.likely}, not a GRB")
    return None


def _doubt(said: GammaRays, min_probability: float) -> Word | None:
    """Return the word against it, or that it is not probable enough to be a burst."""
    if (other := _other(said)) is not None:
        return other
    probability = known(said.likely_probability, 0, 1)
    if said.likely is None or probability is None:
        return Word("silent", "the probability to be a GRB is not given", lacks=True)
    if probability < min_probability - SLACK:
        return Word("silent", f"a GRB by {probability:.0%} alone, less than {min_probability:.0%}")
    return None


def _within(seconds: float | None, limit_s: float, what: str) -> Word:
    seconds = known(seconds, 0)
    if seconds is None:
        return Word("silent", f"{what} not given", lacks=True)
    if seconds > limit_s + SLACK:
        return Word("silent", f"not short: {what} {seconds:g} s > {limit_s:g} s")
    return Word("candidate", f"candidate: {what} {seconds:g} s ≤ {limit_s:g} s")
