"""Customer attributes at the host: what the owner wants its own customer list to filter by, written there."""
