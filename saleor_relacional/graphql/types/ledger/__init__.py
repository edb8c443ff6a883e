"""The ledger of a person, their remarks on it, and their data."""
