"""A rule tried on the past: the same judge and the same scenarios, a journal of its own, and nobody hears of it."""
