"""What staff do with the customers whom they chose in the host's own list."""
