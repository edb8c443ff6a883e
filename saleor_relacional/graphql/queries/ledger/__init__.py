"""What staff read of remarks and of requests for data."""
