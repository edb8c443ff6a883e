"""Home: what changed, what leaves, what waits, what it all brought."""
