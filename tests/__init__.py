"""Small stories with people in them."""
