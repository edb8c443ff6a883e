"""Incentives: what people may get, what it may cost, who holds a code, and what each rung changed."""
