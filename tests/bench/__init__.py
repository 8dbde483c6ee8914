"""`make bench`: speed and memory of the real processes, beside the floor of the same machine in the same run."""
