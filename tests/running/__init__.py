"""How the suite runs: how often random cases are tried, how a database is left."""
