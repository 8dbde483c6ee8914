"""The relay: the only process that decides."""
