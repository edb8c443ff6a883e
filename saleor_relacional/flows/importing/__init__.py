"""An order history from a file: read, matched to people, staged and applied."""
