"""Templates that an owner edits: versions, looks per channel, what is refused at save, the linter."""
