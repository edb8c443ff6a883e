"""What we believe of people: value, interval, sufficiency, and the facts that made it."""
