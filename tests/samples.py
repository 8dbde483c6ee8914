"""Real notices to test with; they lie beside the project and are never part of it.

`OVRO_SAMPLES` says where (default `../shared/samples` beside the repository). Without them their tests are skipped;
with `OVRO_NEED_SAMPLES=1` the same tests run and fail.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SAMPLES = Path(os.environ.get("OVRO_SAMPLES") or Path(__file__).parents[1].parent / "shared" / "samples")
NEEDED = os.environ.get("OVRO_NEED_SAMPLES") == "1"
ABSENT = "no real notices here (OVRO_SAMPLES)"

COUNTS = {
    "chime/*.xml": 4,
    "chime/gcn_json/chime_frb.*.example.json": 4,
    "chime/dsa110/*": 1,
    "chime/gcn_json/dsa110_frb.*.example.json": 4,
    "chime/other/*": 3,
    "gcn/schema_examples/chime/*.example.json": 4,
    "gcn/xsd/*.xsd": 2,
    "gcn/voevent/*/*.xml": 22,
    "gcn/voevent/*/*/*.xml": 35,
    "gcn/captured_2026/*/*/*": 63,
    "gcn/svom/*.xml": 3,
    "outside/dsa110_*": 1,
    "outside/svom/*": 11,
    "outside/voevent/*.xml": 6,
    "gcn/schema_examples/**/*.example.json": 49,
    "lvk/kafka/*.json": 2,
    "lvk/mocks_2026/*/*.xml": 24,
    "lvk/schema/*": 2,
    "lvk/userguide/*": 16,
    "lvk/voevent/*/*.xml": 15,
}
"""How many files the tests rely on, by pattern; a new test that reads others adds its own."""

need_samples = pytest.mark.skipif(not SAMPLES.is_dir() and not NEEDED, reason=ABSENT)
"""Marks a test that reads real notices."""


def sample(path: str) -> bytes:
    """Return the bytes of one real notice."""
    return (SAMPLES / path).read_bytes()
