"""One decision, within one process and warm: the notice's bytes read, then judged by every scenario that it concerns.

The journal, which gathers what is known beside the notice, is not in it, nor is the way to the judge's process.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ovro_alert.catalogue.repeaters import load_repeaters
from ovro_alert.circumstances import Circumstances
from ovro_alert.notices import RawNotice
from ovro_alert.reading import read_whole
from ovro_alert.scenarios.judging import judge_all
from ovro_alert.scenarios.limits import Limits
from tests.bench.relay_bench import burst
from tests.bench.superevents import preliminary

TIMES = 200
WARM = 20


class Decisions(NamedTuple):
    """Seconds of each."""

    mapped_s: list[float]
    unmapped_s: list[float]
    burst_s: list[float]


def measure() -> Decisions:
    repeaters = load_repeaters(None)

    def took(stream: str, body: bytes) -> float:
        now = datetime.now(UTC)
        began = time.perf_counter()
        found = read_whole(RawNotice(stream=stream, body=body))
        around = Circumstances(now=now, repeaters=repeaters, sky_map=found.sky_map)
        judgements = judge_all(found.found, around, Limits())
        ended = time.perf_counter()
        assert judgements[0].answer == "command", judgements[0].summary
        return ended - began

    def merger(mapped: bool) -> Callable[[], float]:
        return lambda: took("lvk", preliminary(datetime.now(UTC) - timedelta(seconds=30), mapped=mapped))

    return Decisions(many(merger(mapped=True)), many(merger(mapped=False)), many(lambda: took("chime", burst())))


def many(one: Callable[[], float]) -> list[float]:
    return [one() for _ in range(WARM + TIMES)][WARM:]
