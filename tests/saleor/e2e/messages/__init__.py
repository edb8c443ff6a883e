"""Staff write what leaves."""
