"""Attacks, each a row of a table: what a stranger, a customer, an owner's template or a customer's words can try."""
