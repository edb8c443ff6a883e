"""How often a public door may be knocked at, counted in PostgreSQL."""
