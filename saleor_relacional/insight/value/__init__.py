"""What a purchase is worth, and how much of a need is covered here."""
