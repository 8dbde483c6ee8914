"""Alert + circumstances + limits → judgement. What they judge with (numpy, erfa) is only loaded by whoever judges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ovro_alert.scenarios.judging import SCENARIOS, judge_all, judge_one

__all__ = ["SCENARIOS", "judge_all", "judge_one"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - as the language defines it
    """Load the scenarios when they are first asked for: the settings need their limits alone."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from ovro_alert.scenarios import judging  # noqa: PLC0415 - that is the point

    return getattr(judging, name)
