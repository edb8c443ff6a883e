"""Mails of one shape rendered once, and filled in for each person."""
