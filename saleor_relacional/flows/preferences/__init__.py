"""What customers ask of us: how often, when, about what, and what not; what they declared beats what we infer."""
