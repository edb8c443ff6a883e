"""Sending measured and broken: a shop whose mails are due, workers, and a mail server that only listens."""
