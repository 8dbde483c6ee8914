"""The loop of a telescope client beside a real relay: begun at most once, ended truthfully, whoever dies when."""

from __future__ import annotations

from tests.telescope_clients import Bench, bench

__all__ = ["bench"]


def test_a_beam_is_claimed_begun_watched_and_reported(bench: Bench) -> None:
    number = bench.ask()
    client = bench.client()
    client.live(2)
    assert bench.state(number) == "acting"
    client.live(90)
    command = bench.command(number)
    assert command["state"] == "done"
    assert command["detail"]["says"].startswith("SIMULATED: ")
    assert bench.told(number) == 1
