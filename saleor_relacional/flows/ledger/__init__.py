"""What we hold of one person, believe, sent, plan and promised, as they read it themselves; export and erasure."""
