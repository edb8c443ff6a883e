"""Segments: rules over profile fields, counted, listed and explained."""
