"""Everything the relay knows, on disk. SQL lives in this room only."""
