"""What the owner says in the shop's messages."""
