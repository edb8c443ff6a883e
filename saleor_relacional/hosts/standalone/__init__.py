"""A real small shop on the same boundary as Saleor: for trying us out, for the demo and for the tests.
Honest about
being small: one warehouse without stock levels, no taxes, no shipping, payments that always succeed."""
