"""Which rung each person draws when they start, what was known then, and what is learnt of it every night."""
