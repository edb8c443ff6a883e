"""The inbox of staff, and what became of promises."""
