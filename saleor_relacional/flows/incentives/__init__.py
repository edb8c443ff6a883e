"""Promises to one person: codes, whose they are, which checkout holds them, the wallet."""
