"""The inbox: what customers told us, with clocks, and what staff have promised them."""
