"""Ladders as staff read them."""
