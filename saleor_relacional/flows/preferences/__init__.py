"""What customers ask of us: how often, when, about what, and what they do not want; what they declared beats what we infer."""
