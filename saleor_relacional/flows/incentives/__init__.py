"""What one person is promised: codes, whose they are, which checkout holds them, the wallet."""
