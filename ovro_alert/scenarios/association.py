"""C5: is this burst one of a repeater? CHIME's own word comes first, then our match with the table."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from ovro_alert.catalogue.repeaters import Repeater
from ovro_alert.scenarios.burst import Burst
from ovro_alert.scenarios.gates import SLACK, at_least, checked
from ovro_alert.scenarios.limits import ChimeLimits
from ovro_alert.scenarios.position import noticed
from ovro_alert.scenarios.repeater_match import Matching, match_table
from ovro_alert.verdicts import Gate

How = Literal["chime", "match", "candidate", "ambiguous", "one-off"]
PULSAR = re.compile(r"\b[BJ]\d{4}\s*[+−-]\s*\d{2,4}[A-Z]*\b|\b(PSR|RRAT|PULSAR)\b", re.IGNORECASE)
"""Found in names such as PSR J0437-4715, B0329+54, PSR_B0329+54, RRAT J1819-1458, CRAB PULSAR."""


class Association(NamedTuple):
    """How the burst belongs to a repeater, if it does; `repeater` is the table's row, `name` what people call it."""

    how: How
    says: str
    name: str | None = None
    repeater: Repeater | None = None
    matching: Matching | None = None

    @property
    def known(self) -> bool:
        """Say whether it is one of a known repeater."""
        return self.how in ("chime", "match")

    @property
    def worth_telling(self) -> bool:
        """Say whether it is, or may well be, one of a repeater: more than a one-off."""
        return self.how != "one-off"


def associate(
    burst: Burst, repeaters: tuple[Repeater, ...], dm_error_pc_cm3: float, limits: ChimeLimits
) -> Association:
    """Find out to which repeater a burst belongs."""
    probability = burst.association_probability
    trusted = probability is None or probability >= limits.min_association - SLACK
    if (burst.subsequent or burst.source) and trusted:
        row = next((row for row in repeaters if burst.source and row.goes_by(burst.source)), None)
        p = "" if probability is None else f", p = {probability:.4g}"
        name = row.name if row else burst.source
        return Association("chime", f"association by CHIME with {name or 'a source without a name'}{p}", name, row)
    doubt = "" if trusted else f"CHIME's association has p = {probability:.4g} < {limits.min_association:g}; "
    own = _match(burst, repeaters, dm_error_pc_cm3, limits)
    return own._replace(says=doubt + own.says)


def _match(burst: Burst, repeaters: tuple[Repeater, ...], dm_error_pc_cm3: float, limits: ChimeLimits) -> Association:
    position = next((place for teller in burst.tellers if (place := noticed(teller)) is not None), None)
    if position is None or position.r95_deg is None or burst.dm_pc_cm3 is None:
        return Association("one-off", "cannot be compared with the repeater table: no position, position error or DM")
    error = dm_error_pc_cm3 if burst.dm_error_pc_cm3 is None else burst.dm_error_pc_cm3
    matching = match_table(position, burst.dm_pc_cm3, error, repeaters, limits)
    if matching is None or matching.best.chi2 >= limits.chi2_max:
        near = f"; nearest is {matching.best.repeater.name}, χ² {matching.best.chi2:.1f}" if matching else ""
        return Association("one-off", f"no known repeater{near}", matching=matching)
    return _weighed(matching, limits)


def _weighed(matching: Matching, limits: ChimeLimits) -> Association:
    """Say whether the nearest source of the table may be taken for the burst's."""
    row, chi2 = matching.best
    says = f"matches {row.name} (χ² {chi2:.1f}, by chance {matching.chance:.1e})"
    if matching.chance > limits.max_chance:
        says = f"{says}: by chance more than {limits.max_chance:g}, too poorly placed"
        return Association("one-off", says, matching=matching)
    if matching.second is not None and matching.second.chi2 - chi2 <= limits.chi2_margin:
        return Association("ambiguous", f"{says}, and {matching.second.repeater.name} as well", matching=matching)
    if row.chance_rate is not None and row.chance_rate >= limits.max_contamination:
        says = f"{says}, a candidate only (Rcc {row.chance_rate:.2g})"
        return Association("candidate", says, row.name, row, matching)
    return Association("match", says, row.name, row, matching)


# ── gates ──


def importance_gate(burst: Burst, association: Association, limits: ChimeLimits) -> Gate:
    """C4: CHIME's machine-learning score; its own association stands in for one that is not given."""
    if burst.importance is None and association.how == "chime":
        return checked("C4 importance", passes=True, says="importance not given; CHIME's own association stands for it")
    return at_least("C4 importance", burst.importance, limits.min_importance, "", "importance")


def repeater_gate(burst: Burst, association: Association, limits: ChimeLimits) -> Gate:
    """C5, with the policy for one-offs."""
    if association.how == "one-off":
        passes, says = limits.one_offs != "off", f"{association.says}; one-offs: {limits.one_offs}"
    else:
        passes, says = association.known, association.says
    if association.matching is None:
        value, limit = burst.association_probability, limits.min_association
    else:
        value, limit = association.matching.best.chi2, limits.chi2_max
    return checked("C5 repeater", passes=passes, says=says, value=value, limit=limit)


def pulsar_gate(burst: Burst) -> Gate:
    """C6: a known source that is a pulsar is no repeater."""
    source = burst.source or ""
    pulsar = PULSAR.search(source.replace("_", " ")) is not None
    says = f"{source} is a pulsar" if pulsar else "not a pulsar"
    return checked("C6 not_pulsar", passes=not pulsar, says=says, value=source or None)
