"""A real small shop on the same boundary as Saleor, for trying us out and as a base for demo and tests.

It has no stock levels, no taxes and no shipping, and its payments always succeed.
"""
