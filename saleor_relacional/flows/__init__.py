"""Verbs. Doors (tasks, resolvers, views, commands) open, call one of these, close."""
