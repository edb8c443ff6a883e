"""The coming days of all campaigns: made by rehearsing them, kept, and read."""
