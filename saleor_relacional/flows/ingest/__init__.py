"""Facts in: what the host says of orders, customers and checkouts, written once, in any order."""
