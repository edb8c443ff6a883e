"""Who is one person: names, merges, forgetting, and what is left of the forgotten."""
