"""What a plan looks at: everybody under new decisions, those of whom there is news, those whose time has come."""
