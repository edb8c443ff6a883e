"""The listed breakages, a module per subject: those that guard money, consent, what happens at most once, erasure and
evidence."""
