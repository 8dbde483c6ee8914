"""What all tests share."""

from __future__ import annotations

import pytest

from tests.clocks import HandClock
from tests.comet import comet_broker  # noqa: F401 - a fixture
from tests.kafka_broker import broker  # noqa: F401 - a fixture
from tests.kafka_receivers import receivers  # noqa: F401 - a fixture
from tests.relay import live_relay, relay, relay_of_module  # noqa: F401 - fixtures
from tests.samples import ABSENT
from tests.stand_in import stand_in  # noqa: F401 - a fixture


@pytest.fixture
def clock() -> HandClock:
    """A clock that stands at noon until it is turned."""
    return HandClock()


@pytest.fixture
def told() -> list[str]:
    """What people were told: its `append` tells."""
    return []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were skipped for want of real notices: a green run without them proves less."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if ABSENT in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} tests skipped: {ABSENT}", yellow=True)
