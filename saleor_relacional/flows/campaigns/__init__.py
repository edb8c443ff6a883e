"""Standing intentions: who is a candidate, who may be written to, whose turn it is, what stops it."""
