"""A code and one open checkout of Saleor's: what it takes off, and putting it on."""
