"""Inside Saleor's own pytest: its settings, its fixtures, its database."""
