"""The page "how good our predictions were"."""
