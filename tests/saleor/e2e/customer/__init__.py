"""Stories of what a customer reads and decides themself."""
