"""The outbox over the API."""
