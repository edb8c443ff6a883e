"""The owner writes the shop's messages."""
