"""Customers: a list to look through, by stage, segment and what the coming year is expected to bring."""
