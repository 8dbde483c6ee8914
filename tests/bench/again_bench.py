"""Judging again: a journal of many notices, and how long `ovro-alert judge`, a process of its own, takes over them."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from ovro_alert.times import iso_us
from tests.bench.load import flood, request
from tests.bench.processes import ROOT, free_port, process, uvicorn
from tests.bench.relay_bench import until_ready
from tests.bench.superevents import preliminary
from tests.chain import KEY
from tests.gcn_notices import fermi_voevent
from tests.notices import chime_voevent

BURSTS = 10_000
MERGERS = 1_000
FIRST = datetime(2026, 10, 1, tzinfo=UTC)
APART_S = 90.0
BURSTS_OF_A_SOURCE = 5
"""Most sources have few bursts."""
IN_FLIGHT = 16


class Again(NamedTuple):
    """Seconds for all of them."""

    bursts_s: float
    mergers_s: float


def measure(folder: Path) -> Again:
    return Again(judged_s(folder / "bursts", bursts()), judged_s(folder / "mergers", mergers()))


def bursts() -> list[bytes]:
    """Return as many of CHIME as of Fermi GBM, as POSTs."""
    made = []
    for number in range(BURSTS // 2):
        when = FIRST + timedelta(seconds=2 * number * APART_S)
        event, source = f"chime:{400_000_000 + number}", str(number // BURSTS_OF_A_SOURCE)
        # sources are all over CHIME's sky: the golden ratio scatters them evenly
        around = number // BURSTS_OF_A_SOURCE
        place = {"ra_deg": around * 137.508 % 360, "dec_deg": -10 + around * 61.803 % 95}
        burst = chime_voevent(time=when, event=event, source=source, dm_pc_cm3=100 + around * 7.3 % 1200, **place)
        made.append(post("chime", burst, "application/xml", when))
        when += timedelta(seconds=APART_S)
        made.append(post("gcn", fermi_voevent(time=when, trigger=700_000_000 + number), "application/xml", when))
    return made


def mergers() -> list[bytes]:
    times = (FIRST + timedelta(seconds=number * 10 * APART_S) for number in range(MERGERS))
    return [post("lvk", preliminary(when, mapped=True), "application/json", when) for when in times]


def post(stream: str, body: bytes, content_type: str, when: datetime) -> bytes:
    received = quote(iso_us(when + timedelta(seconds=30)))
    return request("POST", f"/notices/{stream}?received={received}&path=bench", KEY, body, content_type)


def judged_s(home: Path, posts: list[bytes]) -> float:
    """Have a relay keep them all, end it, and judge them again; return how long that took."""
    home.mkdir()
    environment = {"OVRO_ALERT_HOME": str(home), "RELAY_KEY": KEY}
    port = free_port()
    with process(*uvicorn("relay_api:app", port), log=home / "relay.log", **environment):
        until_ready(port)
        _, statuses = asyncio.run(flood(port, posts, IN_FLIGHT))
        assert set(statuses) == {201}, set(statuses)
    words = ["judge", "--since", FIRST.isoformat(), "--until", "2026-11-01T00:00Z", "--json"]
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "ovro_alert", *words], cwd=ROOT, env={**os.environ, **environment},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    took = time.perf_counter() - began
    assert json.loads(done.stdout)["notices"] == len(posts), done.stdout[:500]
    return took
