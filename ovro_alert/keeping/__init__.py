"""What a process keeps on disk beside the relay."""
