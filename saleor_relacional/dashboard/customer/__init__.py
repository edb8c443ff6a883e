"""One customer: what happened, what we believe and why, what is planned, and what staff can do."""
