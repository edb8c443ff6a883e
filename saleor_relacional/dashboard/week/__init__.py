"""The widget on the host's homepage: what changed this week, what waits."""
