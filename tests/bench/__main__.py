"""Print the table: each figure beside what the same machine can do at all, and what was asked for."""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import again_bench, chain_bench, decision_bench, floor, lvk_bench, relay_bench
from tests.bench.again_bench import Again
from tests.bench.decision_bench import Decisions
from tests.bench.floor import Floor
from tests.bench.relay_bench import Figures

COLUMNS = ("what", "measured", "asked for", "floor of the same run")


def main() -> None:
    """Measure everything, then print."""
    with tempfile.TemporaryDirectory(prefix="ovro-alert-bench-") as name:
        folder = Path(name)
        say("the floor of this machine ...")
        bare = floor.measure(folder)
        say("the relay ...")
        relay = relay_bench.measure(folder)
        say("the whole chain through Comet ...")
        chain = chain_bench.measure(folder)
        say("decisions alone ...")
        decisions = decision_bench.measure()
        say("superevents through Kafka ...")
        mergers = lvk_bench.measure(folder)
        say("judging again ...")
        again = again_bench.measure(folder)
    print(f"\n{machine()}\n")
    further = (*decision_rows(decisions), *merger_rows(bare, mergers), *again_rows(again))
    for row in (COLUMNS, ("---",) * len(COLUMNS), *rows(bare, relay, chain), *further):
        print("| " + " | ".join(row) + " |")


def rows(bare: Floor, relay: Figures, chain: Sequence[float]) -> list[tuple[str, ...]]:
    five_ms = bare.five_s * 1e3
    return [
        ("one synced write of 6 kB, after a pause", ms(bare.sync_s), "-", "-"),
        ("one bare HTTP round trip, after a pause", ms(bare.round_trip_s), "-", "-"),
        ("bare FastAPI POST of 6 kB, 64 in flight", f"{bare.bare_per_s:,.0f}/s", "-", "-"),
        (
            "notice posted → command claimed, median",
            ms(statistics.median(relay.claimed_s)),
            f"≤ {five_ms:.1f} ms: 5 × (sync + 2 round trips)",
            f"{statistics.median(relay.claimed_s) / bare.five_s * 5:.1f} × (sync + 2 round trips)",
        ),
        (
            "the same, p99",
            ms(p99(relay.claimed_s)),
            f"≤ {4 * five_ms:.1f} ms: 4 × that",
            f"{p99(relay.claimed_s) / bare.five_s:.1f} × that",
        ),
        ("VOEvent sent to Comet → beam on, median", ms(statistics.median(chain)), "< 50 ms", "-"),
        ("the same, p90", ms(statistics.quantiles(chain, n=10)[8]), "-", "-"),
        (
            "notices kept (synced), 64 in flight",
            f"{relay.kept_per_s:,.0f}/s",
            "≥ 0.28 of the bare route",
            f"{relay.kept_per_s / bare.bare_per_s:.2f} of the bare route",
        ),
        (
            "one command in the hands of 500 waiting clients, median",
            ms(statistics.median(relay.woken_s)),
            "≤ 100 ms",
            "-",
        ),
        ("memory of the relay's web process", f"{relay.web_mb:.0f} MB", "< 120 MB", "-"),
        ("memory of the judge", f"{relay.judge_mb:.0f} MB", "< 150 MB", "-"),
        ("ready, the judge too", f"{relay.ready_s:.1f} s", "< 4 s", "-"),
    ]


def decision_rows(decisions: Decisions) -> list[tuple[str, ...]]:
    return [
        (
            "one decision with a sky map of 19,000 pixels, median",
            ms(statistics.median(decisions.mapped_s)),
            "≤ 30 ms",
            "-",
        ),
        ("the same without a map", ms(statistics.median(decisions.unmapped_s)), "≤ 2 ms", "-"),
        ("one decision on a CHIME burst, median", ms(statistics.median(decisions.burst_s)), "≤ 2 ms", "-"),
    ]


def merger_rows(bare: Floor, claimed_s: Sequence[float]) -> list[tuple[str, ...]]:
    median_s = statistics.median(claimed_s)
    ratio = f"{median_s / bare.five_s * 5:.0f} × (sync + 2 round trips)"
    return [
        ("LVK notice in the broker → dump command claimed, median", ms(median_s), "< 100 ms", ratio),
        ("the same, p90", ms(statistics.quantiles(claimed_s, n=10)[8]), "-", "-"),
    ]


def again_rows(again: Again) -> list[tuple[str, ...]]:
    return [
        ("10,000 kept CHIME and GCN notices judged again", f"{again.bursts_s:.0f} s", "< 60 s", "-"),
        ("1,000 kept LVK notices with maps judged again", f"{again.mergers_s:.0f} s", "< 60 s", "-"),
    ]


def p99(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


def ms(value_s: float) -> str:
    return f"{value_s * 1e3:.2f} ms"


def machine() -> str:
    """Say where and when: figures mean little without."""
    model = next((line.split(":")[1].strip() for line in cpu_lines() if line.startswith("model name")), "CPU")
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    load = os.getloadavg()[0]
    return f"{when}, {os.cpu_count()} cores of {model}, Python {platform.python_version()}, load average {load:.1f}"


def cpu_lines() -> list[str]:
    info = Path("/proc/cpuinfo")
    return info.read_text().splitlines() if info.exists() else []


def say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    main()
