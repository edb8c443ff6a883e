"""Every rung of a ladder, bought at a real checkout."""
