"""Sending: what is due leaves once, claimed, asked again, composed, handed over, ended by name."""
