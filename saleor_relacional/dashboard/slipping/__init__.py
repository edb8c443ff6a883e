"""The page "who is slipping and what we would do"."""
