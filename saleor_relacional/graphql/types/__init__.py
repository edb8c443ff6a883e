"""What our part of the schema is made of."""
