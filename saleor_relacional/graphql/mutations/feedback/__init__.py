"""A customer tells something; staff take, answer and close it."""
