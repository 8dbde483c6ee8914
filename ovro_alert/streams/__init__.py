"""The streams: how notices come in from the world, are kept, and are passed on to the relay."""
