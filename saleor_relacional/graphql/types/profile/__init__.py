"""A customer's relationship, and the types that it is made of."""
