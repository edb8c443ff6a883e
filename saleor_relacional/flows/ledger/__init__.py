"""What we hold about one person, believe, sent, plan and promised, as they read it themselves; export and erasure at their own wish."""
