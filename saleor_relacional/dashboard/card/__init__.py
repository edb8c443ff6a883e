"""The card on a customer's page."""
