"""A campaign in the desk: its form, its summary, what is chosen in it, its days."""
