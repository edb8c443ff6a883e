"""Evidence: what campaigns changed, what all of it together brought, and how sure that is."""
