"""When somebody may be written to, and who comes first. Pure, as all of rules/."""
