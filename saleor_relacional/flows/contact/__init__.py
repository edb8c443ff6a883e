"""The contact budget: what the shop decided about it, where people stand with it, what is booked in it."""
