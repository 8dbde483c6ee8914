"""The doors to telescopes, one per instrument, each with a simulator that behaves as the instrument does."""
