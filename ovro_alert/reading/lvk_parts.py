"""Parts of a record of the igwn.alerts schema: flags, lists, tables of probabilities, what others saw, addresses."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import islice

from ovro_alert.mergers import Coincidence
from ovro_alert.reading.figures import Figures, number, words

ENTRIES_AT_MOST = 40
"""More classes, properties or detectors than anybody has."""
FLAGS = {"1": True, "true": True, "0": False, "false": False}


def figure(figures: Figures, name: str, least: float = 0.0, most: float = math.inf) -> float | None:
    """Return one number, or None with a remark; a list is none."""
    try:
        return number(figures.given.get(name), least, most)
    except ValueError as error:
        figures.remarks.append(f"{name} {error}")
        return None


def flag(figures: Figures, name: str) -> bool | None:
    """Return a yes or no, or None with a remark."""
    given = figures.given.get(name)
    found = FLAGS.get(str(given).strip().lower()) if isinstance(given, bool | int | str) else None
    if found is None and given not in (None, ""):
        figures.remarks.append(f"{name} {given!r:.60} is neither true nor false")
    return found


def instruments(figures: Figures) -> tuple[str, ...]:
    """Return the detectors, of a list or of a text with commas; a name may be anything."""
    given = figures.given.get("instruments")
    if not given:
        return ()
    names = given.split(",") if isinstance(given, str) else given
    if not isinstance(names, list | tuple):
        figures.remarks.append(f"instruments {given!r:.60} is no list")
        return ()
    shown = (words(name, 40) for name in names[:ENTRIES_AT_MOST] if isinstance(name, str))
    return tuple(name for name in shown if name)


def probabilities(figures: Figures, table: str) -> dict[str, float]:
    """Return a table of probabilities by name; what is none is left out with a remark, and 0.0 is one."""
    given = figures.given.get(table)
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        figures.remarks.append(f"{table} {given!r:.60} is no table")
        return {}
    found: dict[str, float] = {}
    for written, value in islice(given.items(), ENTRIES_AT_MOST):
        name = words(str(written), 60)
        try:
            probability = number(value, 0, 1)
        except ValueError as error:
            figures.remarks.append(f"{table} {name} {error}")
            continue
        if name is not None and probability is not None:
            found[name] = probability
    if len(given) > ENTRIES_AT_MOST:
        figures.remarks.append(f"{table} has {len(given)} entries, of which {ENTRIES_AT_MOST} are read")
    return found


def coincidence(figures: Figures) -> Coincidence | None:
    """Return what others saw near in time; any part of it may be missing."""
    given = figures.given.get("external_coinc")
    if not given:
        return None
    if not isinstance(given, Mapping):
        figures.remarks.append(f"external_coinc {given!r:.60} is no record")
        return None
    external = Figures(given)
    found = Coincidence(
        observatory=external.words("observatory", 60),
        search=external.words("search", 60),
        ivorn=external.words("ivorn", 300),
        time_difference_s=figure(external, "time_difference", -1e6, 1e6),
        time_far_hz=figure(external, "time_coincidence_far"),
        sky_far_hz=figure(external, "time_sky_position_coincidence_far"),
    )
    figures.remarks.extend(f"external_coinc {remark}" for remark in external.remarks)
    return found


def page(figures: Figures) -> str | None:
    """Return the address of the superevent's page."""
    urls = figures.given.get("urls")
    given = urls.get("gracedb") if isinstance(urls, Mapping) else None
    if isinstance(given, str) and given.startswith("https://") and given.isprintable() and " " not in given:
        return given[:300]
    return None
